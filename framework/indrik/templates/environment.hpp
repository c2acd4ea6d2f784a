#pragma once
// Jinja2's Environment: how templates are written, found, escaped and limited, and what they can call.
//
//   Environment environment;
//   environment.set_loader(std::make_shared<FileSystemLoader>("templates"));
//   environment.add_filter("shout", [](const Arguments& a) { return Value(to_str(a.positional[0]) + "!"); });
//   std::string page = environment.get_template("index.html").render({{"title", "Home"}});
//
// An environment and its templates belong to one thread.

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/templates/dict.hpp"
#include "indrik/templates/loader.hpp"
#include "indrik/templates/parser.hpp"
#include "indrik/templates/runtime.hpp"

namespace indrik::templates {

class Environment;
class Renderer;

/// A compiled template. Cheap to copy. Lifetime: the environment outlives it.
class Template {
public:
    Template(const Environment& environment, std::shared_ptr<const Program> program)
        : environment_(&environment), program_(std::move(program)) {}

    /// Errors: TemplateError.
    std::string render(const Dict& values) const;
    std::string render(std::initializer_list<std::pair<std::string_view, Value>> values = {}) const;
    /// Appends; what was written before an error stays.
    void render_to(std::string& out, const Dict& values) const;

    const std::string& name() const { return program_->name; }
    /// Whether code renders it that was compiled when the program was built (compiled.hpp).
    bool is_native() const { return program_->is_native; }
    const Program& program() const { return *program_; }
    std::shared_ptr<const Program> shared_program() const { return program_; }

private:
    const Environment* environment_;
    std::shared_ptr<const Program> program_;
};

/// A rendering in pieces, for pages that are sent while they are made.
///
///   TemplateStream stream(environment, page, values);
///   for (std::string piece; stream.next(piece); piece.clear()) send(piece);
class TemplateStream {
public:
    /// Lifetime: the environment outlives it.
    TemplateStream(const Environment& environment, const Template& page, Dict values);
    TemplateStream(TemplateStream&&) noexcept;
    ~TemplateStream();

    /// Appends what the next statement outside of all others writes, maybe nothing; false at the end. A block is one piece.
    /// Errors: TemplateError; nothing comes after it.
    bool next(std::string& piece);

private:
    std::unique_ptr<Dict> values_;
    std::unique_ptr<Renderer> renderer_;
};

/// On for names that end in .html, .htm or .xml, and for templates from strings.
bool autoescape_by_name(std::string_view name);

class Environment {
public:
    Environment();
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    /// The setters are called before the first template is compiled.
    void set_loader(std::shared_ptr<const Loader> loader) { loader_ = std::move(loader); }
    void set_syntax(Syntax syntax) { syntax_ = std::move(syntax); }
    void set_extensions(Extensions extensions) { extensions_ = extensions; }
    void set_autoescape(bool on);
    /// By the name of the template; the default is autoescape_by_name.
    void set_autoescape(std::function<bool(std::string_view)> by_name) {
        autoescape_ = std::move(by_name);
    }
    void set_undefined(UndefinedKind kind) { undefined_ = kind; }
    void set_limits(Limits limits) { limits_ = limits; }
    /// Whether changed templates are compiled again when they are asked for. On by default.
    void set_auto_reload(bool on) { auto_reload_ = on; }

    /// What becomes of each value before `{{ value }}` writes it. Nothing by default.
    void set_finalize(std::function<Value(const Value&)> finalize) {
        finalize_ = std::move(finalize);
    }

    /// The callable gets the value as its first argument.
    void add_filter(std::string_view name, std::function<Value(const Arguments&)> callable);
    void add_test(std::string_view name, std::function<Value(const Arguments&)> callable);
    void add_global(std::string_view name, Value value) {
        globals_.set(Value(name), std::move(value));
    }
    /// gettext and its kin for {% trans %}: they leave texts as they are until other functions replace them (add_global).
    void install_null_translations();

    /// Errors: TemplateNotFound, TemplateSyntaxError.
    Template get_template(std::string_view name) const;
    /// The first that exists. Errors: TemplateNotFound of kind NoneFound.
    Template select_template(const Values& names) const;
    Template from_string(std::string_view source, std::string_view name = kUnnamed) const;

    /// Null if there is none.
    const Loader* loader() const { return loader_.get(); }
    const Dict& globals() const { return globals_; }
    const Limits& limits() const { return limits_; }
    const Syntax& syntax() const { return syntax_; }
    UndefinedKind undefined() const { return undefined_; }
    const std::function<Value(const Value&)>& finalize() const { return finalize_; }
    bool autoescapes(std::string_view name) const { return autoescape_(name); }
    const Value* find_filter(std::string_view name) const {
        return filters_.empty() ? nullptr : filters_.find(name);
    }
    const Value* find_test(std::string_view name) const {
        return tests_.empty() ? nullptr : tests_.find(name);
    }

    static constexpr std::string_view kUnnamed = "<template>";

private:
    struct Cached {
        std::shared_ptr<const Program> program;
        std::function<bool()> is_fresh;
    };
    std::shared_ptr<Program> compile(std::string_view source, std::string_view name) const;

    std::shared_ptr<const Loader> loader_;
    Syntax syntax_;
    Extensions extensions_;
    std::function<bool(std::string_view)> autoescape_ = autoescape_by_name;
    std::function<Value(const Value&)> finalize_;
    UndefinedKind undefined_ = UndefinedKind::Default;
    Limits limits_;
    bool auto_reload_ = true;
    Dict filters_;
    Dict tests_;
    Dict globals_;
    mutable std::map<std::string, Cached, std::less<>> cache_;
};

}  // namespace indrik::templates
