#include "indrik/templates/operations.hpp"

#include <bit>
#include <functional>

#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/detail/set_like.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

constexpr int kMaxDepth = 200;

[[noreturn]] void refuse_depth() {
    fail(ErrorKind::Recursion, "maximum recursion depth exceeded in comparison");
}

bool equal_at(const Value& a, const Value& b, int depth);

bool equal_numbers(const Value& a, const Value& b) {
    if (a.is_integer() && b.is_integer()) return a.integer() == b.integer();
    if (!a.is_integer() && !b.is_integer()) return a.floating() == b.floating();
    // A long double holds every 64-bit integer.
    const auto exact = [](const Value& v) {
        return v.is_integer() ? static_cast<long double>(v.integer())
                              : static_cast<long double>(v.floating());
    };
    return exact(a) == exact(b);
}

bool equal_lists(const Values& a, const Values& b, int depth) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (!a[i].is_same(b[i]) && !equal_at(a[i], b[i], depth)) return false;
    }
    return true;
}

bool equal_dicts(const Dict& a, const Dict& b, int depth) {
    if (a.size() != b.size()) return false;
    for (const Dict::Entry& entry : a.entries()) {
        const Value* other = b.find(entry.key);
        if (!other || (!entry.value.is_same(*other) && !equal_at(entry.value, *other, depth)))
            return false;
    }
    return true;
}

bool equal_at(const Value& a, const Value& b, int depth) {
    if (depth > kMaxDepth) refuse_depth();
    if (a.is_undefined() || b.is_undefined()) {
        for (const Value* side : {&a, &b}) {
            if (side->is_undefined() && is_strict(*side)) fail_undefined(*side);
        }
        return a.kind() == b.kind() && a.undefined_data().kind == b.undefined_data().kind;
    }
    if (a.is_number() && b.is_number()) return equal_numbers(a, b);
    if (a.is(Kind::Object)) return a.object().equals(b);
    if (b.is(Kind::Object)) return b.object().equals(a);
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::String:
            return a.string() == b.string();
        case Kind::List:
        case Kind::Tuple:
            return equal_lists(a.items(), b.items(), depth + 1);
        case Kind::Dict:
            return equal_dicts(a.dictionary(), b.dictionary(), depth + 1);
        default:
            return true;
    }
}

[[noreturn]] void refuse_order(std::string_view op, const Value& a, const Value& b) {
    refuse_undefined(a);
    refuse_undefined(b);
    fail(ErrorKind::Type,
         "'" + std::string(op) + "' not supported between instances of '" +
             std::string(type_name(a)) + "' and '" + std::string(type_name(b)) + "'");
}

bool order_numbers(Comparison comparison, const Value& a, const Value& b) {
    const auto decide = [&](auto x, auto y) {
        switch (comparison) {
            case Comparison::Less:
                return x < y;
            case Comparison::LessEqual:
                return x <= y;
            case Comparison::Greater:
                return x > y;
            default:
                return x >= y;
        }
    };
    if (a.is_integer() && b.is_integer()) return decide(a.integer(), b.integer());
    const auto exact = [](const Value& v) {
        return v.is_integer() ? static_cast<long double>(v.integer())
                              : static_cast<long double>(v.floating());
    };
    return decide(exact(a), exact(b));
}

bool order(Comparison comparison, const Value& a, const Value& b, int depth);

bool order_lists(Comparison comparison, const Values& a, const Values& b, int depth) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (a[i].is_same(b[i]) || equal_at(a[i], b[i], depth)) continue;
        return order(comparison, a[i], b[i], depth);
    }
    return order_numbers(comparison, Value(a.size()), Value(b.size()));
}

std::string_view symbol(Comparison comparison) {
    switch (comparison) {
        case Comparison::Less:
            return "<";
        case Comparison::LessEqual:
            return "<=";
        case Comparison::Greater:
            return ">";
        default:
            return ">=";
    }
}

bool order(Comparison comparison, const Value& a, const Value& b, int depth) {
    if (depth > kMaxDepth) refuse_depth();
    if (a.is_number() && b.is_number()) return order_numbers(comparison, a, b);
    if (a.is_string() && b.is_string()) {
        // UTF-8 sorts as its code points do.
        return order_numbers(comparison, Value(a.string().compare(b.string())), Value(0));
    }
    if (a.is_sequence() && a.kind() == b.kind())
        return order_lists(comparison, a.items(), b.items(), depth + 1);
    if (detail::as_set(a) && detail::as_set(b)) return detail::order_sets(comparison, a, b);
    refuse_order(symbol(comparison), a, b);
}

std::size_t mix(std::size_t seed, std::size_t hash) {
    return seed ^ (hash + 0x9E3779B97F4A7C15ULL + (seed << 6) + (seed >> 2));
}

std::size_t hash_number(const Value& value) {
    std::int64_t integer = value.is_integer() ? value.integer() : 0;
    if (value.is(Kind::Float)) {
        const double number = value.floating();
        if (!(number >= -9.2e18 && number <= 9.2e18) ||
            number != static_cast<double>(static_cast<std::int64_t>(number))) {
            return std::hash<double>()(number);
        }
        integer = static_cast<std::int64_t>(number);
    }
    const auto bits = static_cast<std::uint64_t>(integer) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(bits ^ bits >> 32);
}

std::size_t hash_at(const Value& value, int depth) {
    if (depth > kMaxDepth) refuse_depth();
    switch (value.kind()) {
        case Kind::String:
            return value.text_hash();
        case Kind::Bool:
        case Kind::Int:
        case Kind::Float:
            return hash_number(value);
        case Kind::Tuple: {
            std::size_t hash = 0x345678;
            for (const Value& item : value.items()) hash = mix(hash, hash_at(item, depth + 1));
            return hash;
        }
        case Kind::List:
        case Kind::Dict:
            fail(ErrorKind::Type, "unhashable type: '" + std::string(type_name(value)) + "'");
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return 77 + static_cast<std::size_t>(value.undefined_data().kind);
        case Kind::Object:
            return std::hash<const void*>()(&value.object());
        default:
            return 17;
    }
}

class ListIterator final : public Iterator {
public:
    explicit ListIterator(const Value& list) : list_(list) {}
    bool next(Value& item) override {
        if (index_ >= list_.items().size()) return false;
        item = list_.items()[index_++];
        return true;
    }

private:
    Value list_;
    std::size_t index_ = 0;
};

class DictIterator final : public Iterator {
public:
    explicit DictIterator(const Value& dict) : dict_(dict), size_(dict.dictionary().size()) {}
    bool next(Value& item) override {
        const Dict& dict = dict_.dictionary();
        if (dict.size() != size_)
            fail(ErrorKind::State, "dictionary changed size during iteration");
        if (index_ >= size_) return false;
        item = dict.entries()[index_++].key;
        return true;
    }

private:
    Value dict_;
    std::size_t size_;
    std::size_t index_ = 0;
};

class TextIterator final : public Iterator {
public:
    explicit TextIterator(const Value& text) : text_(text) {}
    bool next(Value& item) override {
        const std::string_view text = text_.string();
        if (position_ >= text.size()) return false;
        const std::size_t begin = position_;
        detail::next_point(text, position_);
        item = Value(text.substr(
            begin, position_ - begin));  // characters of markup are plain text, as in Python
        return true;
    }

private:
    Value text_;
    std::size_t position_ = 0;
};

class EmptyIterator final : public Iterator {
public:
    bool next(Value&) override { return false; }
};

}  // namespace

std::string_view type_name(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return "NoneType";
        case Kind::Bool:
            return "bool";
        case Kind::Int:
            return "int";
        case Kind::Float:
            return "float";
        case Kind::String:
            return value.is_markup() ? "Markup" : "str";
        case Kind::List:
            return "list";
        case Kind::Tuple:
            return "tuple";
        case Kind::Dict:
            return "dict";
        case Kind::Object:
            return value.object().type_name();
        default:
            return "Undefined";
    }
}

std::string owner_name(const Value& value) {
    if (value.is_none()) return "None";
    if (value.is_string() && value.is_markup()) return "markupsafe.Markup object";
    if (value.is_undefined()) return "jinja2.runtime.Undefined object";
    return std::string(type_name(value)) + " object";
}

std::string undefined_message(const Value& undefined) {
    const detail::UndefinedData& data = undefined.undefined_data();
    if (!data.hint.empty()) return data.hint;
    if (data.owner.is_missing()) return to_repr(data.name) + " is undefined";
    if (!data.name.is_string())
        return owner_name(data.owner) + " has no element " + to_repr(data.name);
    return "'" + owner_name(data.owner) + "' has no attribute " + to_repr(data.name);
}

void fail_undefined(const Value& undefined) {
    fail(ErrorKind::Undefined, undefined_message(undefined));
}

bool is_strict(const Value& undefined) {
    return undefined.undefined_data().kind == UndefinedKind::Strict;
}

bool truth(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return value.integer() != 0;
        case Kind::Float:
            return value.floating() != 0;
        case Kind::String:
            return !value.string().empty();
        case Kind::List:
        case Kind::Tuple:
            return !value.items().empty();
        case Kind::Dict:
            return !value.dictionary().empty();
        case Kind::Object:
            return value.object().truth();
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return false;
        default:
            return false;
    }
}

bool equals(const Value& a, const Value& b) {
    return equal_at(a, b, 0);
}
bool less(const Value& a, const Value& b) {
    return order(Comparison::Less, a, b, 0);
}
std::size_t hash_of(const Value& value) {
    return hash_at(value, 0);
}

bool compare(Comparison comparison, const Value& a, const Value& b) {
    switch (comparison) {
        case Comparison::Equal:
            return equals(a, b);
        case Comparison::NotEqual:
            return !equals(a, b);
        case Comparison::In:
            return contains(b, a);
        case Comparison::NotIn:
            return !contains(b, a);
        default:
            return order(comparison, a, b, 0);
    }
}

bool contains(const Value& container, const Value& item) {
    if (container.is_string()) {
        if (!item.is_string()) {
            refuse_undefined(container);
            fail(ErrorKind::Type,
                 "'in <string>' requires string as left operand, not " +
                     std::string(type_name(item)));
        }
        return container.string().find(item.string()) != std::string_view::npos;
    }
    if (container.is(Kind::Dict)) return container.dictionary().contains(item);
    if (container.is(Kind::Object)) {
        if (const auto answer = container.object().contains(item)) return *answer;
    }
    const auto iterator = try_iterate(container);
    if (!iterator) {
        fail(ErrorKind::Type,
             "argument of type '" + std::string(type_name(container)) + "' is not iterable");
    }
    for (Value other; iterator->next(other);) {
        if (other.is_same(item) || equals(other, item)) return true;
    }
    return false;
}

std::unique_ptr<Iterator> try_iterate(const Value& value) {
    switch (value.kind()) {
        case Kind::List:
        case Kind::Tuple:
            return std::make_unique<ListIterator>(value);
        case Kind::Dict:
            return std::make_unique<DictIterator>(value);
        case Kind::String:
            return std::make_unique<TextIterator>(value);
        case Kind::Object:
            return value.object().iterate();
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return std::make_unique<EmptyIterator>();
        default:
            return nullptr;
    }
}

std::unique_ptr<Iterator> iterate(const Value& value) {
    auto iterator = try_iterate(value);
    if (!iterator)
        fail(ErrorKind::Type, "'" + std::string(type_name(value)) + "' object is not iterable");
    return iterator;
}

std::optional<std::size_t> try_length(const Value& value) {
    switch (value.kind()) {
        case Kind::String:
            return value.length();
        case Kind::List:
        case Kind::Tuple:
            return value.items().size();
        case Kind::Dict:
            return value.dictionary().size();
        case Kind::Object:
            return value.object().length();
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return 0;
        default:
            return std::nullopt;
    }
}

std::size_t length(const Value& value) {
    const auto size = try_length(value);
    if (!size)
        fail(ErrorKind::Type,
             "object of type '" + std::string(type_name(value)) + "' has no len()");
    return *size;
}

Values collect(const Value& iterable, Runtime& runtime) {
    if (iterable.is_sequence()) {
        runtime.check_items(iterable.items().size());
        return iterable.items();
    }
    const auto iterator = iterate(iterable);
    Values items;
    for (Value item; iterator->next(item);) {
        runtime.step();
        items.push_back(std::move(item));
    }
    return items;
}

bool is_callable(const Value& value) {
    return value.is_undefined() || (value.is(Kind::Object) && value.object().is_callable());
}

Value call(const Value& callee, const Arguments& arguments) {
    if (callee.is(Kind::Object) && callee.object().is_callable())
        return callee.object().call(arguments);
    refuse_undefined(callee);
    fail(ErrorKind::Type, "'" + std::string(type_name(callee)) + "' object is not callable");
}

}  // namespace indrik::templates
