// Filters that pick from a value, or ask it: first, last, length, default, attr, items, tojson.
#include <random>

#include "indrik/templates/detail/filters.hpp"
#include "indrik/templates/detail/json_printer.hpp"
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

Value do_attr(Call& call) {
    if (!call[0].is_string())
        fail(ErrorKind::Type,
             "attribute name must be string, not '" + std::string(type_name(call[0])) + "'");
    if (call.self.is_undefined()) return get_attribute(call.runtime, call.self, call[0]);
    const Value found = find_attribute(call.runtime, call.self, call[0].string());
    return found.is_missing() ? call.runtime.undefined(call[0], call.self) : found;
}

Value do_default(Call& call) {
    if (call.self.is_undefined() || (call.flag(1) && !truth(call.self)))
        return call.has(0) ? call[0] : Value("");
    return call.self;
}

Value do_first(Call& call) {
    Value item;
    if (iterate(call.self)->next(item)) return item;
    return call.runtime.undefined(Value(), Value::missing(), "No first item, sequence was empty.");
}

/// The items from the end. Errors: TypeError for what has no order to go back.
Values reversed(const Value& value, Runtime& runtime) {
    const Range* range = value.as<Range>();
    const bool is_undefined = value.is_undefined() && !is_strict(value);
    const bool is_fine =
        value.is_string() || value.is_sequence() || value.is(Kind::Dict) || range ||
        (value.is(Kind::Object) && (value.object().is_sequence() || value.object().is_mapping()));
    if (!is_fine && !is_undefined) {
        refuse_undefined(value);
        fail(ErrorKind::Type, "'" + std::string(type_name(value)) + "' object is not reversible");
    }
    Values items = collect(value, runtime);
    return {std::make_move_iterator(items.rbegin()), std::make_move_iterator(items.rend())};
}

Value do_last(Call& call) {
    if (call.self.is_undefined()) fail_undefined(call.self);
    if (call.self.is_sequence() && !call.self.items().empty()) return call.self.items().back();
    const Values items = reversed(call.self, call.runtime);
    if (!items.empty()) return items.front();
    return call.runtime.undefined(Value(), Value::missing(), "No last item, sequence was empty.");
}

Value do_reverse(Call& call) {
    if (call.self.is_string()) {
        const std::u32string points = to_points(call.self.string());
        const std::string text = from_points(std::u32string(points.rbegin(), points.rend()));
        return call.self.is_markup() ? Value::markup(text) : Value(text);
    }
    Values items;
    const bool is_lazy = !call.self.is(Kind::Object) || call.self.object().is_sequence() ||
                         call.self.object().is_mapping();
    if (is_lazy && try_iterate(call.self)) {
        items = reversed(call.self, call.runtime);
        auto shared = std::make_shared<Values>(std::move(items));
        return generate(
            [shared, index = std::size_t{0}](Value& item) mutable {
                if (index >= shared->size()) return false;
                item = (*shared)[index++];
                return true;
            },
            "list_reverseiterator");
    }
    if (!try_iterate(call.self)) fail(ErrorKind::FilterArgument, "argument must be iterable");
    items = collect(call.self, call.runtime);
    return Value::list({items.rbegin(), items.rend()});
}

Value do_random(Call& call) {
    const std::size_t size = length(call.self);
    if (size == 0)
        return call.runtime.undefined(
            Value(), Value::missing(), "No random item, sequence was empty.");
    std::random_device device;
    return get_item(call.runtime,
                    call.self,
                    Value(std::uniform_int_distribution<std::size_t>(0, size - 1)(device)));
}

Value do_length(Call& call) {
    return length(call.self);
}
Value do_list(Call& call) {
    return Value::list(collect(call.self, call.runtime));
}

Value do_items(Call& call) {
    if (call.self.is_undefined()) return generate([](Value&) { return false; });
    if (!call.self.is(Kind::Dict)) fail(ErrorKind::Type, "Can only get item pairs from a mapping.");
    const Value view = dict_view(call.self, DictPart::Items);
    std::shared_ptr<Iterator> iterator = iterate(view);
    return generate([iterator](Value& item) { return iterator->next(item); });
}

Value do_tojson(Call& call) {
    const std::string json = print_json(call.self, call.has(0) ? call[0] : Value());
    std::string safe;
    for (const char c : json) {
        switch (c) {
            case '<':
                safe += "\\u003c";
                break;
            case '>':
                safe += "\\u003e";
                break;
            case '&':
                safe += "\\u0026";
                break;
            case '\'':
                safe += "\\u0027";
                break;
            default:
                safe += c;
        }
    }
    call.runtime.check_bytes(safe.size());
    return Value::markup(safe);
}

constexpr Builtin kItemFilters[] = {
    {"attr", "name", do_attr},
    {"count", "", do_length},
    {"d", "default_value= boolean=", do_default},
    {"default", "default_value= boolean=", do_default},
    {"first", "", do_first},
    {"items", "", do_items},
    {"last", "", do_last},
    {"length", "", do_length},
    {"list", "", do_list},
    {"random", "", do_random, true},
    {"reverse", "", do_reverse},
    {"tojson", "indent=", do_tojson},
};

}  // namespace

std::span<const Builtin> item_filters() {
    return kItemFilters;
}

}  // namespace indrik::templates::detail
