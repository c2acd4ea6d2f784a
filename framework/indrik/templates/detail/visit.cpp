#include "indrik/templates/detail/visit.hpp"

#include <algorithm>

#include "indrik/templates/errors.hpp"

namespace indrik::templates::detail {

namespace {

constexpr int kMaxDepth = 250;

class DepthCheck {
public:
    explicit DepthCheck(const Program& program) : program_(program) {}
    template <class Node>
    void operator()(const Node& node) {
        if (++depth_ > kMaxDepth) {
            TemplateSyntaxError error(ErrorKind::Syntax, "the template is nested too deeply");
            error.add_place(program_.name, node.line, program_.source);
            throw error;
        }
        for_each_child(node, *this);
        --depth_;
    }

private:
    const Program& program_;
    int depth_ = 0;
};

class BlockFinder {
public:
    void operator()(Stmt& stmt) {
        if (stmt.kind == StmtKind::Block) found.push_back(&stmt);
        for_each_child(stmt, *this);
    }
    void operator()(Expr&) {}
    std::vector<Stmt*> found;
};

class KindFinder {
public:
    explicit KindFinder(StmtKind kind) : kind_(kind) {}
    void operator()(const Stmt& stmt) {
        is_found = is_found || stmt.kind == kind_;
        if (!is_found) for_each_child(stmt, *this);
    }
    void operator()(const Expr&) {}
    bool is_found = false;

private:
    StmtKind kind_;
};

class LoopAssignment {
public:
    void operator()(const Stmt& stmt) { for_each_child(stmt, *this); }
    void operator()(const Expr& expr) {
        const bool is_found = expr.kind == ExprKind::Name && expr.usage == Usage::Store &&
                              expr.value.string() == "loop";
        if (is_found && line == 0) line = expr.line;
        for_each_child(expr, *this);
    }
    int line = 0;
};

}  // namespace

bool UndeclaredNames::has(std::string_view name) const {
    return std::find(found_.begin(), found_.end(), name) != found_.end();
}

void UndeclaredNames::operator()(const Expr& expr) {
    if (expr.kind == ExprKind::Name) {
        const auto known = std::find(names_.begin(), names_.end(), expr.value.string());
        if (known == names_.end()) return;
        if (expr.usage == Usage::Load) {
            found_.push_back(*known);
        } else {
            names_.erase(known);
        }
        return;
    }
    for_each_child(expr, *this);
}

void check_depth(const Program& program) {
    DepthCheck check(program);
    for (const Stmt* stmt : program.root.body) check(*stmt);
}

std::vector<Stmt*> find_blocks(const Body& body) {
    BlockFinder finder;
    for (Stmt* stmt : body) finder(*stmt);
    return std::move(finder.found);
}

bool holds(const Body& body, StmtKind kind) {
    KindFinder finder(kind);
    for (const Stmt* stmt : body) finder(*stmt);
    return finder.is_found;
}

int find_loop_assignment(const Stmt& stmt) {
    LoopAssignment finder;
    finder(stmt);
    return finder.line;
}

}  // namespace indrik::templates::detail
