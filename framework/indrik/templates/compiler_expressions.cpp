// Expressions: names, filters, and the folding of constants.
#include "indrik/templates/compiler.hpp"
#include "indrik/templates/detail/compiler_frame.hpp"
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/visit.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

namespace {

/// Whether a value can be used again and again: nobody can change it.
bool is_frozen(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
        case Kind::Bool:
        case Kind::Int:
        case Kind::Float:
        case Kind::String:
            return true;
        case Kind::Tuple:
            for (const Value& item : value.items()) {
                if (!is_frozen(item)) return false;
            }
            return true;
        default:
            return false;
    }
}

}  // namespace

void Compiler::compile_target(Expr& target, Frame& frame) {
    if (target.kind == ExprKind::Name || target.kind == ExprKind::NamespaceRef) {
        target.location = locate(frame, target.value);
        return;
    }
    for (Expr* item : target.items) compile_target(*item, frame);
}

Expr* Compiler::clone_target(const Expr& target) {
    Expr* copy = program_.make(target.kind, target.line);
    copy->value = target.value;
    copy->usage = target.usage;
    for (const Expr* item : target.items) copy->items.push_back(clone_target(*item));
    return copy;
}

void Compiler::compile_children(Expr& expr, Frame& frame) {
    detail::for_each_child(expr, [&](Expr& child) { compile_expr(child, frame); });
}

void Compiler::compile_expr(Expr& expr, Frame& frame) {
    switch (expr.kind) {
        case ExprKind::Const:
            return;
        case ExprKind::Name:
            expr.location = locate(frame, expr.value);
            if (unresolved_ && frame.symbols.is_unresolved(std::string(expr.value.string())))
                unresolved_->push_back(&expr);
            return;
        case ExprKind::Conditional: {
            Frame soft = frame;
            soft.is_soft = true;
            compile_children(expr, soft);
            expr.text = "the inline if-expression on line " + std::to_string(expr.line) + " in " +
                        to_repr(Value(program_.name)) +
                        " evaluated to false and no else section was defined.";
            break;
        }
        case ExprKind::Filter:
        case ExprKind::Test:
            compile_filter(expr, frame);
            compile_children(expr, frame);
            break;
        case ExprKind::Attribute:
            compile_children(expr, frame);
            compile_attribute(expr);
            break;
        case ExprKind::Concat:
            // In a block whose escaping is only known when it runs, Jinja2 joins plain text.
            expr.escaping = is_volatile_ ? Escaping::Off : escaping();
            compile_children(expr, frame);
            break;
        default:
            compile_children(expr, frame);
            break;
    }
    fold(expr);
}

void Compiler::compile_filter(Expr& expr, const Frame& frame) {
    const std::string_view name = expr.value.string();
    const bool is_filter = expr.kind == ExprKind::Filter;
    if (const Value* custom =
            is_filter ? environment_.find_filter(name) : environment_.find_test(name)) {
        expr.callable = *custom;
        return;
    }
    expr.builtin = is_filter ? detail::find_filter(name) : detail::find_test(name);
    if (expr.builtin || frame.is_soft) return;
    fail_at(
        "No " + std::string(is_filter ? "filter" : "test") + " named '" + std::string(name) + "'.",
        expr.line);
}

void Compiler::compile_attribute(Expr& expr) const {
    expr.hash = expr.value.text_hash();
    auto methods = std::make_unique<MethodNames>();
    bool is_any = false;
    for (const Kind kind :
         {Kind::Bool, Kind::Int, Kind::Float, Kind::String, Kind::List, Kind::Tuple, Kind::Dict}) {
        const detail::Builtin* method = detail::find_method(kind, expr.value.string());
        methods->by_kind[static_cast<std::size_t>(kind)] = method;
        is_any = is_any || method;
    }
    if (is_any) expr.methods = std::move(methods);
}

bool Compiler::is_constant(const Expr& expr) const {
    switch (expr.kind) {
        case ExprKind::Const:
            return true;
        case ExprKind::Tuple:
        case ExprKind::List:
        case ExprKind::Dict:
            for (const Expr* item : expr.items) {
                if (!is_constant(*item)) return false;
            }
            return true;
        default:
            return false;
    }
}

bool Compiler::is_foldable(const Expr& expr) const {
    switch (expr.kind) {
        case ExprKind::Name:
        case ExprKind::NamespaceRef:
        case ExprKind::Call:
        case ExprKind::Slice:
            return false;
        case ExprKind::Filter:
        case ExprKind::Test:
            if (is_volatile_ || !expr.builtin || expr.builtin->is_impure || !expr.first ||
                expr.is_spread)
                return false;
            break;
        case ExprKind::MarkIfAutoescape:
            if (is_volatile_) return false;
            break;
        case ExprKind::Conditional:
            if (!expr.third) return false;
            break;
        default:
            break;
    }
    bool is_fine = true;
    detail::for_each_child(expr,
                           [&](const Expr& child) { is_fine = is_fine && is_constant(child); });
    return is_fine;
}

std::optional<Value> Compiler::evaluate_constant(const Expr& expr) const {
    if (expr.kind == ExprKind::Const) return expr.value;
    Renderer renderer(environment_);
    renderer.set_autoescape(autoescape_);
    return renderer.evaluate_constant(expr);
}

void Compiler::fold(Expr& expr) {
    if (expr.kind == ExprKind::List || expr.kind == ExprKind::Dict || !is_foldable(expr)) return;
    try {
        Value value;
        if (expr.kind == ExprKind::Concat) {
            std::string text;  // Jinja2 forgets about markup here
            for (const Expr* item : expr.items) append_str(text, *evaluate_constant(*item));
            value = Value(text);
        } else {
            value = *evaluate_constant(expr);
        }
        if (!is_frozen(value)) return;
        expr.kind = ExprKind::Const;
        expr.usage = Usage::Load;
        expr.value = std::move(value);
        expr.first = expr.second = expr.third = nullptr;
        expr.items.clear();
        expr.call.reset();
    } catch (const TemplateError&) {
        // Happens again, with its place, when the template is rendered.
    }
}

}  // namespace indrik::templates
