#pragma once
// Templates that were compiled into C++ when the program was built (CMake: indrik_compile_templates), and their loader.
//
//   #include "pages.hpp"                                          // generated
//   environment.set_loader(std::make_shared<CompiledLoader>(pages::templates()));
//
// They render what the same files render, to the byte, and fail with the same errors. The code was made for the settings that
// the build was told; a template whose program is another one in this environment (an own filter that is called like a builtin
// one, another syntax, a finalize function) is interpreted instead: see Template::is_native().

#include <cstdint>
#include <map>
#include <span>
#include <string_view>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/loader.hpp"

namespace indrik::templates {

struct CompiledTemplate {
    std::string_view name;
    /// The text in pieces: compilers limit the length of one literal.
    std::span<const std::string_view> source;
    /// Of the program that the code was made from.
    std::uint64_t fingerprint = 0;
    /// In the order of functions_of(); empty: only the source is there.
    std::span<const std::span<const NativeCode>> functions;
};

/// Templates that were compiled into the program.
class CompiledLoader final : public Loader {
public:
    /// Lifetime: the templates outlive the loader and the environment.
    explicit CompiledLoader(std::span<const CompiledTemplate> templates);
    std::optional<TemplateSource> load(std::string_view name) const override;
    std::vector<std::string> names() const override;

private:
    std::map<std::string_view, const CompiledTemplate*> templates_;
};

/// All functions of a compiled program: root, blocks, then macros and recursive loops as their statements come.
std::vector<Function*> functions_of(Program& program);
/// Equal for programs that do the same: everything but names of templates, which may differ.
std::uint64_t fingerprint(const Program& program);
/// Lets the program run its code. False: the code was made for another program, and the nodes are walked.
bool attach(Program& program, const CompiledTemplate& compiled);

}  // namespace indrik::templates
