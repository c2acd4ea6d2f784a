// Statements.
#include "indrik/templates/compiler.hpp"

#include "indrik/templates/detail/compiler_frame.hpp"
#include "indrik/templates/detail/visit.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {
std::string text_of(const Value& name) {
    return std::string(name.string());
}
}  // namespace

Compiler::Compiler(Program& program,
                   const Environment& environment,
                   std::vector<const Expr*>* unresolved)
    : program_(program),
      environment_(environment),
      unresolved_(unresolved),
      autoescape_(environment.autoescapes(program.name)) {
    program.autoescapes = autoescape_;
}

void Compiler::fail_at(std::string message, int line, ErrorKind kind) const {
    TemplateSyntaxError error(kind, std::move(message));
    error.add_place(program_.name, line, program_.source);
    throw error;
}

const Symbols& Compiler::frame_symbols(const Frame& frame) {
    return frame.symbols;
}

Symbols Compiler::inner_symbols(const Frame& frame,
                                FunctionScope& function,
                                int slot_offset) const {
    const int level = frame.symbols.level() + 1;
    return Symbols(&frame.symbols, function, level, level + slot_offset);
}

Compiler::Frame Compiler::inner(const Frame& frame) const {
    Frame result(inner_symbols(frame, *function_));
    result.checks_parent = frame.checks_parent;
    return result;
}

Location Compiler::locate(const Variable& variable) const {
    return {function_->depth() - variable.function->depth(), variable.slot};
}

Location Compiler::locate(const Frame& frame, const Value& name) const {
    const Variable* variable = frame.symbols.find(text_of(name));
    if (!variable) fail_at("unknown name '" + text_of(name) + "'", line_);
    return locate(*variable);
}

Locals Compiler::locals_of(const Frame& frame) const {
    Locals locals;
    for (const auto& [name, variable] : frame.symbols.all_stores())
        locals.emplace_back(Value(name), locate(variable));
    return locals;
}

void Compiler::compile() {
    detail::check_depth(program_);
    const std::vector<Stmt*> blocks = detail::find_blocks(program_.root.body);
    std::set<std::string_view> names;
    for (const Stmt* stmt : blocks) {
        if (!names.insert(stmt->name.string()).second) {
            fail_at("block '" + text_of(stmt->name) + "' defined twice", stmt->line);
        }
    }
    compile_root();
    for (Stmt* stmt : blocks) {
        Program::Block& block = program_.blocks.emplace_back();
        block.name = stmt->name;
        compile_block(*stmt, block);
    }
}

void Compiler::compile_root() {
    FunctionScope function(nullptr, program_.root);
    function_ = &function;
    Frame frame(Symbols(nullptr, function, 0, 0));
    program_.has_extends = detail::holds(program_.root.body, StmtKind::Extends);
    if (detail::UndeclaredNames({"self"}).look(program_.root.body).has("self")) {
        program_.uses_self = true;
        program_.self_slot = frame.symbols.declare_parameter("self").slot;
    }
    frame.symbols.analyze(program_.root.body);
    frame.is_toplevel = frame.is_rootlevel = true;
    frame.checks_parent = program_.has_extends;
    program_.root.scope = scope_of(frame);
    compile_body(program_.root.body, frame);
}

void Compiler::compile_block(Stmt& stmt, Program::Block& block) {
    FunctionScope function(nullptr, block.function);
    function_ = &function;
    block.line = line_ = stmt.line;
    Frame frame(Symbols(nullptr, function, 0, 0));
    frame.is_block = true;
    const auto undeclared = detail::UndeclaredNames({"self", "super"}).look(stmt.body);
    block.uses_self = undeclared.has("self");
    block.uses_super = undeclared.has("super");
    if (block.uses_self) block.self_slot = frame.symbols.declare_parameter("self").slot;
    if (block.uses_super) block.super_slot = frame.symbols.declare_parameter("super").slot;
    frame.symbols.analyze(stmt.body);
    block.function.scope = scope_of(frame);
    block.function.body = stmt.body;
    compile_body(block.function.body, frame);
}

void Compiler::compile_body(Body& body, Frame& frame) {
    for (std::size_t i = 0; i < body.size(); ++i) {
        try {
            compile_stmt(*body[i], frame);
        } catch (const StopBody&) {
            body.resize(i + 1);
        }
    }
}

void Compiler::compile_stmt(Stmt& stmt, Frame& frame) {
    switch (stmt.kind) {
        case StmtKind::Output:
            compile_output(stmt, frame);
            break;
        case StmtKind::Extends:
            compile_extends(stmt, frame);
            break;
        case StmtKind::For:
            compile_for(stmt, frame);
            break;
        case StmtKind::If:
            compile_if(stmt, frame);
            break;
        case StmtKind::Macro:
            compile_macro(stmt, frame);
            break;
        case StmtKind::CallBlock:
            compile_call_block(stmt, frame);
            break;
        case StmtKind::FilterBlock:
            compile_filter_block(stmt, frame);
            break;
        case StmtKind::With:
            compile_with(stmt, frame);
            break;
        case StmtKind::Block:
            compile_block_call(stmt, frame);
            break;
        case StmtKind::Include:
            compile_include(stmt, frame);
            break;
        case StmtKind::Import:
        case StmtKind::FromImport:
            compile_import(stmt, frame);
            break;
        case StmtKind::Do:
            line_ = stmt.line;
            compile_expr(*stmt.expr, frame);
            break;
        case StmtKind::Assign:
            compile_assign(stmt, frame);
            break;
        case StmtKind::AssignBlock:
            compile_assign_block(stmt, frame);
            break;
        case StmtKind::Break:
        case StmtKind::Continue:
            line_ = stmt.line;
            if (frame.loop_depth == 0) {
                const bool is_break = stmt.kind == StmtKind::Break;
                fail_at(is_break ? "'break' outside loop" : "'continue' not properly in loop",
                        stmt.line,
                        ErrorKind::Syntax);
            }
            break;
        case StmtKind::Scope:
            compile_scope(stmt, frame);
            break;
        case StmtKind::Autoescape:
            compile_autoescape(stmt, frame);
            break;
        case StmtKind::FailExtends:
            break;
    }
}

void Compiler::compile_output(Stmt& stmt, Frame& frame) {
    if (frame.checks_parent && has_known_extends_) {
        stmt.exprs.clear();
        return;
    }
    stmt.checks_parent = frame.checks_parent;
    for (Expr* expr : stmt.exprs) add_output(stmt, expr, frame);
}

void Compiler::add_output(Stmt& stmt, Expr* expr, Frame& frame) {
    const bool is_data = expr->kind == ExprKind::Const && expr->usage == Usage::Store;
    std::string text;
    bool is_text = is_data;
    if (is_data) {
        text = std::string(expr->value.string());
    } else {
        compile_expr(*expr, frame);
        if (is_constant(*expr) && !is_volatile_) {
            try {
                if (const auto value = evaluate_constant(*expr)) {
                    text = printed_constant(*value);
                    is_text = true;
                }
            } catch (const TemplateError&) {
                text.clear();  // happens again, with its place, when the template is rendered
            }
        }
    }
    if (!is_text) {
        line_ = expr->line;
        stmt.output.push_back({{}, expr, expr->line, escaping()});
    } else if (!stmt.output.empty() && !stmt.output.back().expr) {
        stmt.output.back().text += text;
    } else {
        stmt.output.push_back({std::move(text), nullptr, expr->line, Escaping::Off});
    }
}

std::string Compiler::printed_constant(const Value& value) const {
    // Constants are escaped first, as Jinja2 does it; other values are finalized first.
    if (const auto& finalize = environment_.finalize())
        return to_str(finalize(autoescape_ ? escape(value) : value));
    std::string text;
    if (autoescape_) {
        append_escaped(text, value);
    } else {
        append_str(text, value);
    }
    return text;
}

void Compiler::compile_if(Stmt& stmt, Frame& frame) {
    line_ = stmt.line;
    Frame soft = frame;
    soft.is_rootlevel = false;
    soft.is_soft = true;
    compile_expr(*stmt.expr, soft);
    compile_body(stmt.body, soft);
    for (Stmt* elif : stmt.elifs) {
        line_ = elif->line;
        compile_expr(*elif->expr, soft);
        compile_body(elif->body, soft);
    }
    compile_body(stmt.else_body, soft);
}

void Compiler::compile_with(Stmt& stmt, Frame& frame) {
    stmt.line = line_;  // Jinja2 gives these assignments no line of their own
    Frame with = inner(frame);
    with.loop_depth = frame.loop_depth;
    with.symbols.analyze_exprs(stmt.targets);
    with.symbols.analyze(stmt.body);
    stmt.scope = scope_of(with);
    for (std::size_t i = 0; i < stmt.targets.size(); ++i) {
        compile_target(*stmt.targets[i], with);
        compile_expr(*stmt.exprs[i], frame);
    }
    compile_body(stmt.body, with);
}

void Compiler::compile_filter_block(Stmt& stmt, Frame& frame) {
    Frame filter = inner(frame);
    filter.loop_depth = frame.loop_depth;
    filter.symbols.analyze(stmt.body);
    filter.symbols.visit(*stmt.expr);
    stmt.scope = scope_of(filter);
    compile_body(stmt.body, filter);
    line_ = stmt.line;
    stmt.flag = escaping() == Escaping::On;
    compile_expr(*stmt.expr, filter);
}

void Compiler::compile_block_call(Stmt& stmt, Frame& frame) {
    if (frame.is_toplevel) {
        if (has_known_extends_) {
            stmt.kind = StmtKind::Output;
            return;
        }
        stmt.checks_parent = extends_so_far_ > 0;
    }
    if (stmt.flag) stmt.locals = locals_of(frame);
    line_ = stmt.line;
}

void Compiler::compile_extends(Stmt& stmt, Frame& frame) {
    if (!frame.is_toplevel) fail_at("cannot use extend from a non top-level scope", stmt.line);
    if (extends_so_far_ > 0 && has_known_extends_) {
        stmt.kind = StmtKind::FailExtends;
        stmt.line = line_;
        throw StopBody();
    }
    // A second one behind a condition: fails when there is a parent already.
    stmt.checks_parent = extends_so_far_ > 0;
    line_ = stmt.line;
    compile_expr(*stmt.expr, frame);
    if (frame.is_rootlevel) has_known_extends_ = true;
    ++extends_so_far_;
}

void Compiler::compile_include(Stmt& stmt, Frame& frame) {
    line_ = stmt.line;
    compile_expr(*stmt.expr, frame);
    if (stmt.flag) stmt.locals = locals_of(frame);
}

void Compiler::compile_import(Stmt& stmt, Frame& frame) {
    line_ = stmt.line;
    compile_expr(*stmt.expr, frame);
    if (stmt.flag) stmt.locals = locals_of(frame);
    stmt.is_toplevel = frame.is_toplevel;
    if (stmt.kind == StmtKind::Import) stmt.location = locate(frame, stmt.name);
    for (const auto& [name, alias] : stmt.names) stmt.locations.push_back(locate(frame, alias));
}

void Compiler::collect_names(const Expr& target, std::vector<Value>& names) const {
    if (target.kind == ExprKind::Name) names.push_back(target.value);
    for (const Expr* item : target.items) collect_names(*item, names);
}

void Compiler::finish_assignment(Stmt& stmt, const Frame& frame, const std::vector<Value>& names) {
    if (!frame.is_toplevel || frame.is_loop || frame.is_block) return;
    for (const Value& name : names) stmt.exports.emplace_back(name, locate(frame, name));
}

void Compiler::compile_assign(Stmt& stmt, Frame& frame) {
    line_ = stmt.line;
    compile_target(*stmt.target, frame);
    compile_expr(*stmt.expr, frame);
    std::vector<Value> names;
    collect_names(*stmt.target, names);
    finish_assignment(stmt, frame, names);
}

void Compiler::compile_assign_block(Stmt& stmt, Frame& frame) {
    Frame block = inner(frame);
    block.loop_depth = frame.loop_depth;
    block.checks_parent = false;
    block.symbols.analyze(stmt.body);
    if (stmt.expr) block.symbols.visit(*stmt.expr);
    stmt.scope = scope_of(block);
    compile_body(stmt.body, block);
    line_ = stmt.line;
    stmt.flag = escaping() == Escaping::On;
    compile_target(*stmt.target, frame);
    if (stmt.expr) compile_expr(*stmt.expr, block);
    std::vector<Value> names;
    collect_names(*stmt.target, names);
    finish_assignment(stmt, frame, names);
}

void Compiler::compile_scope(Stmt& stmt, Frame& frame) {
    Frame scope = inner(frame);
    scope.loop_depth = frame.loop_depth;
    scope.symbols.analyze(stmt.body);
    stmt.scope = scope_of(scope);
    compile_body(stmt.body, scope);
}

void Compiler::compile_autoescape(Stmt& stmt, Frame& frame) {
    const bool outer = autoescape_;
    const bool outer_volatile = is_volatile_;
    stmt.line = line_;
    compile_expr(*stmt.expr, frame);
    const auto value = is_constant(*stmt.expr) ? evaluate_constant(*stmt.expr) : std::nullopt;
    if (value) {
        autoescape_ = truth(*value);
    } else {
        is_volatile_ = true;
    }
    compile_body(stmt.body, frame);
    autoescape_ = outer;
    is_volatile_ = outer_volatile;
}

}  // namespace indrik::templates
