#pragma once
// Which variable a name means: Jinja2's scoping rules (a `set` in a loop ends with the loop, one in an `if` does not, blocks see
// only the context), resolved when the template is compiled.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "indrik/templates/ast.hpp"

namespace indrik::templates {

/// A function while it is compiled: it gives slots to variables. Scopes beside each other share the slots of equal names.
class FunctionScope {
public:
    FunctionScope(FunctionScope* parent, Function& function)
        : parent_(parent), function_(function), depth_(parent ? parent->depth_ + 1 : 0) {}
    std::uint32_t slot(int level, const std::string& name);
    FunctionScope* parent() const { return parent_; }
    Function& function() const { return function_; }
    std::uint32_t depth() const { return depth_; }

private:
    FunctionScope* parent_;
    Function& function_;
    std::uint32_t depth_;
    std::map<std::pair<int, std::string>, std::uint32_t> slots_;
};

/// A variable: a slot of a function.
struct Variable {
    FunctionScope* function = nullptr;
    std::uint32_t slot = 0;
};

/// The names of one scope.
class Symbols {
public:
    Symbols(const Symbols* parent, FunctionScope& function, int level, int slot_level)
        : parent_(parent), function_(&function), level_(level), slot_level_(slot_level) {}

    int level() const { return level_; }
    FunctionScope& function() const { return *function_; }
    const Variable* find(const std::string& name) const;
    void store(const std::string& name);
    Variable declare_parameter(const std::string& name);
    void load(const std::string& name);
    /// What is known after one of several branches ran.
    void merge(const std::vector<Symbols>& branches);
    /// Whether the name is looked up in the context because no scope assigns it.
    bool is_unresolved(const std::string& name) const;
    bool stores(const std::string& name) const { return stores_.contains(name); }
    /// Names and variables that this scope or one around it assigns.
    std::vector<std::pair<std::string, Variable>> all_stores() const;
    /// How to enter and leave the scope.
    Scope scope(const FunctionScope& from) const;

    /// Whole nodes: what the body of a scope declares.
    void analyze(const Body& body);
    void analyze_exprs(const Exprs& exprs);
    void visit(const Stmt& stmt);
    void visit(const Expr& expr);
    /// A loop's target: its names are parameters.
    void visit_parameters(const Expr& target);

private:
    enum class Action : std::uint8_t { Parameter, Resolve, Alias, Undefined };
    struct LoadInfo {
        Action action;
        std::string name;
        Variable source;
    };
    Variable define(const std::string& name, LoadInfo load);
    void visit_branches(const Stmt& stmt);

    const Symbols* parent_;
    FunctionScope* function_;
    int level_;
    int slot_level_;
    std::map<std::string, Variable> refs_;
    std::map<std::uint32_t, LoadInfo> loads_;
    std::set<std::string> stores_;
};

}  // namespace indrik::templates
