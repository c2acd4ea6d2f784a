#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

using detail::Context;

Renderer::Flow Renderer::run(const Body& body, Frame& frame) {
    for (const Stmt* stmt : body) {
        const Flow flow = run(*stmt, frame);
        if (flow != Flow::Normal) return flow;
    }
    return Flow::Normal;
}

Renderer::Flow Renderer::run(const Stmt& stmt, Frame& frame) {
    step();
    switch (stmt.kind) {
        case StmtKind::Output:
            run_output(stmt, frame);
            return Flow::Normal;
        case StmtKind::If:
            return run_if(stmt, frame);
        case StmtKind::For:
            return run_for(stmt, frame);
        case StmtKind::Assign:
            run_assign(stmt, frame);
            return Flow::Normal;
        case StmtKind::With:
            return run_with(stmt, frame);
        case StmtKind::Scope:
            return run_scope(stmt, frame);
        case StmtKind::AssignBlock:
            return run_assign_block(stmt, frame);
        case StmtKind::FilterBlock:
            return run_filter_block(stmt, frame);
        case StmtKind::Autoescape:
            return run_autoescape(stmt, frame);
        case StmtKind::Break:
            return Flow::Break;
        case StmtKind::Continue:
            return Flow::Continue;
        default:
            break;
    }
    if (stmt.kind != StmtKind::Macro) frame.line = stmt.line;
    switch (stmt.kind) {
        case StmtKind::Extends:
            run_extends(stmt, frame);
            break;
        case StmtKind::Macro:
            run_macro(stmt, frame);
            break;
        case StmtKind::CallBlock:
            run_call_block(stmt, frame);
            break;
        case StmtKind::Block:
            run_block_statement(stmt, frame);
            break;
        case StmtKind::Include:
            run_include(stmt, frame);
            break;
        case StmtKind::Import:
            run_import(stmt, frame);
            break;
        case StmtKind::FromImport:
            run_from_import(stmt, frame);
            break;
        case StmtKind::Do:
            evaluate(*stmt.expr, frame);
            break;
        default:
            fail(ErrorKind::Runtime, "extended multiple times");
    }
    return Flow::Normal;
}

bool Renderer::has_parent(const Frame& frame) {
    const Frame* root = &frame;
    while (root->parent.get()) root = root->parent.get();
    return root->parent_template != nullptr;
}

void Renderer::run_output(const Stmt& stmt, Frame& frame) {
    if (stmt.checks_parent && has_parent(frame)) return;
    for (const OutputItem& item : stmt.output) {
        if (!item.expr) {
            *out_ += item.text;
            continue;
        }
        frame.line = item.line;
        const bool escapes = item.escaping == Escaping::Dynamic ? frame.context->autoescape
                                                                : item.escaping == Escaping::On;
        write(*item.expr, frame, escapes);
    }
    check_bytes(out_->size());
}

void Renderer::write(const Expr& expr, Frame& frame, bool escapes) {
    if (const auto& finalize = environment().finalize()) [[unlikely]] {
        const Value value = finalize(evaluate(expr, frame));
        escapes ? append_escaped(*out_, value) : append_str(*out_, value);
        return;
    }
    if (expr.kind == ExprKind::Call && write_macro_call(expr, frame, escapes)) return;
    if (expr.kind == ExprKind::Filter && expr.builtin && expr.builtin->print &&
        write_filter(expr, frame, escapes))
        return;
    Value scratch;
    write_value(look(expr, frame, scratch), escapes);
}

void Renderer::write_value(const Value& value, bool escapes) {
    if (value.is(Kind::Object)) {
        const Value kept = value;
        escapes ? append_escaped(*out_, kept) : append_str(*out_, kept);
    } else if (value.is_string()) {
        detail::Pen pen(*out_);
        escapes && !value.is_markup() ? pen.escaped(value.string()) : pen.text(value.string());
    } else if (escapes) {
        append_escaped(*out_, value);
    } else {
        append_str(*out_, value);
    }
}

bool Renderer::write_filter(const Expr& expr, Frame& frame, bool escapes) {
    if (!expr.first || expr.is_spread || !expr.items.empty()) return false;
    step();
    Value scratch;
    write_filtered(expr, look(*expr.first, frame, scratch), escapes);
    return true;
}

void Renderer::write_filtered(const Expr& expr, const Value& self, bool escapes) {
    {
        detail::Pen pen(*out_);
        if (pen.filtered(expr.builtin->print, self, escapes)) return;
    }
    write_by_function(expr, self, escapes);
}

void Renderer::write_by_function(const Expr& expr, const Value& self, bool escapes) {
    const Value kept = self;
    write_value(call_builtin(*expr.builtin, kept, {{}, {}, this}, *this), escapes);
}

bool Renderer::write_macro_call(const Expr& expr, Frame& frame, bool escapes) {
    const Expr& target = *expr.first;
    // Only what can be looked up twice: a name, or an attribute of a name.
    const bool is_plain =
        target.kind == ExprKind::Name || (target.kind == ExprKind::Attribute &&
                                          target.first->kind == ExprKind::Name && !target.methods);
    if (escapes != autoescape() || !is_plain) return false;
    if (target.kind == ExprKind::Attribute &&
        !slot(target.first->location, frame).as<detail::ModuleObject>())
        return false;
    Value scratch;
    const Value& callee = look(*expr.first, frame, scratch);
    detail::MacroObject* macro = callee.as<detail::MacroObject>();
    if (!macro) return false;
    const Value kept = callee;
    detail::CallValues values;
    evaluate_arguments(expr, frame, values);
    if (values.keywords.empty()) {
        invoke_macro(*macro, values.mutable_positional(), *out_);
    } else {
        invoke_macro(*macro, {values.positional(), values.keywords, this}, *out_);
    }
    return true;
}

Renderer::Flow Renderer::run_if(const Stmt& stmt, Frame& frame) {
    frame.line = stmt.line;
    if (evaluate_truth(*stmt.expr, frame)) return run(stmt.body, frame);
    for (const Stmt* elif : stmt.elifs) {
        frame.line = elif->line;
        if (evaluate_truth(*elif->expr, frame)) return run(elif->body, frame);
    }
    return run(stmt.else_body, frame);
}

Renderer::Flow Renderer::run_with(const Stmt& stmt, Frame& frame) {
    enter(stmt.scope, frame);
    frame.line = stmt.line;
    for (std::size_t i = 0; i < stmt.targets.size(); ++i) {
        assign(*stmt.targets[i], evaluate(*stmt.exprs[i], frame), frame);
    }
    const Flow flow = run(stmt.body, frame);
    leave(stmt.scope, frame);
    return flow;
}

Renderer::Flow Renderer::run_scope(const Stmt& stmt, Frame& frame) {
    enter(stmt.scope, frame);
    const Flow flow = run(stmt.body, frame);
    leave(stmt.scope, frame);
    return flow;
}

Renderer::Flow Renderer::run_autoescape(const Stmt& stmt, Frame& frame) {
    frame.line = stmt.line;
    Context& context = *frame.context;
    const bool outer = context.autoescape;
    const bool outer_runtime = autoescape();
    context.autoescape = evaluate_truth(*stmt.expr, frame);
    set_autoescape(context.autoescape);
    const Flow flow = run(stmt.body, frame);
    context.autoescape = outer;
    set_autoescape(outer_runtime);
    return flow;
}

Renderer::Flow Renderer::run_filter_block(const Stmt& stmt, Frame& frame) {
    enter(stmt.scope, frame);
    std::string text;
    Flow flow = Flow::Normal;
    {
        const Capture capture(*this, text);
        flow = run(stmt.body, frame);
    }
    if (flow == Flow::Normal) finish_filter_block(stmt, frame, text);
    leave(stmt.scope, frame);
    return flow;
}

void Renderer::finish_filter_block(const Stmt& stmt, Frame& frame, std::string_view text) {
    frame.line = stmt.line;
    filter_input_ = stmt.flag ? Value::markup(text) : Value(text);
    const Value result = evaluate(*stmt.expr, frame);
    if (!result.is_string()) {
        fail(
            ErrorKind::Type,
            "sequence item 0: expected str instance, " + std::string(type_name(result)) + " found");
    }
    *out_ += result.string();
    check_bytes(out_->size());
}

void Renderer::run_macro(const Stmt& stmt, Frame& frame) {
    Value macro = make_macro(*stmt.macro, frame);
    if (stmt.is_toplevel) {
        Context& context = *frame.context;
        if (!stmt.name.string().starts_with('_')) context.exported.push_back(stmt.name);
        context.variables.set(stmt.name, macro);
    }
    slot(stmt.location, frame) = std::move(macro);
}

void Renderer::run_call_block(const Stmt& stmt, Frame& frame) {
    const Value caller = make_macro(*stmt.macro, frame);
    detail::CallValues values;
    const Value callee = evaluate(*stmt.expr->first, frame);
    evaluate_arguments(*stmt.expr, frame, values);
    values.keywords.push_back({Value("caller"), caller});
    const Value result = call(callee, {values.positional(), values.keywords, this});
    if (!result.is_string()) {
        fail(
            ErrorKind::Type,
            "sequence item 0: expected str instance, " + std::string(type_name(result)) + " found");
    }
    *out_ += result.string();
    check_bytes(out_->size());
}

// Assignments

void Renderer::assign(const Expr& target, Value value, Frame& frame) {
    switch (target.kind) {
        case ExprKind::Name:
            slot(target.location, frame) = std::move(value);
            break;
        case ExprKind::NamespaceRef: {
            Namespace* space = slot(target.location, frame).as<Namespace>();
            if (!space) fail(ErrorKind::Runtime, "cannot assign attribute on non-namespace object");
            if (value.is(Kind::Object)) track(value);
            space->set(Value(target.text), std::move(value));
            break;
        }
        default:
            unpack(target, value, frame);
            break;
    }
}

void Renderer::unpack(const Expr& target, const Value& value, Frame& frame) {
    const auto iterator = try_iterate(value);
    if (!iterator)
        fail(ErrorKind::Type,
             "cannot unpack non-iterable " + std::string(type_name(value)) + " object");
    const std::size_t wanted = target.items.size();
    Values items;
    for (Value item; items.size() <= wanted && iterator->next(item);)
        items.push_back(std::move(item));
    if (items.size() > wanted) {
        fail(ErrorKind::Value,
             "too many values to unpack (expected " + std::to_string(wanted) + ")");
    }
    if (items.size() < wanted) {
        fail(ErrorKind::Value,
             "not enough values to unpack (expected " + std::to_string(wanted) + ", got " +
                 std::to_string(items.size()) + ")");
    }
    for (std::size_t i = 0; i < wanted; ++i) assign(*target.items[i], std::move(items[i]), frame);
}

void Renderer::export_names(const Stmt& stmt, Frame& frame) {
    Context& context = *frame.context;
    for (const auto& [name, location] : stmt.exports) {
        context.variables.set(name, slot(location, frame));
        if (!name.string().starts_with('_')) context.exported.push_back(name);
    }
}

/// What is assigned to must be there before the value is computed.
void Renderer::check_namespace(const Stmt& stmt, Frame& frame) const {
    if (stmt.target->kind == ExprKind::NamespaceRef &&
        !slot(stmt.target->location, frame).as<Namespace>()) {
        fail(ErrorKind::Runtime, "cannot assign attribute on non-namespace object");
    }
}

void Renderer::run_assign(const Stmt& stmt, Frame& frame) {
    frame.line = stmt.line;
    check_namespace(stmt, frame);
    assign(*stmt.target, evaluate(*stmt.expr, frame), frame);
    export_names(stmt, frame);
}

Renderer::Flow Renderer::run_assign_block(const Stmt& stmt, Frame& frame) {
    enter(stmt.scope, frame);
    std::string text;
    Flow flow = Flow::Normal;
    {
        const Capture capture(*this, text);
        flow = run(stmt.body, frame);
    }
    if (flow == Flow::Normal) finish_assign_block(stmt, frame, text);
    leave(stmt.scope, frame);
    return flow;
}

void Renderer::finish_assign_block(const Stmt& stmt, Frame& frame, std::string_view text) {
    frame.line = stmt.line;
    Value value(text);
    if (stmt.expr) {
        filter_input_ = stmt.flag ? value.as_markup() : value;
        value = evaluate(*stmt.expr, frame);
    }
    assign(*stmt.target, mark_if_autoescape(value, frame), frame);
    export_names(stmt, frame);
}

// Other templates

void Renderer::run_extends(const Stmt& stmt, Frame& frame) {
    if (stmt.checks_parent && has_parent(frame))
        fail(ErrorKind::Runtime, "extended multiple times");
    const auto program = load(evaluate(*stmt.expr, frame), false);
    frame.parent_template = program.get();
    frame.context->add_blocks(*program);
}

Value Renderer::locals(const Stmt& stmt, Frame& frame) {
    Dict dict;
    for (const auto& [name, location] : stmt.locals) {
        const Value& value = slot(location, frame);
        if (!value.is_missing()) dict.set(name, value);
    }
    return Value::dict(std::move(dict));
}

void Renderer::run_block_statement(const Stmt& stmt, Frame& frame) {
    if (stmt.checks_parent && has_parent(frame)) return;
    Context& context = *frame.context;
    const detail::BlockStack stack = *context.find_blocks(stmt.name.string());
    if (stmt.is_required && stack.size() <= 1) {
        fail(ErrorKind::Runtime, "Required block " + to_repr(stmt.name) + " not found");
    }
    if (!stmt.flag) {
        run_block(context, stack[0], stack, 0);
        return;
    }
    const ContextRef derived(new Context());
    derived->program = context.program;
    derived->autoescape = context.autoescape;
    derived->blocks = context.blocks;
    derived->kept = {locals(stmt, frame)};
    derived->outer = ContextRef::share(context);
    derived->parents.set({&derived->kept[0].dictionary(), &context.variables});
    derived->parents.add(context.parents);
    run_block(*derived, stack[0], stack, 0);
}

void Renderer::run_include(const Stmt& stmt, Frame& frame) {
    const Value name = evaluate(*stmt.expr, frame);
    std::shared_ptr<const Program> program;
    try {
        program = load(name, true);
    } catch (const TemplateNotFound& error) {
        if (stmt.ignores_missing) return;
        throw;
    }
    if (!stmt.flag) {
        append_str(*out_, default_module(program));
        return;
    }
    Context& outer = *frame.context;
    const ContextRef context = make_context(program);
    context->kept = {locals(stmt, frame)};
    context->outer = ContextRef::share(outer);
    context->parents.set({&context->kept[0].dictionary(), &outer.variables});
    context->parents.add(outer.parents);
    run_root(*context, *program);
}

Value Renderer::make_module(Context& context) {
    std::string text;
    {
        const Capture capture(*this, text);
        run_root(context, *context.program);
    }
    Dict exports;
    for (const Value& name : context.exported) {
        if (const Value* value = context.variables.find(name)) exports.set(name, *value);
    }
    Value module = make_object<detail::ModuleObject>(
        context.program->name, std::move(exports), std::move(text));
    track(module);
    return module;
}

Value Renderer::default_module(const std::shared_ptr<const Program>& program) {
    if (const auto found = modules_.find(program.get()); found != modules_.end())
        return found->second;
    const ContextRef context = make_context(program);
    context->parents.set({&environment().globals()});
    Value module = make_module(*context);
    modules_.emplace(program.get(), module);
    return module;
}

Value Renderer::import_module(const Stmt& stmt, Frame& frame) {
    const auto program = load(evaluate(*stmt.expr, frame), false);
    if (!stmt.flag) return default_module(program);
    const ContextRef context = make_context(program);
    context->kept = {locals(stmt, frame), Value::dict(frame.context->all())};
    context->parents.set({&context->kept[0].dictionary(), &context->kept[1].dictionary()});
    return make_module(*context);
}

void Renderer::run_import(const Stmt& stmt, Frame& frame) {
    Value module = import_module(stmt, frame);
    if (stmt.is_toplevel) {
        frame.context->variables.set(stmt.name, module);
        std::erase_if(frame.context->exported,
                      [&](const Value& name) { return name.string() == stmt.name.string(); });
    }
    slot(stmt.location, frame) = std::move(module);
}

void Renderer::run_from_import(const Stmt& stmt, Frame& frame) {
    const Value module = import_module(stmt, frame);
    const auto& object = *module.as<detail::ModuleObject>();
    for (std::size_t i = 0; i < stmt.names.size(); ++i) {
        const auto& [name, alias] = stmt.names[i];
        Value value = module.object().attribute(name.string());
        if (value.is_missing()) {
            value = undefined(name,
                              Value::missing(),
                              "the template " + to_repr(Value(object.name())) +
                                  " (imported on line " + std::to_string(stmt.line) + " in " +
                                  to_repr(Value(frame.program->name)) +
                                  ") does not export the requested name " + to_repr(name));
        }
        slot(stmt.locations[i], frame) = value;
        if (!stmt.is_toplevel) continue;
        frame.context->variables.set(alias, std::move(value));
        std::erase_if(frame.context->exported, [&](const Value& known) {
            return known.string() == stmt.names[i].second.string();
        });
    }
}

}  // namespace indrik::templates
