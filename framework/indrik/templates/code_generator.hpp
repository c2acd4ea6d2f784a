#pragma once
// Templates to C++: what `indrik templates compile` does. See compiled.hpp for how a program uses the result.
//
//   CodeGenerator generator(environment, {.name = "pages"});
//   generator.add("index.html", source);
//   for (const GeneratedFile& file : generator.files()) write(folder / file.name, file.text);

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/detail/direct_macros.hpp"
#include "indrik/templates/environment.hpp"

namespace indrik::templates {

struct GeneratedFile {
    std::string name;
    std::string text;
};

struct CodeGeneratorOptions {
    /// Of the files, and (with :: for every level) the namespace that gets `templates()`. Identifiers with '_' or '::' between.
    std::string name = "templates";
    /// How many C++ files the templates are spread over.
    std::size_t units = 1;
    /// Templates with errors are kept as they are, so that using them fails when the program runs; otherwise add() throws.
    bool keeps_broken = false;
};

class CodeGenerator {
public:
    /// Filters and tests that neither the environment nor the language knows are those of the host.
    /// Lifetime: the environment outlives the generator.
    CodeGenerator(Environment& environment, CodeGeneratorOptions options);

    /// Errors: TemplateSyntaxError.
    void add(std::string_view name, std::string_view source);
    /// A header, a table and the units: always the same names for as many units.
    std::vector<GeneratedFile> files() const;
    /// Their names.
    static std::vector<std::string> file_names(const CodeGeneratorOptions& options);

private:
    struct Entry {
        std::string name;
        std::string space;  // the namespace of its code
        std::string source;
        std::unique_ptr<Program> program;  // nothing of a broken template
    };
    void define_host_names(const Program& program);
    std::string declarations(const Entry& entry) const;
    std::string code(const Entry& entry) const;
    std::string unit(std::size_t number) const;
    std::string table() const;
    std::string header() const;

    Environment& environment_;
    CodeGeneratorOptions options_;
    std::vector<Entry> entries_;
    detail::DirectMacros macros_;
};

}  // namespace indrik::templates
