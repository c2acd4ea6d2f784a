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
    environment = jinja2.Environment(loader=jinja2.DictLoader(case["templates"]), extensions=EXTENSIONS,
                                     undefined=undefined, **options)
    environment.install_null_translations()
    return environment


def answer(case):
    """{"output": text}, or {"error": name, "line": number, "name": template} of the innermost place in a template."""
    try:
        template = environment_of(case).get_template(case.get("main", "main"))
        return {"output": template.render(case.get("data", {}))}
    except jinja2.exceptions.TemplateSyntaxError as error:
        return {"error": type(error).__name__, "line": error.lineno, "name": error.name, "message": error.message}
    except Exception as error:  # whatever a template can raise
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in ("<template>",)
                  or frame.filename in case["templates"]]
        line = places[-1].lineno if places else 0
        return {"error": type(error).__name__, "line": line, "message": str(error)}
