// Loops and macros: the statements with functions of their own.
#include <algorithm>
#include <iterator>

#include "indrik/templates/compiler.hpp"
#include "indrik/templates/detail/compiler_frame.hpp"
#include "indrik/templates/detail/visit.hpp"
#include "indrik/templates/environment.hpp"

namespace indrik::templates {

namespace {

/// Filters of loops have variables of their own, beside those of the loop.
constexpr int kFilterSlots = 1'000'000;

bool is_loop(const Expr* expr) {
    return expr && expr->kind == ExprKind::Name && expr->value.string() == "loop";
}

/// Whether nothing can keep or look through `loop`: the body only asks it for plain attributes. Errs on the safe side.
class PrivateLoop {
public:
    bool look(const Body& body) {
        for (const Stmt* stmt : body) (*this)(*stmt);
        return is_private_;
    }

    void operator()(const Stmt& stmt) {
        switch (stmt.kind) {
            case StmtKind::Macro:
            case StmtKind::CallBlock:
            case StmtKind::Include:
            case StmtKind::Import:
            case StmtKind::FromImport:
            case StmtKind::Block:
                is_private_ = false;
                break;
            default:
                detail::for_each_child(stmt, *this);
                break;
        }
    }

    void operator()(const Expr& expr) {
        if (is_loop(&expr)) is_private_ = false;
        if (expr.kind == ExprKind::Attribute && is_loop(expr.first)) {
            static constexpr std::string_view kPlain[] = {"index",
                                                          "index0",
                                                          "first",
                                                          "last",
                                                          "length",
                                                          "revindex",
                                                          "revindex0",
                                                          "depth",
                                                          "depth0"};
            is_private_ =
                is_private_ && std::ranges::find(kPlain, expr.value.string()) != std::end(kPlain);
        } else if (const Expr* callee = expr.kind == ExprKind::Call ? expr.first : nullptr;
                   callee && callee->kind == ExprKind::Attribute && is_loop(callee->first) &&
                   callee->value.string() == "cycle" && !expr.call) {
            for (const Expr* item : expr.items) (*this)(*item);
        } else {
            detail::for_each_child(expr, *this);
        }
    }

private:
    bool is_private_ = true;
};

bool has_scoped_block(const Stmt& stmt) {
    for (const Body* body : {&stmt.body, &stmt.else_body}) {
        for (const Stmt* block : detail::find_blocks(*body)) {
            if (block->flag) return true;
        }
    }
    return false;
}

}  // namespace

void Compiler::compile_for(Stmt& stmt, Frame& frame) {
    LoopInfo& loop = *stmt.loop;
    FunctionScope* const outer = function_;
    std::optional<FunctionScope> own;
    if (loop.is_recursive) {
        loop.function = std::make_unique<Function>();
        own.emplace(outer, *loop.function);
        outer->function().keeps_frame = true;
    }
    FunctionScope& function = own ? *own : *outer;
    loop.is_extended = loop.is_recursive || has_scoped_block(stmt) ||
                       detail::UndeclaredNames({"loop"}).look(stmt.body).has("loop");
    loop.is_private = loop.is_extended && !loop.is_recursive && PrivateLoop().look(stmt.body);
    Frame loop_frame(inner_symbols(frame, function));
    Frame test_frame(inner_symbols(frame, function, kFilterSlots));
    Frame else_frame(inner_symbols(frame, function));
    loop_frame.checks_parent = else_frame.checks_parent = frame.checks_parent;
    loop_frame.is_loop = true;
    loop_frame.loop_depth = (own ? 0 : frame.loop_depth) + 1;
    else_frame.loop_depth = own ? 0 : frame.loop_depth;
    if (loop.is_extended) loop.loop_slot = loop_frame.symbols.declare_parameter("loop").slot;
    loop_frame.symbols.visit_parameters(*stmt.target);
    loop_frame.symbols.analyze(stmt.body);
    else_frame.symbols.analyze(stmt.else_body);
    function_ = &function;
    if (stmt.test) {
        test_frame.symbols.visit_parameters(*stmt.target);
        test_frame.symbols.visit(*stmt.test);
        loop.filter_target = clone_target(*stmt.target);
        loop.filter_scope = scope_of(test_frame);
        line_ = stmt.test->line;
        compile_target(*loop.filter_target, test_frame);
        compile_expr(*stmt.test, test_frame);
    }
    if (const int line = detail::find_loop_assignment(stmt); line != 0) {
        fail_at("Can't assign to special loop variable in for-loop target", line);
    }
    function_ = outer;
    line_ = stmt.line;
    compile_expr(*stmt.expr, frame);
    function_ = &function;
    compile_loop_body(stmt, loop_frame, else_frame);
    function_ = outer;
    if (own) line_ = stmt.line;
}

void Compiler::compile_loop_body(Stmt& stmt, Frame& loop_frame, Frame& else_frame) {
    LoopInfo& loop = *stmt.loop;
    compile_target(*stmt.target, loop_frame);
    loop.body_scope = scope_of(loop_frame);
    std::erase_if(loop.body_scope.loads, [&](const Load& load) {
        const bool is_outer = load.action == LoadAction::Resolve &&
                              !loop_frame.symbols.stores(std::string(load.name.string()));
        if (is_outer) loop.outer_loads.push_back(load);
        return is_outer;
    });
    compile_body(stmt.body, loop_frame);
    loop.else_scope = scope_of(else_frame);
    compile_body(stmt.else_body, else_frame);
}

void Compiler::declare_special(Stmt& stmt, Frame& frame) {
    MacroInfo& macro = *stmt.macro;
    std::optional<std::size_t> explicit_caller;
    bool names_kwargs = false;
    bool names_varargs = false;
    for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
        const std::string_view name = macro.parameters[i].string();
        if (name == "caller") explicit_caller = i;
        names_kwargs = names_kwargs || name == "kwargs";
        names_varargs = names_varargs || name == "varargs";
        macro.slots.push_back(frame.symbols.find(std::string(name))->slot);
    }
    macro.has_explicit_caller = explicit_caller.has_value();
    const auto undeclared =
        detail::UndeclaredNames({"caller", "kwargs", "varargs"}).look(stmt.body);
    if (undeclared.has("caller")) {
        if (explicit_caller && *explicit_caller + macro.defaults.size() < macro.parameters.size()) {
            fail_at(
                "When defining macros or call blocks the special \"caller\" argument must be "
                "omitted or be given a "
                "default.",
                stmt.line);
        }
        if (!explicit_caller) macro.slots.push_back(frame.symbols.declare_parameter("caller").slot);
        macro.uses_caller = true;
    }
    if (undeclared.has("kwargs") && !names_kwargs) {
        macro.slots.push_back(frame.symbols.declare_parameter("kwargs").slot);
        macro.uses_kwargs = true;
    }
    if (undeclared.has("varargs") && !names_varargs) {
        macro.slots.push_back(frame.symbols.declare_parameter("varargs").slot);
        macro.uses_varargs = true;
    }
    macro.is_plain = !macro.uses_caller && !macro.uses_kwargs && !macro.uses_varargs &&
                     !macro.has_explicit_caller;
}

void Compiler::compile_macro_body(Stmt& stmt, Frame& frame) {
    MacroInfo& macro = *stmt.macro;
    FunctionScope* const outer = function_;
    outer->function().keeps_frame = true;
    FunctionScope function(outer, macro.function);
    function_ = &function;
    Frame body_frame(inner_symbols(frame, function));
    const auto analyze = [&] {
        body_frame.symbols.analyze_exprs(macro.arguments);
        body_frame.symbols.analyze_exprs(macro.defaults);
        body_frame.symbols.analyze(stmt.body);
    };
    analyze();
    declare_special(stmt, body_frame);
    analyze();
    line_ = stmt.line;
    macro.function.scope = scope_of(body_frame);
    for (Expr* argument : macro.arguments) compile_target(*argument, body_frame);
    for (Expr* value : macro.defaults) compile_expr(*value, body_frame);
    macro.function.body = stmt.body;
    compile_body(macro.function.body, body_frame);
    function_ = outer;
}

void Compiler::compile_macro(Stmt& stmt, Frame& frame) {
    compile_macro_body(stmt, frame);
    function_->function().is_captured = true;
    stmt.location = locate(frame, stmt.name);
    stmt.is_toplevel = frame.is_toplevel;
}

void Compiler::compile_call_block(Stmt& stmt, Frame& frame) {
    compile_macro_body(stmt, frame);
    line_ = stmt.line;
    compile_expr(*stmt.expr, frame);
}

}  // namespace indrik::templates
