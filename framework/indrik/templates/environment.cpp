#include "indrik/templates/environment.hpp"

#include "indrik/templates/compiled.hpp"
#include "indrik/templates/compiler.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

namespace {

/// Templates that are kept compiled; beyond that all are forgotten.
constexpr std::size_t kMaxCached = 4096;

Value gettext(const Arguments& arguments, std::size_t singular, bool has_plural) {
    const std::size_t wanted = singular + (has_plural ? 3 : 1);
    if (arguments.positional.size() != wanted || !arguments.keywords.empty()) {
        fail(ErrorKind::Type, "gettext functions take " + std::to_string(wanted) + " arguments");
    }
    const bool is_singular = !has_plural || equals(arguments.positional[singular + 2], Value(1));
    return arguments.positional[is_singular ? singular : singular + 1];
}

}  // namespace

std::string Template::render(const Dict& values) const {
    std::string out;
    render_to(out, values);
    return out;
}

std::string Template::render(
    std::initializer_list<std::pair<std::string_view, Value>> values) const {
    Dict dict;
    for (const auto& [name, value] : values) dict.set(Value(name), value);
    return render(dict);
}

void Template::render_to(std::string& out, const Dict& values) const {
    Renderer renderer(*environment_);
    renderer.render(program_, values, out);
}

TemplateStream::TemplateStream(const Environment& environment, const Template& page, Dict values)
    : values_(std::make_unique<Dict>(std::move(values))),
      renderer_(std::make_unique<Renderer>(environment)) {
    renderer_->begin(page.shared_program(), *values_);
}
TemplateStream::TemplateStream(TemplateStream&&) noexcept = default;
TemplateStream::~TemplateStream() = default;

bool TemplateStream::next(std::string& piece) {
    if (!renderer_) return false;
    try {
        return renderer_->advance(piece);
    } catch (...) {
        renderer_.reset();
        throw;
    }
}

bool autoescape_by_name(std::string_view name) {
    if (name == Environment::kUnnamed) return true;
    for (const std::string_view extension : {".html", ".htm", ".xml"}) {
        if (name.size() < extension.size()) continue;
        bool is_same = true;
        const std::string_view end = name.substr(name.size() - extension.size());
        for (std::size_t i = 0; i < end.size(); ++i) {
            const char c = end[i] >= 'A' && end[i] <= 'Z' ? static_cast<char>(end[i] + 32) : end[i];
            is_same = is_same && c == extension[i];
        }
        if (is_same) return true;
    }
    return false;
}

Environment::Environment() {
    detail::add_globals(globals_);
}
Environment::~Environment() = default;

void Environment::set_autoescape(bool on) {
    autoescape_ = [on](std::string_view) { return on; };
}

void Environment::add_filter(std::string_view name,
                             std::function<Value(const Arguments&)> callable) {
    filters_.set(Value(name), function(std::move(callable), std::string(name)));
}

void Environment::add_test(std::string_view name, std::function<Value(const Arguments&)> callable) {
    tests_.set(Value(name), function(std::move(callable), std::string(name)));
}

void Environment::install_null_translations() {
    const auto add = [this](std::string_view name, std::size_t singular, bool has_plural) {
        add_global(name,
                   function(
                       [=](const Arguments& arguments) {
                           return gettext(arguments, singular, has_plural);
                       },
                       std::string(name)));
    };
    add("_", 0, false);
    add("gettext", 0, false);
    add("ngettext", 0, true);
    add("pgettext", 1, false);
    add("npgettext", 1, true);
}

std::shared_ptr<Program> Environment::compile(std::string_view source,
                                              std::string_view name) const {
    auto program = std::make_shared<Program>();
    program->name = name;
    program->source = source;
    if (!detail::is_utf8(source)) {
        TemplateSyntaxError error(ErrorKind::UnicodeDecode, "the template is not UTF-8");
        error.add_place(name, 1, source);
        throw error;
    }
    Parser(*program, syntax_, extensions_).parse();
    Compiler(*program, *this).compile();
    return program;
}

Template Environment::from_string(std::string_view source, std::string_view name) const {
    return Template(*this, compile(source, name));
}

Template Environment::get_template(std::string_view name) const {
    const auto found = cache_.find(name);
    if (found != cache_.end() &&
        (!auto_reload_ || !found->second.is_fresh || found->second.is_fresh())) {
        return Template(*this, found->second.program);
    }
    auto source = loader_ ? loader_->load(name) : std::nullopt;
    if (!source) fail(ErrorKind::NotFound, std::string(name));
    auto program = compile(source->text, name);
    if (source->compiled && !finalize_) attach(*program, *source->compiled);
    if (cache_.size() >= kMaxCached) cache_.clear();
    cache_.insert_or_assign(std::string(name), Cached{program, std::move(source->is_fresh)});
    return Template(*this, std::move(program));
}

Template Environment::select_template(const Values& names) const {
    if (names.empty())
        fail(ErrorKind::NoneFound, "Tried to select from an empty list of templates.");
    std::string tried;
    for (const Value& name : names) {
        if (name.is_undefined()) continue;
        try {
            return get_template(to_str(name));
        } catch (const TemplateNotFound& error) {
            tried += (tried.empty() ? "" : ", ") + error.message();
        }
    }
    fail(ErrorKind::NoneFound, "none of the templates given were found: " + tried);
}

}  // namespace indrik::templates
