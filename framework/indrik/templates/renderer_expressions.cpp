#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

using detail::CallValues;

const Value& Renderer::look(const Expr& expr, Frame& frame, Value& scratch) {
    switch (expr.kind) {
        case ExprKind::Const:
            return expr.value;
        case ExprKind::Name: {
            const Value& value = slot(expr.location, frame);
            if (!value.is_missing()) return value;
            scratch = undefined(expr.value);
            return scratch;
        }
        case ExprKind::Attribute:
            return look_attribute(expr, frame, scratch);
        default:
            scratch = evaluate(expr, frame);
            return scratch;
    }
}

const Value& Renderer::look_attribute(const Expr& expr, Frame& frame, Value& scratch) {
    Value inner;
    const Value& object = look(*expr.first, frame, inner);
    if (object.is(Kind::Dict) &&
        !(expr.methods && expr.methods->by_kind[static_cast<std::size_t>(Kind::Dict)])) {
        if (const Value* found = object.dictionary().find(expr.value, expr.hash, expr.hint)) {
            if (&object != &inner) return *found;
            scratch = *found;
            return scratch;
        }
    }
    const Value kept = object;
    return scratch = attribute(expr, kept);
}

Value Renderer::attribute(const Expr& expr, const Value& object) {
    // Most names are no methods of dictionaries.
    const bool is_entry =
        object.is(Kind::Dict) &&
        !(expr.methods && expr.methods->by_kind[static_cast<std::size_t>(Kind::Dict)]);
    if (!is_entry) return get_attribute(*this, object, expr.value);
    const Value* found = object.dictionary().find(expr.value, expr.hash, expr.hint);
    return found ? *found : undefined(expr.value, object);
}

bool Renderer::evaluate_truth(const Expr& expr, Frame& frame) {
    switch (expr.kind) {
        case ExprKind::Not:
            return !evaluate_truth(*expr.first, frame);
        case ExprKind::And:
            return evaluate_truth(*expr.first, frame) && evaluate_truth(*expr.second, frame);
        case ExprKind::Or:
            return evaluate_truth(*expr.first, frame) || evaluate_truth(*expr.second, frame);
        default:
            break;
    }
    Value scratch;
    return truth(look(expr, frame, scratch));
}

Value Renderer::evaluate(const Expr& expr, Frame& frame) {
    switch (expr.kind) {
        case ExprKind::Const:
        case ExprKind::Name:
        case ExprKind::Attribute: {
            Value scratch;
            const Value& value = look(expr, frame, scratch);
            if (&value == &scratch) return scratch;
            return value;
        }
        case ExprKind::Tuple:
            return Value::tuple(evaluate_items(expr.items, frame));
        case ExprKind::List:
            return Value::list(evaluate_items(expr.items, frame));
        case ExprKind::Dict:
            return evaluate_dict(expr, frame);
        case ExprKind::Binary:
            return evaluate_binary(expr, frame);
        case ExprKind::Negate:
            return negate(evaluate(*expr.first, frame));
        case ExprKind::Positive:
            return positive(evaluate(*expr.first, frame));
        case ExprKind::Not:
            return !evaluate_truth(*expr.first, frame);
        case ExprKind::And: {
            Value left = evaluate(*expr.first, frame);
            return truth(left) ? evaluate(*expr.second, frame) : left;
        }
        case ExprKind::Or: {
            Value left = evaluate(*expr.first, frame);
            return truth(left) ? left : evaluate(*expr.second, frame);
        }
        case ExprKind::Compare:
            return evaluate_compare(expr, frame);
        case ExprKind::Conditional:
            return evaluate_conditional(expr, frame);
        case ExprKind::Call:
            return evaluate_call(expr, frame);
        case ExprKind::Filter:
        case ExprKind::Test:
            return evaluate_filter(expr, frame);
        case ExprKind::Item:
            return evaluate_item(expr, frame);
        case ExprKind::Concat:
            return evaluate_concat(expr, frame);
        case ExprKind::MarkIfAutoescape:
            return mark_if_autoescape(evaluate(*expr.first, frame), frame);
        case ExprKind::Slice:
            fail(ErrorKind::Type, "unhashable type: 'slice'");
        case ExprKind::NamespaceRef:
            break;
    }
    return {};
}

Values Renderer::evaluate_items(const Exprs& exprs, Frame& frame) {
    Values items;
    items.reserve(exprs.size());
    for (const Expr* expr : exprs) items.push_back(evaluate(*expr, frame));
    return items;
}

Value Renderer::evaluate_dict(const Expr& expr, Frame& frame) {
    Dict dict;
    for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2) {
        Value key = evaluate(*expr.items[i], frame);
        dict.set(std::move(key), evaluate(*expr.items[i + 1], frame));
    }
    return Value::dict(std::move(dict));
}

Value Renderer::evaluate_binary(const Expr& expr, Frame& frame) {
    const Value left = evaluate(*expr.first, frame);
    Value scratch;
    return binary(expr.op, left, look(*expr.second, frame, scratch), *this);
}

Value Renderer::evaluate_compare(const Expr& expr, Frame& frame) {
    Value left = evaluate(*expr.first, frame);
    for (std::size_t i = 0; i < expr.items.size(); ++i) {
        Value right = evaluate(*expr.items[i], frame);
        step();
        if (!compare(expr.comparisons[i], left, right)) return false;
        left = std::move(right);
    }
    return true;
}

Value Renderer::evaluate_conditional(const Expr& expr, Frame& frame) {
    if (evaluate_truth(*expr.first, frame)) return evaluate(*expr.second, frame);
    if (expr.third) return evaluate(*expr.third, frame);
    return Value::undefined(UndefinedKind::Default, Value(), Value::missing(), expr.text);
}

Value Renderer::evaluate_concat(const Expr& expr, Frame& frame) {
    return concat(expr, evaluate_items(expr.items, frame));
}

Value Renderer::concat(const Expr& expr, std::span<const Value> parts) const {
    std::string text;
    bool is_markup = false;
    if (expr.escaping != Escaping::Off) {
        // Objects become plain text first, even those that have markup: so Jinja2 joins.
        for (const Value& part : parts) is_markup = is_markup || part.is_markup();
    }
    for (const Value& part : parts) {
        if (is_markup) {
            append_escaped(text, soft_str(part));
        } else {
            append_str(text, part);
        }
        check_bytes(text.size());
    }
    return is_markup ? Value::markup(text) : Value(text);
}

Value Renderer::mark_if_autoescape(const Value& value, const Frame& frame) {
    if (!frame.context->autoescape) return value;
    return value.is_string() ? value.as_markup() : Value::markup(to_str(value));
}

Value Renderer::evaluate_item(const Expr& expr, Frame& frame) {
    const Value object = evaluate(*expr.first, frame);
    const Expr& key = *expr.second;
    if (key.kind == ExprKind::Slice) {
        const auto part = [&](const Expr* bound) {
            return bound ? evaluate(*bound, frame) : Value();
        };
        const Value start = part(key.first);
        const Value stop = part(key.second);
        const Value by = part(key.third);
        return get_slice(*this, object, start, stop, by);
    }
    Value scratch;
    return get_item(*this, object, look(key, frame, scratch));
}

void Renderer::evaluate_arguments(const Expr& expr, Frame& frame, CallValues& values) {
    for (const Expr* item : expr.items) {
        Value value = evaluate(*item, frame);
        values.add() = std::move(value);
    }
    if (!expr.is_spread) return;
    for (const KeywordExpr& keyword : expr.call->keywords)
        add_keyword(values, keyword.name, evaluate(*keyword.value, frame));
    if (expr.call->rest) add_rest(values, evaluate(*expr.call->rest, frame));
    if (expr.call->rest_keywords)
        add_rest_keywords(values, evaluate(*expr.call->rest_keywords, frame));
}

void Renderer::add_keyword(CallValues& values, const Value& name, Value value) {
    if (!name.is_string()) fail(ErrorKind::Type, "keywords must be strings");
    for (const Keyword& known : values.keywords) {
        if (known.name.string() == name.string()) {
            fail(ErrorKind::Type,
                 "got multiple values for keyword argument '" + std::string(name.string()) + "'");
        }
    }
    values.keywords.push_back({name, std::move(value)});
}

void Renderer::add_rest(CallValues& values, const Value& rest) {
    for (Value& value : collect(rest, *this)) values.add() = std::move(value);
}

void Renderer::add_rest_keywords(CallValues& values, const Value& rest) {
    if (!rest.is(Kind::Dict)) {
        refuse_undefined(rest);
        fail(ErrorKind::Type,
             "argument after ** must be a mapping, not " + std::string(type_name(rest)));
    }
    for (const Dict::Entry& entry : rest.dictionary().entries())
        add_keyword(values, entry.key, entry.value);
}

Value Renderer::evaluate_call(const Expr& expr, Frame& frame) {
    step();
    const Expr& callee = *expr.first;
    CallValues values;
    if (callee.kind == ExprKind::Attribute) {
        const Value object = evaluate(*callee.first, frame);
        const Value function = find_method(callee, object);
        evaluate_arguments(expr, frame, values);
        return call_method(callee, object, function, {values.positional(), values.keywords, this});
    }
    const Value function = evaluate(callee, frame);
    evaluate_arguments(expr, frame, values);
    return call(function, {values.positional(), values.keywords, this});
}

namespace {
const detail::Builtin* builtin_method(const Expr& callee, const Value& object) {
    return callee.methods ? callee.methods->by_kind[static_cast<std::size_t>(object.kind())]
                          : nullptr;
}
}  // namespace

Value Renderer::find_method(const Expr& callee, const Value& object) {
    if (object.is(Kind::Object) || builtin_method(callee, object)) return Value::missing();
    return get_attribute(*this, object, callee.value);
}

Value Renderer::call_method(const Expr& callee,
                            const Value& object,
                            const Value& function,
                            const Arguments& arguments) {
    if (object.is(Kind::Object)) {
        if (auto result = object.object().call_method(callee.value.string(), arguments))
            return *std::move(result);
        return call(get_attribute(*this, object, callee.value), arguments);
    }
    if (const detail::Builtin* method = builtin_method(callee, object))
        return call_builtin(*method, object, arguments, *this);
    return call(function, arguments);
}

Value Renderer::evaluate_filter(const Expr& expr, Frame& frame) {
    step();
    CallValues values;
    const Value self =
        expr.first ? evaluate(*expr.first, frame) : std::exchange(filter_input_, Value());
    if (!expr.callable.is_none()) values.add() = self;
    evaluate_arguments(expr, frame, values);
    return filter(expr, self, {values.positional(), values.keywords, this});
}

Value Renderer::filter(const Expr& expr, const Value& self, const Arguments& arguments) {
    if (expr.builtin) return call_builtin(*expr.builtin, self, arguments, *this);
    if (!expr.callable.is_none()) return call(expr.callable, arguments);
    const std::string kind = expr.kind == ExprKind::Filter ? "filter" : "test";
    fail(ErrorKind::Runtime, "No " + kind + " named " + to_repr(expr.value) + " found.");
}

}  // namespace indrik::templates
