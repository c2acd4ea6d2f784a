#include "indrik/templates/detail/direct_macros.hpp"

#include <algorithm>

#include "indrik/templates/detail/cpp_literal.hpp"
#include "indrik/templates/detail/frame.hpp"

namespace indrik::templates::detail {

namespace {

/// Looks whether a macro's body does nothing but write, with nothing but its parameters and what is around the macro.
class BodyCheck {
public:
    explicit BodyCheck(const MacroInfo& macro) : macro_(macro) {}

    bool passes(const Body& body) {
        return std::ranges::all_of(body, [this](const Stmt* stmt) { return passes(*stmt); });
    }

private:
    /// The code is repeated in each template that calls it.
    static constexpr std::size_t kMostNodes = 40;

    bool passes(const Stmt& stmt) {
        if (++nodes_ > kMostNodes) return false;
        if (stmt.kind == StmtKind::Output) {
            return std::ranges::all_of(stmt.output, [this](const OutputItem& item) {
                return !item.expr || passes(*item.expr);
            });
        }
        return stmt.kind == StmtKind::If && passes(*stmt.expr) && passes(stmt.body) &&
               passes(stmt.else_body) && std::ranges::all_of(stmt.elifs, [this](const Stmt* elif) {
                   return passes(*elif->expr) && passes(elif->body);
               });
    }

    bool passes(const Expr& expr) {
        if (++nodes_ > kMostNodes) return false;
        const auto all = [this](const Exprs& exprs) {
            return std::ranges::all_of(exprs, [this](const Expr* one) { return passes(*one); });
        };
        switch (expr.kind) {
            case ExprKind::Const:
                return true;
            case ExprKind::Name:
                return expr.location.hops != 0 ||
                       std::ranges::find(macro_.slots, expr.location.slot) != macro_.slots.end();
            case ExprKind::Attribute:
            case ExprKind::Not:
                return passes(*expr.first);
            case ExprKind::And:
            case ExprKind::Or:
                return passes(*expr.first) && passes(*expr.second);
            case ExprKind::Compare:
                return passes(*expr.first) && all(expr.items);
            case ExprKind::Conditional:
                return passes(*expr.first) && passes(*expr.second) &&
                       (!expr.third || passes(*expr.third));
            case ExprKind::Filter:
            case ExprKind::Test:
                return expr.first && !expr.is_spread && passes(*expr.first) && all(expr.items);
            default:
                return false;
        }
    }

    const MacroInfo& macro_;
    std::size_t nodes_ = 0;
};

bool is_direct(const MacroInfo& macro) {
    return macro.is_plain && !macro.name.is_none() && !macro.parameters.empty() &&
           macro.parameters.size() <= LightFrame::kFew && macro.function.scope.loads.empty() &&
           !macro.function.keeps_frame && !macro.function.body.empty() &&
           BodyCheck(macro).passes(macro.function.body);
}

std::string_view template_of(const Stmt& import) {
    const bool is_known = import.expr->kind == ExprKind::Const && import.expr->value.is_string();
    return is_known ? import.expr->value.string() : std::string_view();
}

}  // namespace

NodeNumbers::NodeNumbers(const Program& program) {
    std::size_t number = 0;
    for (const Expr& expr : program.exprs) numbers_.emplace(&expr, number++);
    number = 0;
    for (const Stmt& stmt : program.stmts) numbers_.emplace(&stmt, number++);
}

std::string macro_name(const NodeNumbers& numbers, const Stmt& macro) {
    const std::string number = numbers.of(macro);
    return macro.name.is_string() ? "macro_" + number + "_" + cpp_name(macro.name.string())
                                  : "caller_" + number;
}

void DirectMacros::add(const Program& program, const std::string& space) {
    programs_.emplace(program.name, &program);
    const NodeNumbers numbers(program);
    for (const Stmt& stmt : program.stmts) {
        if (stmt.kind != StmtKind::Macro || !stmt.macro || !is_direct(*stmt.macro)) continue;
        const std::string name = macro_name(numbers, stmt);
        macros_.push_back(
            {&program, &stmt, space, name, space + "::" + name, "direct_" + space + "_" + name});
    }
}

const DirectMacro* DirectMacros::find(std::string_view program, std::string_view name) const {
    const auto found = programs_.find(program);
    if (found == programs_.end()) return nullptr;
    const auto macro = std::ranges::find_if(macros_, [&](const DirectMacro& one) {
        return one.program == found->second && one.stmt->name.string() == name;
    });
    return macro == macros_.end() ? nullptr : &*macro;
}

const DirectMacro* DirectMacros::find(const Program& caller, const Expr& callee) const {
    if (callee.kind != ExprKind::Name) return nullptr;
    const std::string_view name = callee.value.string();
    for (const Stmt& stmt : caller.stmts) {
        if (stmt.kind != StmtKind::FromImport) continue;
        for (const auto& [macro, alias] : stmt.names) {
            if (alias.string() == name) return find(template_of(stmt), macro.string());
        }
    }
    return find(caller.name, name);
}

const DirectMacro* MacroCalls::find(const Expr& callee, std::size_t arguments) {
    const DirectMacro* macro = macros_.find(caller_, callee);
    if (!macro || macro->stmt->macro->parameters.size() != arguments) return nullptr;
    if (std::ranges::find(used_, macro) == used_.end()) used_.push_back(macro);
    return macro;
}

}  // namespace indrik::templates::detail
