// Attributes, items and slices.
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"

namespace indrik::templates {

namespace {

Value character_at(const Value& value, std::size_t index) {
    const std::string_view text = value.string();
    std::string_view character;
    if (value.is_ascii()) {
        character = text.substr(index, 1);
    } else {
        const std::size_t begin = detail::offset_of(text, index);
        std::size_t end = begin;
        detail::next_point(text, end);
        character = text.substr(begin, end - begin);
    }
    return value.is_markup() ? Value::markup(character) : Value(character);
}

/// Python's obj[key]: Missing where that raises TypeError, LookupError or AttributeError.
Value find_item(const Value& object, const Value& key) {
    switch (object.kind()) {
        case Kind::Dict: {
            if (key.is_sequence() ? key.is(Kind::List) : key.is(Kind::Dict))
                return Value::missing();
            const Value* found = object.dictionary().find(key);
            return found ? *found : Value::missing();
        }
        case Kind::List:
        case Kind::Tuple:
        case Kind::String: {
            if (!key.is_integer()) return Value::missing();
            const auto size = static_cast<std::int64_t>(*try_length(object));
            std::int64_t index = key.integer();
            if (index < 0) index += size;
            if (index < 0 || index >= size) return Value::missing();
            const auto position = static_cast<std::size_t>(index);
            return object.is_string() ? character_at(object, position) : object.items()[position];
        }
        case Kind::Object:
            return object.object().item(key);
        default:
            return Value::missing();
    }
}

bool is_chainable(const Value& undefined) {
    return undefined.undefined_data().kind == UndefinedKind::Chainable;
}

Value no_such(Runtime& runtime, const Value& object, const Value& name) {
    return runtime.undefined(name, object);
}

std::optional<std::int64_t> slice_index(const Value& value) {
    if (value.is_none() || value.is_missing()) return std::nullopt;
    if (!value.is_integer()) {
        fail(ErrorKind::Type, "slice indices must be integers or None or have an __index__ method");
    }
    return value.integer();
}

}  // namespace

Value find_attribute(Runtime&, const Value& object, std::string_view name) {
    if (object.is(Kind::Object)) return object.object().attribute(name);
    if (const detail::Builtin* method = detail::find_method(object.kind(), name)) {
        return detail::bind_method(*method, object);
    }
    return Value::missing();
}

Value get_item(Runtime& runtime, const Value& object, const Value& key) {
    if (object.is_undefined()) {
        if (is_chainable(object)) return object;
        fail_undefined(object);
    }
    Value item = find_item(object, key);
    if (!item.is_missing()) return item;
    if (key.is_string()) {
        Value attribute = find_attribute(runtime, object, key.string());
        if (!attribute.is_missing()) return attribute;
    }
    return no_such(runtime, object, key);
}

Value get_attribute(Runtime& runtime, const Value& object, const Value& name) {
    if (object.is_undefined()) {
        if (is_chainable(object)) return object;
        if (name.string().starts_with("__")) return no_such(runtime, object, name);
        fail_undefined(object);
    }
    Value attribute = find_attribute(runtime, object, name.string());
    if (!attribute.is_missing()) return attribute;
    Value item = find_item(object, name);
    return item.is_missing() ? no_such(runtime, object, name) : item;
}

SliceBounds slice_bounds(const Value& start,
                         const Value& stop,
                         const Value& step,
                         std::size_t length) {
    const std::int64_t by = slice_index(step).value_or(1);
    if (by == 0) fail(ErrorKind::Value, "slice step cannot be zero");
    const auto size = static_cast<std::int64_t>(length);
    const std::int64_t lowest = by < 0 ? -1 : 0;
    const std::int64_t highest = by < 0 ? size - 1 : size;
    const auto clamp = [&](std::optional<std::int64_t> index, std::int64_t otherwise) {
        if (!index) return otherwise;
        std::int64_t at = *index;
        if (at < 0) at = at < -size ? lowest : at + size;
        return std::min(std::max(at, lowest), highest);
    };
    const std::int64_t first = clamp(slice_index(start), by < 0 ? highest : lowest);
    const std::int64_t end = clamp(slice_index(stop), by < 0 ? lowest : highest);
    std::int64_t count = 0;
    if (by > 0 && first < end) count = (end - first - 1) / by + 1;
    if (by < 0 && first > end) count = by == INT64_MIN ? 1 : (first - end - 1) / -by + 1;
    return {first, by, count};
}

Value get_slice(Runtime& runtime,
                const Value& object,
                const Value& start,
                const Value& stop,
                const Value& step) {
    if (object.is_undefined()) {
        if (is_chainable(object)) return object;
        fail_undefined(object);
    }
    const bool is_range = object.is(Kind::Object) && object.as<Range>();
    if (!object.is_string() && !object.is_sequence() && !is_range) {
        if (object.is(Kind::Dict)) fail(ErrorKind::Type, "unhashable type: 'slice'");
        fail(ErrorKind::Type,
             "'" + std::string(type_name(object)) + "' object is not subscriptable");
    }
    const SliceBounds bounds = slice_bounds(start, stop, step, length(object));
    if (is_range) {
        const Range& range = *object.as<Range>();
        std::int64_t by = 0;
        if (__builtin_mul_overflow(range.step(), bounds.step, &by))
            by = range.step() < 0 ? INT64_MIN / 2 : INT64_MAX / 2;
        const std::int64_t first = range.at(bounds.start);
        const std::int64_t last =
            bounds.count == 0 ? first : range.at(bounds.start + bounds.step * bounds.count);
        return make_object<Range>(first, last, by);
    }
    runtime.check_items(static_cast<std::uint64_t>(bounds.count));
    if (object.is_string()) {
        const std::string_view text = object.string();
        std::string result;
        if (bounds.step == 1) {
            const auto index = static_cast<std::size_t>(bounds.start);
            const auto count = static_cast<std::size_t>(bounds.count);
            if (object.is_ascii()) {
                result = text.substr(index, count);
            } else {
                const std::size_t begin = detail::offset_of(text, index);
                result = text.substr(begin, detail::offset_of(text.substr(begin), count));
            }
        } else {
            const std::u32string points = detail::to_points(text);
            for (std::int64_t i = 0, at = bounds.start; i < bounds.count; ++i, at += bounds.step) {
                detail::append_point(result, points[static_cast<std::size_t>(at)]);
            }
        }
        return object.is_markup() ? Value::markup(result) : Value(result);
    }
    Values items;
    items.reserve(static_cast<std::size_t>(bounds.count));
    for (std::int64_t i = 0, at = bounds.start; i < bounds.count; ++i, at += bounds.step) {
        items.push_back(object.items()[static_cast<std::size_t>(at)]);
    }
    return object.is(Kind::List) ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

std::int64_t to_index(const Value& value, std::string_view what) {
    if (value.is_integer()) return value.integer();
    refuse_undefined(value);
    fail(ErrorKind::Type,
         "'" + std::string(type_name(value)) + "' object cannot be interpreted as " +
             std::string(what));
}

}  // namespace indrik::templates
