// The methods of lists, tuples, dictionaries and numbers.
#include <algorithm>
#include <cmath>

#include "indrik/templates/detail/merge_sort.hpp"
#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/set_like.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

Values& items_of(Call& call) {
    return call.self.items();
}
Dict& dict_of(Call& call) {
    return call.self.dictionary();
}

Value do_append(Call& call) {
    call.runtime.adopt(call.self, call[0]);
    call.runtime.step();
    items_of(call).push_back(call[0]);
    return {};
}

Value do_extend(Call& call) {
    for (Value& item : collect(call[0], call.runtime)) {
        call.runtime.adopt(call.self, item);
        items_of(call).push_back(std::move(item));
    }
    return {};
}

Value do_insert(Call& call) {
    call.runtime.adopt(call.self, call[1]);
    Values& items = items_of(call);
    const auto size = static_cast<std::int64_t>(items.size());
    std::int64_t index = to_index(call[0]);
    if (index < 0) index = std::max<std::int64_t>(0, index + size);
    items.insert(items.begin() + std::min(index, size), call[1]);
    return {};
}

Value do_clear_list(Call& call) {
    Values removed;
    removed.swap(items_of(call));
    return {};
}

Value do_copy_list(Call& call) {
    call.runtime.check_items(items_of(call).size());
    return Value::list(items_of(call));
}

Value do_count(Call& call) {
    std::int64_t count = 0;
    for (const Value& item : items_of(call))
        count += item.is_same(call[0]) || equals(item, call[0]) ? 1 : 0;
    return count;
}

Value do_index(Call& call) {
    const Values& items = items_of(call);
    const auto size = static_cast<std::int64_t>(items.size());
    const auto bound = [&](std::size_t index, std::int64_t otherwise) {
        const std::int64_t at = call.integer(index, otherwise);
        return at < 0 ? std::max<std::int64_t>(0, at + size) : at;
    };
    const std::int64_t end = std::min(size, bound(2, size));
    for (std::int64_t i = bound(1, 0); i < end; ++i) {
        const Value& item = items[static_cast<std::size_t>(i)];
        if (item.is_same(call[0]) || equals(item, call[0])) return i;
    }
    fail(ErrorKind::Value, to_repr(call[0]) + " is not in list");
}

Value do_pop_list(Call& call) {
    Values& items = items_of(call);
    if (items.empty()) fail(ErrorKind::Index, "pop from empty list");
    const auto size = static_cast<std::int64_t>(items.size());
    std::int64_t index = call.integer(0, -1);
    if (index < 0) index += size;
    if (index < 0 || index >= size) fail(ErrorKind::Index, "pop index out of range");
    Value item = std::move(items[static_cast<std::size_t>(index)]);
    items.erase(items.begin() + index);
    return item;
}

Value do_remove(Call& call) {
    Values& items = items_of(call);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!items[i].is_same(call[0]) && !equals(items[i], call[0])) continue;
        const Value removed = std::move(items[i]);
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
        return {};
    }
    fail(ErrorKind::Value, "list.remove(x): x not in list");
}

Value do_reverse(Call& call) {
    std::reverse(items_of(call).begin(), items_of(call).end());
    return {};
}

Value do_sort(Call& call) {
    Values keys = items_of(call);
    if (call.has(0) && !call[0].is_none()) {
        for (Value& key : keys)
            key = templates::call(call[0], {std::span<const Value>(&key, 1), {}, &call.runtime});
    }
    std::vector<std::size_t> order(keys.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const bool is_reversed = call.flag(1);
    if (is_reversed) std::reverse(order.begin(), order.end());
    merge_sort(order, [&](std::size_t a, std::size_t b) { return less(keys[a], keys[b]); });
    if (is_reversed) std::reverse(order.begin(), order.end());
    const Values before = items_of(call);
    Values after;
    for (const std::size_t i : order) after.push_back(before[i]);
    items_of(call) = std::move(after);
    return {};
}

constexpr Builtin kListMethods[] = {
    {"append", "object", do_append},
    {"clear", "", do_clear_list},
    {"copy", "", do_copy_list},
    {"count", "value", do_count},
    {"extend", "iterable", do_extend},
    {"index", "value start= stop=", do_index},
    {"insert", "index object", do_insert},
    {"pop", "index=", do_pop_list},
    {"remove", "value", do_remove},
    {"reverse", "", do_reverse},
    {"sort", "key= reverse=", do_sort},
};

constexpr Builtin kTupleMethods[] = {
    {"count", "value", do_count},
    {"index", "value start= stop=", do_index},
};

// Dictionaries

Value do_get(Call& call) {
    const Value* found = dict_of(call).find(call[0]);
    return found ? *found : call.has(1) ? call[1] : Value();
}

Value do_setdefault(Call& call) {
    if (const Value* found = dict_of(call).find(call[0])) return *found;
    const Value value = call.has(1) ? call[1] : Value();
    call.runtime.adopt(call.self, call[0]);
    call.runtime.adopt(call.self, value);
    dict_of(call).set(call[0], value);
    return value;
}

Value do_update(Call& call) {
    Dict changes;
    if (call.has(0) && call[0].is(Kind::Dict)) {
        changes = call[0].dictionary();
    } else if (call.has(0)) {
        for (const Value& item : collect(call[0], call.runtime)) {
            const Values pair = collect(item, call.runtime);
            if (pair.size() != 2)
                fail(ErrorKind::Value,
                     "dictionary update sequence element has a wrong length; 2 is required");
            changes.set(pair[0], pair[1]);
        }
    }
    for (const Keyword& keyword : call.keywords) changes.set(keyword.name, keyword.value);
    for (const Dict::Entry& entry : changes.entries()) {
        call.runtime.adopt(call.self, entry.key);
        call.runtime.adopt(call.self, entry.value);
        dict_of(call).set(entry.key, entry.value);
    }
    return {};
}

Value do_pop_dict(Call& call) {
    const Value* found = dict_of(call).find(call[0]);
    if (!found && !call.has(1)) fail(ErrorKind::Key, to_repr(call[0]));
    const Value value = found ? *found : call[1];
    if (found) dict_of(call).erase(call[0]);
    return value;
}

Value do_popitem(Call& call) {
    if (dict_of(call).empty()) fail(ErrorKind::Key, "'popitem(): dictionary is empty'");
    const Dict::Entry last = dict_of(call).entries().back();
    dict_of(call).erase(last.key);
    return Value::tuple({last.key, last.value});
}

Value do_clear_dict(Call& call) {
    dict_of(call).clear();
    return {};
}

Value do_copy_dict(Call& call) {
    call.runtime.check_items(dict_of(call).size());
    return Value::dict(dict_of(call));
}

Value do_fromkeys(Call& call) {
    Dict dict;
    for (const Value& key : collect(call[0], call.runtime))
        dict.set(key, call.has(1) ? call[1] : Value());
    return Value::dict(std::move(dict));
}

template <DictPart part>
Value do_view(Call& call) {
    return dict_view(call.self, part);
}

constexpr Builtin kDictMethods[] = {
    {"clear", "", do_clear_dict},
    {"copy", "", do_copy_dict},
    {"fromkeys", "iterable value=", do_fromkeys},
    {"get", "key default=", do_get},
    {"items", "", do_view<DictPart::Items>},
    {"keys", "", do_view<DictPart::Keys>},
    {"pop", "key default=", do_pop_dict},
    {"popitem", "", do_popitem},
    {"setdefault", "key default=", do_setdefault},
    {"update", "mapping= **", do_update},
    {"values", "", do_view<DictPart::Values>},
};

Value do_bit_length(Call& call) {
    const std::int64_t number = call.self.integer();
    std::uint64_t magnitude =
        number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
    std::int64_t bits = 0;
    for (; magnitude != 0; magnitude >>= 1) ++bits;
    return bits;
}

Value do_is_integer(Call& call) {
    return std::isfinite(call.self.floating()) &&
           call.self.floating() == std::floor(call.self.floating());
}

constexpr Builtin kIntegerMethods[] = {{"bit_length", "", do_bit_length}};
constexpr Builtin kFloatMethods[] = {{"is_integer", "", do_is_integer}};

}  // namespace

Value dict_view(const Value& dict, DictPart part) {
    return make_object<DictView>(dict, part);
}

std::span<const Builtin> list_methods() {
    return kListMethods;
}
std::span<const Builtin> tuple_methods() {
    return kTupleMethods;
}
std::span<const Builtin> dict_methods() {
    return kDictMethods;
}

const Builtin* find_method(Kind kind, std::string_view name) {
    switch (kind) {
        case Kind::String:
            return find_builtin(text_methods(), name);
        case Kind::List:
            return find_builtin(kListMethods, name);
        case Kind::Tuple:
            return find_builtin(kTupleMethods, name);
        case Kind::Dict:
            return find_builtin(kDictMethods, name);
        case Kind::Bool:
        case Kind::Int:
            return find_builtin(kIntegerMethods, name);
        case Kind::Float:
            return find_builtin(kFloatMethods, name);
        default:
            return nullptr;
    }
}

}  // namespace indrik::templates::detail
