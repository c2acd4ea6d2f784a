#pragma once
// Macros that compiled code calls without a frame of variables: their bodies are C++ functions of their own, which take the
// parameters as they are and write with the caller's pen. Which macro a name will mean is only known when the template is
// rendered; the generated code asks whether it is the expected one, and calls it as any other if not.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "indrik/templates/ast.hpp"

namespace indrik::templates::detail {

/// The numbers by which compiled code finds nodes.
class NodeNumbers {
public:
    explicit NodeNumbers(const Program& program);
    std::string of(const Expr& expr) const { return std::to_string(numbers_.at(&expr)); }
    std::string of(const Stmt& stmt) const { return std::to_string(numbers_.at(&stmt)); }

private:
    std::unordered_map<const void*, std::size_t> numbers_;
};

/// What the code of a macro is called in C++.
std::string macro_name(const NodeNumbers& numbers, const Stmt& macro);

struct DirectMacro {
    const Program* program;
    const Stmt* stmt;
    std::string space;          // the namespace of its template
    std::string array_name;     // of its code, in there
    std::string code_name;      // the same from outside
    std::string function_name;  // that is called
};

/// Those of all templates that are compiled together.
class DirectMacros {
public:
    /// Lifetime: the program outlives this.
    void add(const Program& program, const std::string& space);
    /// The macro that `callee` names if nothing else is assigned to the name, or nullptr.
    const DirectMacro* find(const Program& caller, const Expr& callee) const;
    const std::deque<DirectMacro>& all() const { return macros_; }

private:
    const DirectMacro* find(std::string_view program, std::string_view name) const;

    std::deque<DirectMacro> macros_;
    std::map<std::string, const Program*, std::less<>> programs_;
};

/// The calls of one template.
class MacroCalls {
public:
    MacroCalls(const DirectMacros& macros, const Program& caller)
        : macros_(macros), caller_(caller) {}
    /// A macro that is called with so many arguments, or nullptr.
    const DirectMacro* find(const Expr& callee, std::size_t arguments);
    /// What find() returned.
    const std::vector<const DirectMacro*>& used() const { return used_; }

private:
    const DirectMacros& macros_;
    const Program& caller_;
    std::vector<const DirectMacro*> used_;
};

}  // namespace indrik::templates::detail
