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
    explicit ProgramWriter(Program& program) : numbers_(program) {
        std::vector<std::string> names{"root"};
        for (const Program::Block& block : program.blocks)
            names.push_back("block_" + std::to_string(names.size()) + "_" +
                            detail::cpp_name(block.name.string()));
        for (const Stmt& stmt : program.stmts) {
            if (stmt.macro) {
                names.push_back(stmt.name.is_string() ? "macro_" + numbers_.of(stmt) + "_" +
                                                            detail::cpp_name(stmt.name.string())
                                                      : "caller_" + numbers_.of(stmt));
            }
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
        count_ = functions.size();
    }

    const std::string& code() const { return code_; }
    const std::string& spans() const { return spans_; }
    std::size_t count() const { return count_; }

private:
    void write(const std::string& name, const Body& body, std::vector<std::uint32_t> defined = {}) {
        code_ += "void " + name + "(Renderer& renderer, detail::Frame& frame) {\n";
        code_ += "    const Native n(renderer, frame);\n";
        code_ += detail::FunctionWriter(numbers_, std::move(defined)).write(body) + "}\n\n";
        pointers_ += (parts_++ == 0 ? "" : ", ") + name;
    }
    void finish(const std::string& name) {
        code_ += "constexpr NativeCode " + name + "[] = {" + pointers_ + "};\n\n";
        spans_ += "    " + name + ",\n";
        pointers_.clear();
        parts_ = 0;
    }

    detail::NodeNumbers numbers_;
    std::string code_;
    std::string pointers_;
    std::string spans_;
    std::size_t parts_ = 0;
    std::size_t count_ = 0;
};

std::string declarations(const std::string& space, std::size_t pieces, std::size_t functions) {
    std::string text = "namespace " + space + " {\n";
    if (pieces != 0)
        text += "extern const std::string_view source[" + std::to_string(pieces) + "];\n";
    if (functions != 0) {
        text += "extern const std::span<const NativeCode> functions[" + std::to_string(functions) +
                "];\n";
    }
    return text + "}\n";
}

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
                {},
                0,
                0,
                0};
    std::string spans;
    try {
        Program program;
        program.name = name;
        program.source = source;
        if (!detail::is_utf8(source)) {
            TemplateSyntaxError error(ErrorKind::UnicodeDecode, "the template is not UTF-8");
            error.add_place(name, 1, source);
            throw error;
        }
        Parser(program, environment_.syntax(), Extensions()).parse();
        define_host_names(program);
        Compiler(program, environment_).compile();
        const ProgramWriter writer(program);
        entry.code = "namespace {\n\n" + writer.code() + "}  // namespace\n\n";
        entry.fingerprint = fingerprint(program);
        entry.functions = writer.count();
        spans = writer.spans();
    } catch (const TemplateSyntaxError&) {
        if (!options_.keeps_broken) throw;
    }
    const auto pieces = detail::literal_pieces(source);
    entry.source_pieces = pieces.size();
    if (!pieces.empty()) {
        entry.code += "const std::string_view source[" + std::to_string(pieces.size()) + "] = {\n";
        for (const std::string_view piece : pieces) {
            entry.code += "    std::string_view(" + detail::cpp_literal(piece, 21) + ", " +
                          std::to_string(piece.size()) + "),\n";
        }
        entry.code += "};\n";
    }
    if (entry.functions != 0) {
        entry.code += "const std::span<const NativeCode> functions[" +
                      std::to_string(entry.functions) + "] = {\n" + spans + "};\n";
    }
    entries_.push_back(std::move(entry));
}

std::string CodeGenerator::unit(std::size_t number) const {
    std::string text(kNotice);
    text +=
        "#include \"indrik/templates/compiled.hpp\"\n#include \"indrik/templates/native.hpp\"\n\n";
    text += "namespace indrik::templates::compiled_templates::" + base_name(options_) + " {\n";
    for (std::size_t i = number; i < entries_.size(); i += options_.units) {
        const Entry& entry = entries_[i];
        text += "\n// The template " + detail::cpp_literal(entry.name, 0) + "\n";
        text += declarations(entry.space, entry.source_pieces, entry.functions);
        text += "namespace " + entry.space + " {\n\n" + entry.code + "\n}  // namespace " +
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
        parts += declarations(entry.space, entry.source_pieces, entry.functions);
        rows += "    {std::string_view(" + detail::cpp_literal(entry.name, 22) + ", " +
                std::to_string(entry.name.size()) + "),\n     " +
                (entry.source_pieces != 0 ? entry.space + "::source" : "{}") + ",\n     " +
                std::to_string(entry.fingerprint) + "U,\n     " +
                (entry.functions != 0 ? entry.space + "::functions" : "{}") + "},\n";
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
