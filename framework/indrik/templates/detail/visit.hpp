#pragma once
// The children of nodes, in the order of Jinja2's fields.

#include <span>
#include <string_view>

#include "indrik/templates/ast.hpp"

namespace indrik::templates::detail {

template <class F>
void for_each_child(const Expr& expr, F&& visit) {
    for (Expr* child : {expr.first, expr.second, expr.third}) {
        if (child) visit(*child);
    }
    for (Expr* item : expr.items) visit(*item);
    if (!expr.call) return;
    for (const KeywordExpr& keyword : expr.call->keywords) visit(*keyword.value);
    if (expr.call->rest) visit(*expr.call->rest);
    if (expr.call->rest_keywords) visit(*expr.call->rest_keywords);
}

template <class F>
void for_each_child(const Stmt& stmt, F&& visit) {
    const auto body = [&] {
        for (Stmt* inner : stmt.body) visit(*inner);
    };
    if (stmt.kind == StmtKind::CallBlock) visit(*stmt.expr);
    if (stmt.kind == StmtKind::FilterBlock) body();
    if (stmt.target) visit(*stmt.target);
    for (Expr* target : stmt.targets) visit(*target);
    if (stmt.macro) {
        for (Expr* argument : stmt.macro->arguments) visit(*argument);
        for (Expr* value : stmt.macro->defaults) visit(*value);
    }
    if (stmt.expr && stmt.kind != StmtKind::CallBlock) visit(*stmt.expr);
    for (Expr* expr : stmt.exprs) visit(*expr);
    if (stmt.kind != StmtKind::FilterBlock) body();
    for (Stmt* elif : stmt.elifs) visit(*elif);
    for (Stmt* inner : stmt.else_body) visit(*inner);
    if (stmt.test) visit(*stmt.test);
}

/// Which of `names` are read before they are assigned, in the order of the text; blocks are not looked into.
class UndeclaredNames {
public:
    explicit UndeclaredNames(std::vector<std::string_view> names) : names_(std::move(names)) {}
    UndeclaredNames& look(const Body& body) {
        for (const Stmt* stmt : body) (*this)(*stmt);
        return *this;
    }
    bool has(std::string_view name) const;

    void operator()(const Stmt& stmt) {
        if (stmt.kind != StmtKind::Block) for_each_child(stmt, *this);
    }
    void operator()(const Expr& expr);

private:
    std::vector<std::string_view> names_;
    std::vector<std::string_view> found_;
};

/// Errors: TemplateSyntaxError for expressions that are nested too deeply (`a|f|f|f...`), whose walk would need too much stack.
void check_depth(const Program& program);
/// Every block of the body, the inner ones too.
std::vector<Stmt*> find_blocks(const Body& body);
bool holds(const Body& body, StmtKind kind);
/// The line of an assignment to `loop` anywhere in the statement; 0 if there is none.
int find_loop_assignment(const Stmt& stmt);

}  // namespace indrik::templates::detail
