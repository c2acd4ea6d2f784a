// Filters that make sequences of sequences: sort, batch, groupby, map, select and their kin.
#include <algorithm>
#include <random>

#include "indrik/templates/detail/filters.hpp"
#include "indrik/templates/detail/merge_sort.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

/// Stable, as Python sorts; `keys` decide.
Values sorted(Values items, const Values& keys, bool is_reversed, Runtime& runtime) {
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (is_reversed) std::reverse(order.begin(), order.end());
    merge_sort(order, [&](std::size_t a, std::size_t b) {
        runtime.step();
        return less(keys[a], keys[b]);
    });
    if (is_reversed) std::reverse(order.begin(), order.end());
    Values result;
    result.reserve(items.size());
    for (const std::size_t i : order) result.push_back(std::move(items[i]));
    return result;
}

Value do_sort(Call& call) {
    std::vector<AttributeGetter> getters;
    const bool ignores_case = !call.flag(1);
    if (call.has(2) && call[2].is_string()) {
        for (const std::string_view part : split(call[2].string(), ",", -1)) {
            getters.emplace_back(Value(part), Value::missing(), ignores_case);
        }
    } else {
        getters.emplace_back(call[2], Value::missing(), ignores_case);
    }
    Values items = collect(call.self, call.runtime);
    Values keys;
    for (const Value& item : items) {
        Values key;
        for (const AttributeGetter& getter : getters) key.push_back(getter(call.runtime, item));
        keys.push_back(Value::list(std::move(key)));
    }
    return Value::list(sorted(std::move(items), keys, call.flag(0), call.runtime));
}

Value do_dictsort(Call& call) {
    const std::string_view by = call.has(1) ? call.text(1) : "key";
    if (by != "key" && by != "value")
        fail(ErrorKind::FilterArgument, "You can only sort by either \"key\" or \"value\"");
    refuse_undefined(call.self);
    if (!call.self.is(Kind::Dict)) {
        fail(ErrorKind::Attribute,
             "'" + std::string(type_name(call.self)) + "' object has no attribute 'items'");
    }
    Values items;
    Values keys;
    for (const Dict::Entry& entry : call.self.dictionary().entries()) {
        items.push_back(Value::tuple({entry.key, entry.value}));
        const Value& key = by == "key" ? entry.key : entry.value;
        keys.push_back(call.flag(0) ? key : fold_case(key));
    }
    return Value::list(sorted(std::move(items), keys, call.flag(2), call.runtime));
}

Value do_unique(Call& call) {
    struct State {
        std::unique_ptr<Iterator> items;
        AttributeGetter getter;
        Dict seen;
    };
    auto state = std::make_shared<State>(
        State{nullptr, AttributeGetter(call[1], Value::missing(), !call.flag(0)), {}});
    const Value value = call.self;
    Runtime& runtime = call.runtime;
    return generate([state, value, &runtime](Value& item) {
        if (!state->items) state->items = iterate(value);
        while (state->items->next(item)) {
            runtime.step();
            Value key = state->getter(runtime, item);
            if (state->seen.contains(key)) continue;
            state->seen.set(std::move(key), Value());
            return true;
        }
        return false;
    });
}

Value extreme(Call& call, bool is_max) {
    const Values items = collect(call.self, call.runtime);
    if (items.empty())
        return call.runtime.undefined(
            Value(), Value::missing(), "No aggregated item, sequence was empty.");
    const AttributeGetter getter(call[1], Value::missing(), !call.flag(0));
    std::size_t best = 0;
    Value best_key = getter(call.runtime, items[0]);
    for (std::size_t i = 1; i < items.size(); ++i) {
        Value key = getter(call.runtime, items[i]);
        const bool is_better =
            is_max ? compare(Comparison::Greater, key, best_key) : less(key, best_key);
        if (!is_better) continue;
        best = i;
        best_key = std::move(key);
    }
    return items[best];
}

Value do_min(Call& call) {
    return extreme(call, false);
}
Value do_max(Call& call) {
    return extreme(call, true);
}

/// (grouper, list) with names.
class Group final : public Object {
public:
    Group(Value grouper, Value list) : grouper_(std::move(grouper)), list_(std::move(list)) {}
    std::string_view type_name() const override { return "jinja2.filters._GroupTuple"; }
    Value attribute(std::string_view name) override {
        return name == "grouper" ? grouper_ : name == "list" ? list_ : Value::missing();
    }
    Value item(const Value& key) override {
        if (!key.is_integer() || key.integer() < -2 || key.integer() > 1) return Value::missing();
        return key.integer() == 0 || key.integer() == -2 ? grouper_ : list_;
    }
    std::unique_ptr<Iterator> iterate() override {
        return templates::iterate(Value::tuple({grouper_, list_}));
    }
    std::optional<std::size_t> length() override { return 2; }
    bool is_sequence() const override { return true; }
    std::string repr() override { return to_repr(Value::tuple({grouper_, list_})); }

private:
    Value grouper_;
    Value list_;
};

Value do_groupby(Call& call) {
    const bool is_case_sensitive = call.flag(2);
    const AttributeGetter getter(call[0], call[1], !is_case_sensitive);
    const AttributeGetter plain(call[0], call[1]);
    Values items = collect(call.self, call.runtime);
    Values keys;
    for (const Value& item : items) keys.push_back(getter(call.runtime, item));
    const Values ordered = sorted(items, keys, false, call.runtime);
    Values groups;
    Values members;
    Value current = Value::missing();
    const auto flush = [&] {
        if (members.empty()) return;
        const Value grouper = is_case_sensitive ? current : plain(call.runtime, members[0]);
        groups.push_back(make_object<Group>(grouper, Value::list(std::move(members))));
        members.clear();
    };
    for (const Value& item : ordered) {
        Value key = getter(call.runtime, item);
        if (current.is_missing() || !equals(current, key)) {
            flush();
            current = std::move(key);
        }
        members.push_back(item);
    }
    flush();
    return Value::list(std::move(groups));
}

Value do_batch(Call& call) {
    const std::int64_t size = to_index(call[0]);
    const Value fill = call.has(1) ? call[1] : Value();
    const Value value = call.self;
    Runtime& runtime = call.runtime;
    std::shared_ptr<Iterator> items;
    Value kept = Value::missing();
    return generate([=, &runtime](Value& item) mutable {
        if (!items) items = iterate(value);
        Values batch;
        if (!kept.is_missing()) batch.push_back(std::exchange(kept, Value::missing()));
        for (Value next; items->next(next);) {
            runtime.step();
            if (static_cast<std::int64_t>(batch.size()) == size) {
                kept = std::move(next);
                item = Value::list(std::move(batch));
                return true;
            }
            batch.push_back(std::move(next));
        }
        if (batch.empty()) return false;
        if (!fill.is_none() && size > 0) {
            runtime.check_items(static_cast<std::uint64_t>(size));
            while (static_cast<std::int64_t>(batch.size()) < size) batch.push_back(fill);
        }
        item = Value::list(std::move(batch));
        return true;
    });
}

Value do_slice(Call& call) {
    const std::int64_t slices = to_index(call[0]);
    const Value fill = call.has(1) ? call[1] : Value();
    const Value value = call.self;
    Runtime& runtime = call.runtime;
    auto items = std::make_shared<Values>();
    std::int64_t number = -1;
    return generate([=, &runtime](Value& item) mutable {
        if (number < 0) {
            *items = collect(value, runtime);
            if (slices == 0) fail(ErrorKind::ZeroDivision, "integer division or modulo by zero");
            number = 0;
        }
        if (number >= slices) return false;
        runtime.step();
        const auto length = static_cast<std::int64_t>(items->size());
        const std::int64_t each = length / slices;
        const std::int64_t extra = length % slices;
        const std::int64_t begin = number * each + std::min(number, extra);
        const std::int64_t end = begin + each + (number < extra ? 1 : 0);
        Values slice(items->begin() + begin, items->begin() + end);
        if (!fill.is_none() && number >= extra) slice.push_back(fill);
        ++number;
        item = Value::list(std::move(slice));
        return true;
    });
}

/// The arguments that a lazy filter keeps.
struct Kept {
    Value value;
    Values positional;
    std::vector<Keyword> keywords;
    std::unique_ptr<Iterator> items;
    bool has_begun = false;

    explicit Kept(const Call& call)
        : value(call.self),
          positional(call.rest.begin(), call.rest.end()),
          keywords(call.keywords.begin(), call.keywords.end()) {}
    /// False at the end; nothing of an empty or false value.
    bool next(Value& item) {
        if (!has_begun && truth(value)) items = iterate(value);
        has_begun = true;
        return items && items->next(item);
    }
};

Value do_map(Call& call) {
    auto kept = std::make_shared<Kept>(call);
    Runtime& runtime = call.runtime;
    return generate([kept, &runtime, getter = std::optional<AttributeGetter>()](
                        Value& item) mutable {
        if (!kept->next(item)) return false;
        runtime.step();
        if (kept->positional.empty() && !getter) {
            Value attribute = Value::missing();
            Value otherwise = Value::missing();
            for (const Keyword& keyword : kept->keywords) {
                if (keyword.name.string() == "attribute")
                    attribute = keyword.value;
                else if (keyword.name.string() == "default")
                    otherwise = keyword.value;
                else if (!attribute.is_missing())
                    fail(ErrorKind::FilterArgument,
                         "Unexpected keyword argument " + to_repr(keyword.name));
            }
            if (attribute.is_missing())
                fail(ErrorKind::FilterArgument, "map requires a filter argument");
            getter.emplace(attribute, otherwise);
        }
        if (getter) {
            item = (*getter)(runtime, item);
        } else {
            const std::span<const Value> rest = std::span<const Value>(kept->positional).subspan(1);
            item =
                apply_filter(runtime, kept->positional[0], item, {rest, kept->keywords, &runtime});
        }
        return true;
    });
}

Value choose(Call& call, bool wanted, bool by_attribute) {
    auto kept = std::make_shared<Kept>(call);
    Runtime& runtime = call.runtime;
    return generate([=, &runtime, getter = std::optional<AttributeGetter>()](Value& item) mutable {
        const std::size_t offset = by_attribute ? 1 : 0;
        while (kept->next(item)) {
            runtime.step();
            if (by_attribute && !getter) {
                if (kept->positional.empty())
                    fail(ErrorKind::FilterArgument, "Missing parameter for attribute name");
                getter.emplace(kept->positional[0]);
            }
            const Value subject = getter ? (*getter)(runtime, item) : item;
            bool fits = false;
            if (kept->positional.size() > offset) {
                const std::span<const Value> rest =
                    std::span<const Value>(kept->positional).subspan(offset + 1);
                fits = apply_test(
                    runtime, kept->positional[offset], subject, {rest, kept->keywords, &runtime});
            } else {
                fits = truth(subject);
            }
            if (fits == wanted) return true;
        }
        return false;
    });
}

Value do_select(Call& call) {
    return choose(call, true, false);
}
Value do_reject(Call& call) {
    return choose(call, false, false);
}
Value do_selectattr(Call& call) {
    return choose(call, true, true);
}
Value do_rejectattr(Call& call) {
    return choose(call, false, true);
}

Value do_sum(Call& call) {
    const AttributeGetter getter(call[0]);
    Value sum = call.has(1) ? call[1] : Value(0);
    if (sum.is_string())
        fail(ErrorKind::Type, "sum() can't sum strings [use ''.join(seq) instead]");
    const auto items = iterate(call.self);
    for (Value item; items->next(item);) {
        call.runtime.step();
        sum = binary(BinaryOperator::Add, sum, getter(call.runtime, item), call.runtime);
    }
    return sum;
}

Value do_join(Call& call) {
    const AttributeGetter getter(call[1]);
    Values items = collect(call.self, call.runtime);
    bool has_markup = false;
    for (Value& item : items) {
        item = getter(call.runtime, item);
        has_markup = has_markup || has_html(item);
    }
    const Value separator = call.has(0) ? call[0] : Value("");
    const bool is_markup = call.runtime.autoescape() && (has_html(separator) || has_markup);
    const std::string between =
        is_markup ? std::string(escape(separator).string()) : to_str(separator);
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += between;
        if (is_markup) {
            append_escaped(text, items[i]);
        } else {
            append_str(text, items[i]);
        }
        call.runtime.check_bytes(text.size());
    }
    return is_markup ? Value::markup(text) : Value(text);
}

constexpr Builtin kSequenceFilters[] = {
    {"batch", "linecount fill_with=", do_batch},
    {"dictsort", "case_sensitive= by= reverse=", do_dictsort},
    {"groupby", "attribute default= case_sensitive=", do_groupby},
    {"join", "d= attribute=", do_join},
    {"map", "***", do_map, true},
    {"max", "case_sensitive= attribute=", do_max},
    {"min", "case_sensitive= attribute=", do_min},
    {"reject", "***", do_reject, true},
    {"rejectattr", "***", do_rejectattr, true},
    {"select", "***", do_select, true},
    {"selectattr", "***", do_selectattr, true},
    {"slice", "slices fill_with=", do_slice},
    {"sort", "reverse= case_sensitive= attribute=", do_sort},
    {"sum", "attribute= start=", do_sum},
    {"unique", "case_sensitive= attribute=", do_unique},
};

}  // namespace

std::span<const Builtin> sequence_filters() {
    return kSequenceFilters;
}

}  // namespace indrik::templates::detail
