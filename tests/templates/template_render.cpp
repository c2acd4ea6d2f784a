// Renders templates for the differential test: reads one JSON object a line, answers each with one line of JSON.
//
//   {"templates": {"main": "..."}, "main": "main", "data": {...}, "options": {"autoescape": true, "trim_blocks": true, ...}}
// With "steps": 20 the rendering may take so many.
// With "compiled": "0012" the templates of that case are those that were compiled into this program; the answer says how many
// were loaded, and how many of them ran as code.
//
//   -> {"output": "..."} or {"error": "UndefinedError", "line": 3, "name": "main", "message": "..."}
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "corpus_escaped.hpp"
#include "corpus_plain.hpp"
#include "indrik/json/value.hpp"
#include "indrik/templates/compiled.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/json_values.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik;
using namespace indrik::templates;

std::string text(const json::Object& object, std::string_view key, std::string otherwise) {
    const json::Value* found = object.if_contains(key);
    return found && found->is_string()
               ? std::string(found->get_string().c_str(), found->get_string().size())
               : otherwise;
}

bool flag(const json::Object& object, std::string_view key) {
    const json::Value* found = object.if_contains(key);
    return found && found->is_bool() && found->get_bool();
}

Syntax syntax_of(const json::Object& options) {
    Syntax syntax;
    syntax.block_start = text(options, "block_start_string", syntax.block_start);
    syntax.block_end = text(options, "block_end_string", syntax.block_end);
    syntax.variable_start = text(options, "variable_start_string", syntax.variable_start);
    syntax.variable_end = text(options, "variable_end_string", syntax.variable_end);
    syntax.comment_start = text(options, "comment_start_string", syntax.comment_start);
    syntax.comment_end = text(options, "comment_end_string", syntax.comment_end);
    syntax.line_statement_prefix = text(options, "line_statement_prefix", "");
    syntax.line_comment_prefix = text(options, "line_comment_prefix", "");
    syntax.newline_sequence = text(options, "newline_sequence", "\n");
    syntax.trim_blocks = flag(options, "trim_blocks");
    syntax.lstrip_blocks = flag(options, "lstrip_blocks");
    syntax.keep_trailing_newline = flag(options, "keep_trailing_newline");
    return syntax;
}

UndefinedKind undefined_of(const json::Object& options) {
    const std::string name = text(options, "undefined", "default");
    if (name == "strict") return UndefinedKind::Strict;
    if (name == "chainable") return UndefinedKind::Chainable;
    return name == "debug" ? UndefinedKind::Debug : UndefinedKind::Default;
}

/// The compiled templates of one case, whose names begin with its number.
class CaseLoader final : public Loader {
public:
    explicit CaseLoader(const std::string& number) : prefix_(number + "/") {
        for (const auto templates : {corpus::plain::templates(), corpus::escaped::templates()}) {
            for (const CompiledTemplate& compiled : templates) {
                if (compiled.name.starts_with(prefix_))
                    loader_ = std::make_unique<CompiledLoader>(templates);
            }
        }
    }
    std::optional<TemplateSource> load(std::string_view name) const override {
        auto source = loader_ ? loader_->load(prefix_ + std::string(name)) : std::nullopt;
        if (source) loaded_.emplace(name);
        return source;
    }
    std::vector<std::string> names() const override { return {}; }
    /// The names that were asked for and found.
    const std::set<std::string>& loaded() const { return loaded_; }

private:
    std::string prefix_;
    std::unique_ptr<CompiledLoader> loader_;
    mutable std::set<std::string> loaded_;
};

void count_native(const Environment& environment, const CaseLoader& loader, json::Object& result) {
    int loaded = 0;
    int native = 0;
    for (const std::string& name : std::set<std::string>(loader.loaded())) {
        try {
            native += environment.get_template(name).is_native() ? 1 : 0;
            ++loaded;
        } catch (const TemplateError&) {
            // Broken: there is no code for it.
        }
    }
    result["loaded"] = loaded;
    result["native"] = native;
}

json::Object answer(const json::Object& request) {
    json::Object result;
    std::map<std::string, std::string, std::less<>> sources;
    for (const auto& entry : request.at("templates").as_object()) {
        sources.emplace(std::string(entry.key()),
                        text(request.at("templates").as_object(), entry.key(), ""));
    }
    const json::Object options =
        request.contains("options") ? request.at("options").as_object() : json::Object();
    Environment environment;
    const std::string compiled = text(request, "compiled", "");
    const auto case_loader = std::make_shared<CaseLoader>(compiled);
    if (compiled.empty()) {
        environment.set_loader(std::make_shared<DictLoader>(std::move(sources)));
    } else {
        environment.set_loader(case_loader);
    }
    environment.set_syntax(syntax_of(options));
    environment.set_autoescape(flag(options, "autoescape"));
    environment.set_undefined(undefined_of(options));
    if (text(options, "finalize", "") == "dash for none") {
        environment.set_finalize(
            [](const Value& value) { return value.is_none() ? Value("<->") : value; });
    }
    if (const json::Value* steps = request.if_contains("steps"))
        environment.set_limits(Limits().steps(steps->to_number<std::uint64_t>()));
    environment.install_null_translations();
    try {
        const Dict data =
            request.contains("data") ? to_dict(request.at("data").as_object()) : Dict();
        result["output"] = environment.get_template(text(request, "main", "main")).render(data);
    } catch (const TemplateError& error) {
        result["error"] = error_name(error.kind());
        result["line"] = error.line();
        result["name"] = error.name();
        result["message"] = error.message();
    }
    if (!compiled.empty()) count_native(environment, *case_loader, result);
    return result;
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        const auto request = json::parse(line);
        if (!request || !request->is_object()) {
            std::cout << "{\"error\": \"bad request\"}" << std::endl;
            continue;
        }
        std::cout << json::serialize(answer(request->get_object())) << std::endl;
    }
    return 0;
}
