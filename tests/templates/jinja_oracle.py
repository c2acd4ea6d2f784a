"""What Jinja2 makes of a case: the same answer as template_render gives, from the reference."""

import traceback

import jinja2
import jinja2.exceptions

UNDEFINED = {
    "default": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}
EXTENSIONS = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"]


def environment_of(case):
    options = dict(case.get("options", {}))
    undefined = UNDEFINED[options.pop("undefined", "default")]
    if options.get("finalize") == "dash for none":
        options["finalize"] = lambda value: "<->" if value is None else value
    environment = jinja2.Environment(loader=jinja2.DictLoader(case["templates"]), extensions=EXTENSIONS,
                                     undefined=undefined, **options)
    environment.install_null_translations()
    return environment


def line_of(error, is_template):
    """The line of the innermost place whose file is a template; 0 if there is none."""
    places = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if is_template(frame.filename)]
    return places[-1] if places else 0


def answer(case):
    """{"output": text}, or {"error": name, "line": number, "name": template} of the innermost place in a template."""
    try:
        template = environment_of(case).get_template(case.get("main", "main"))
        return {"output": template.render(case.get("data", {}))}
    except jinja2.exceptions.TemplateSyntaxError as error:
        return {"error": type(error).__name__, "line": error.lineno, "name": error.name, "message": error.message}
    except Exception as error:  # whatever a template can raise
        line = line_of(error, lambda name: name == "<template>" or name in case["templates"])
        return {"error": type(error).__name__, "line": line, "message": str(error)}
