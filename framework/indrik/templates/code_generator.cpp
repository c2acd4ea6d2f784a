#include "indrik/templates/code_generator.hpp"

#include <algorithm>
#include <map>

#include "indrik/templates/compiled.hpp"
#include "indrik/templates/compiler.hpp"
#include "indrik/templates/detail/cpp_literal.hpp"
#include "indrik/templates/detail/function_writer.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/parser.hpp"

namespace indrik::templates {

namespace {

constexpr std::string_view kNotice = "// Made by `indrik templates compile`. Changes are lost.\n";

Value do_nothing(const Arguments&) {
    return {};
}

std::string base_name(const CodeGeneratorOptions& options) {
    return detail::cpp_name(options.name);
}

/// Functions, and the tables of their pointers.
class ProgramWriter {
public:
    ProgramWriter(Program& program, const detail::DirectMacros& macros)
        : program_(program), macros_(macros), numbers_(program), calls_(macros, program) {
        std::vector<std::string> names{"root"};
        for (const Program::Block& block : program.blocks)
            names.push_back("block_" + std::to_string(names.size()) + "_" +
                            detail::cpp_name(block.name.string()));
        for (const Stmt& stmt : program.stmts) {
            if (stmt.macro) names.push_back(detail::macro_name(numbers_, stmt));
            if (stmt.loop && stmt.loop->function) names.emplace_back();
        }
        std::map<const Function*, std::vector<std::uint32_t>> parameters;
        for (const Stmt& stmt : program.stmts) {
            if (stmt.macro) parameters[&stmt.macro->function] = stmt.macro->slots;
        }
        const std::vector<Function*> functions = functions_of(program);
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const Body& body = functions[i]->body;
            if (names[i].empty() || body.empty()) {
                spans_ += "    {},\n";
            } else if (i == 0) {
                // One for each statement: a stream renders them one at a time.
                for (const Stmt* stmt : body)
                    write(names[i] + "_" + std::to_string(parts_), Body{const_cast<Stmt*>(stmt)});
                finish(names[i]);
            } else {
                write(names[i] + "_body", body, parameters[functions[i]]);
                finish(names[i]);
            }
        }
        for (const detail::DirectMacro* const macro : calls_.used()) write_direct(*macro);
    }

    /// The functions, and the tables that other templates know.
    std::string code() const {
        return "namespace {\n\n" + direct_ + code_ + "}  // namespace\n\n" + shared_;
    }
    const std::string& spans() const { return spans_; }

private:
    void write(const std::string& name, const Body& body, std::vector<std::uint32_t> defined = {}) {
        code_ += "void " + name + "(Renderer& renderer, detail::Frame& frame) {\n";
        code_ += "    const Native n(renderer, frame);\n";
        code_ += detail::FunctionWriter(numbers_, calls_, std::move(defined)).write(body) + "}\n\n";
        pointers_ += (parts_++ == 0 ? "" : ", ") + name;
    }
    /// The body of a macro, wherever it comes from, as a function for calls in this template.
    void write_direct(const detail::DirectMacro& macro) {
        const MacroInfo& info = *macro.stmt->macro;
        const detail::NodeNumbers numbers(*macro.program);
        direct_ += "[[gnu::always_inline]] inline void " + macro.function_name +
                   "(const Native& caller, Native::MacroSite& site, detail::Pen& p";
        for (const std::uint32_t slot : info.slots)
            direct_ += ", [[maybe_unused]] const Value a" + std::to_string(slot);
        direct_ +=
            ") {\n    const Native::DirectCall call(caller, site);\n"
            "    const Native n(caller.renderer, site.frame());\n    try {\n";
        direct_ += "        n.line(" + std::to_string(info.arguments[0]->line) + ");\n";
        // It calls no macros itself.
        direct_ += detail::FunctionWriter(numbers, calls_, info.slots).write_direct(info);
        direct_ +=
            "    } catch (TemplateError& error) {\n        n.add_place(error);\n        throw;\n"
            "    }\n}\n\n";
    }
    void finish(const std::string& name) {
        const bool is_shared = std::ranges::any_of(macros_.all(), [&](const auto& macro) {
            return macro.program == &program_ && macro.array_name == name;
        });
        if (is_shared) {
            shared_ += "const NativeCode " + name + "[1] = {" + pointers_ + "};\n\n";
        } else {
            code_ += "constexpr NativeCode " + name + "[] = {" + pointers_ + "};\n\n";
        }
        spans_ += "    " + name + ",\n";
        pointers_.clear();
        parts_ = 0;
    }

    const Program& program_;
    const detail::DirectMacros& macros_;
    detail::NodeNumbers numbers_;
    detail::MacroCalls calls_;
    std::string direct_;
    std::string shared_;
    std::string code_;
    std::string pointers_;
    std::string spans_;
    std::size_t parts_ = 0;
};

}  // namespace

CodeGenerator::CodeGenerator(Environment& environment, CodeGeneratorOptions options)
    : environment_(environment), options_(std::move(options)) {
    options_.units = std::max<std::size_t>(options_.units, 1);
}

void CodeGenerator::define_host_names(const Program& program) {
    for (const Expr& expr : program.exprs) {
        if (!expr.value.is_string()) continue;
        const std::string_view name = expr.value.string();
        if (expr.kind == ExprKind::Filter && !environment_.find_filter(name) &&
            !detail::find_filter(name))
            environment_.add_filter(name, do_nothing);
        if (expr.kind == ExprKind::Test && !environment_.find_test(name) &&
            !detail::find_test(name))
            environment_.add_test(name, do_nothing);
    }
}

void CodeGenerator::add(std::string_view name, std::string_view source) {
    Entry entry{std::string(name),
                "t" + std::to_string(entries_.size()) + "_" + detail::cpp_name(name),
                std::string(source),
                nullptr};
    auto program = std::make_unique<Program>();
    try {
        program->name = name;
        program->source = source;
        if (!detail::is_utf8(source)) {
            TemplateSyntaxError error(ErrorKind::UnicodeDecode, "the template is not UTF-8");
            error.add_place(name, 1, source);
            throw error;
        }
        Parser(*program, environment_.syntax(), Extensions()).parse();
        define_host_names(*program);
        Compiler(*program, environment_).compile();
        macros_.add(*program, entry.space);
        entry.program = std::move(program);
    } catch (const TemplateSyntaxError&) {
        if (!options_.keeps_broken) throw;
    }
    entries_.push_back(std::move(entry));
}

/// What the table of templates refers to.
std::string CodeGenerator::declarations(const Entry& entry) const {
    std::string text = "namespace " + entry.space + " {\n";
    if (const std::size_t pieces = detail::literal_pieces(entry.source).size(); pieces != 0)
        text += "extern const std::string_view source[" + std::to_string(pieces) + "];\n";
    if (entry.program) {
        text += "extern const std::span<const NativeCode> functions[" +
                std::to_string(functions_of(*entry.program).size()) + "];\n";
    }
    return text + "}\n";
}

std::string CodeGenerator::code(const Entry& entry) const {
    std::string text;
    std::string spans;
    if (entry.program) {
        const ProgramWriter writer(*entry.program, macros_);
        text = writer.code();
        spans = writer.spans();
    }
    const auto pieces = detail::literal_pieces(entry.source);
    if (!pieces.empty()) {
        text += "const std::string_view source[" + std::to_string(pieces.size()) + "] = {\n";
        for (const std::string_view piece : pieces) {
            text += "    std::string_view(" + detail::cpp_literal(piece, 21) + ", " +
                    std::to_string(piece.size()) + "),\n";
        }
        text += "};\n";
    }
    if (entry.program) {
        text += "const std::span<const NativeCode> functions[" +
                std::to_string(functions_of(*entry.program).size()) + "] = {\n" + spans + "};\n";
    }
    return text;
}

std::string CodeGenerator::unit(std::size_t number) const {
    std::string text(kNotice);
    text +=
        "#include \"indrik/templates/compiled.hpp\"\n#include \"indrik/templates/native.hpp\"\n\n";
    text += "namespace indrik::templates::compiled_templates::" + base_name(options_) + " {\n";
    if (!macros_.all().empty()) text += "\n// Macros that are called directly\n";
    for (const detail::DirectMacro& macro : macros_.all()) {
        text += "namespace " + macro.space + " {\nextern const NativeCode " + macro.array_name +
                "[1];\n}\n";
    }
    for (std::size_t i = number; i < entries_.size(); i += options_.units) {
        const Entry& entry = entries_[i];
        text += "\n// The template " + detail::cpp_literal(entry.name, 0) + "\n";
        text += declarations(entry);
        text += "namespace " + entry.space + " {\n\n" + code(entry) + "\n}  // namespace " +
                entry.space + "\n";
    }
    return text +
           "\n}  // namespace indrik::templates::compiled_templates::" + base_name(options_) + "\n";
}

std::string CodeGenerator::table() const {
    const std::string space = "indrik::templates::compiled_templates::" + base_name(options_);
    std::string rows;
    std::string parts;
    for (const Entry& entry : entries_) {
        parts += declarations(entry);
        rows += "    {std::string_view(" + detail::cpp_literal(entry.name, 22) + ", " +
                std::to_string(entry.name.size()) + "),\n     " +
                (entry.source.empty() ? "{}" : entry.space + "::source") + ",\n     " +
                std::to_string(entry.program ? fingerprint(*entry.program) : 0) + "U,\n     " +
                (entry.program ? entry.space + "::functions" : "{}") + "},\n";
    }
    std::string text = std::string(kNotice) + "#include \"" + base_name(options_) +
                       ".hpp\"\n\n#include <string_view>\n\nnamespace " + space + " {\n\n" + parts;
    if (!entries_.empty()) {
        text += "\nnamespace {\nconstexpr CompiledTemplate kTemplates[] = {\n" + rows +
                "};\n}  // namespace\n";
    }
    text += "\nstd::span<const CompiledTemplate> all() {\n    return ";
    text += entries_.empty() ? "{}" : "kTemplates";
    text += ";\n}\n\n}  // namespace " + space + "\n\n";
    text += "std::span<const indrik::templates::CompiledTemplate> " + options_.name +
            "::templates() {\n    return " + space + "::all();\n}\n";
    return text;
}

std::string CodeGenerator::header() const {
    std::string text = "#pragma once\n" + std::string(kNotice) +
                       "#include <span>\n\n#include \"indrik/templates/compiled.hpp\"\n\n";
    text += "namespace " + options_.name + " {\n\n";
    text += "/// For indrik::templates::CompiledLoader.\n";
    text += "std::span<const indrik::templates::CompiledTemplate> templates();\n\n";
    return text + "}  // namespace " + options_.name + "\n";
}

std::vector<std::string> CodeGenerator::file_names(const CodeGeneratorOptions& options) {
    const std::string base = base_name(options);
    std::vector<std::string> names{base + ".hpp", base + ".cpp"};
    for (std::size_t i = 0; i < std::max<std::size_t>(options.units, 1); ++i)
        names.push_back(base + "_" + std::to_string(i) + ".cpp");
    return names;
}

std::vector<GeneratedFile> CodeGenerator::files() const {
    const std::vector<std::string> names = file_names(options_);
    std::vector<GeneratedFile> files{{names[0], header()}, {names[1], table()}};
    for (std::size_t i = 0; i < options_.units; ++i) files.push_back({names[i + 2], unit(i)});
    return files;
}

}  // namespace indrik::templates
