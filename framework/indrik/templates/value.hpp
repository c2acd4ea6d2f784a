#pragma once
// Values of templates: what Python's objects are to Jinja2. One small tagged type, counted without atomics: a value and
// everything it refers to belongs to one thread.
//
//   Value name("World");                               // a string: UTF-8 bytes, counted and sliced by code points
//   Value page = Value::dict({{"title", "Home"}, {"count", 3}});
//   Value safe = Value::markup("<b>bold</b>");         // markupsafe.Markup: is not escaped again

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace indrik::templates {

class Dict;
class Object;
class Value;
using Values = std::vector<Value>;

/// The kinds from Undefined on own memory. Missing is no value: it marks variables without one.
enum class Kind : std::uint8_t {
    Missing,
    None,
    Bool,
    Int,
    Float,
    Undefined,
    String,
    List,
    Tuple,
    Dict,
    Object
};

/// What an undefined value may be used for: Jinja2's Undefined, StrictUndefined, ChainableUndefined, DebugUndefined.
enum class UndefinedKind : std::uint8_t { Default, Strict, Chainable, Debug };

namespace detail {
struct UndefinedData;
struct ListData;
struct DictData;
struct Shared {
    std::uint32_t references = 1;
};
/// The bytes follow the header.
struct Text : Shared {
    std::size_t size;
    mutable std::size_t length;  // npos until it was asked for
    mutable std::size_t hash;    // hash_text; 0 until it was asked for
    const char* data() const noexcept { return reinterpret_cast<const char*>(this + 1); }
    char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
};
/// Never 0. Texts of up to seven bytes have odd hashes that no other text has: equal hashes are equal texts.
std::size_t hash_text(std::string_view text) noexcept;
inline bool is_exact_hash(std::size_t hash) noexcept {
    return (hash & 1) != 0;
}
}  // namespace detail

class Value {
public:
    Value() noexcept : head_(head(Kind::None)), int_(0) {}
    Value(std::nullptr_t) noexcept : Value() {}
    Value(bool value) noexcept : head_(head(Kind::Bool)), int_(value ? 1 : 0) {}
    template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T value)
    noexcept : head_(head(Kind::Int)), int_(static_cast<std::int64_t>(value)) {}
    Value(double value) noexcept : head_(head(Kind::Float)), float_(value) {}
    Value(std::string_view text) : Value(text, false) {}
    Value(const std::string& text) : Value(std::string_view(text), false) {}
    Value(const char* text) : Value(std::string_view(text), false) {}

    static Value missing() noexcept { return Value(Kind::Missing); }
    /// Text that is not escaped when it is written.
    static Value markup(std::string_view text) { return Value(text, true); }
    static Value list(Values items = {});
    static Value tuple(Values items = {});
    static Value dict();
    static Value dict(Dict entries);
    static Value dict(std::initializer_list<std::pair<std::string_view, Value>> entries);
    /// Takes over the reference that `new` made.
    static Value object(Object* object) noexcept;
    /// An undefined value: of a name (or key) of `owner`, Missing for a variable; the hint replaces the usual message.
    static Value undefined(UndefinedKind kind, Value name, Value owner, std::string hint = {});

    Value(const Value& other) noexcept : head_(other.head_), int_(other.int_) {
        if (owns()) ++shared_->references;
    }
    Value(Value&& other) noexcept : head_(other.head_), int_(other.int_) {
        other.head_ = head(Kind::None);
    }
    Value& operator=(const Value& other) noexcept {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        Value taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~Value() {
        if (owns() && --shared_->references == 0) destroy();
    }
    void swap(Value& other) noexcept {
        std::swap(head_, other.head_);
        std::swap(int_, other.int_);
    }

    Kind kind() const noexcept { return static_cast<Kind>(head_ & 0xFF); }
    bool is(Kind wanted) const noexcept { return kind() == wanted; }
    bool is_missing() const noexcept { return kind() == Kind::Missing; }
    bool is_none() const noexcept { return kind() == Kind::None; }
    bool is_undefined() const noexcept { return kind() == Kind::Undefined; }
    bool is_string() const noexcept { return kind() == Kind::String; }
    /// A bool counts as an integer, as in Python.
    bool is_integer() const noexcept { return kind() == Kind::Int || kind() == Kind::Bool; }
    bool is_number() const noexcept { return is_integer() || kind() == Kind::Float; }
    bool is_sequence() const noexcept { return kind() == Kind::List || kind() == Kind::Tuple; }
    bool is_markup() const noexcept { return (head_ & kMarkup) != 0; }

    /// REQUIRES (each): a value of that kind.
    std::int64_t integer() const noexcept { return int_; }
    double floating() const noexcept { return float_; }
    /// Of any number.
    double number() const noexcept {
        return kind() == Kind::Float ? float_ : static_cast<double>(int_);
    }
    std::string_view string() const noexcept;
    Values& items() const noexcept;  // of a list or tuple
    Dict& dictionary() const noexcept;
    Object& object() const noexcept;  // include object.hpp
    detail::UndefinedData& undefined_data() const noexcept { return *undefined_; }
    /// The object as a T, or nullptr.
    template <class T>
    T* as() const noexcept;

    /// Of a string: code points; constant time after the first call.
    std::size_t length() const noexcept;
    bool is_ascii() const noexcept { return length() == string().size(); }
    /// Of a string: kept after the first call.
    std::size_t text_hash() const noexcept {
        return text_->hash != 0 ? text_->hash : make_text_hash();
    }
    /// What the value refers to will be looked at soon.
    void prefetch() const noexcept {
        if (owns()) __builtin_prefetch(shared_);
    }
    /// The same text, safe or not.
    Value as_markup(bool safe = true) const {
        Value copy(*this);
        copy.head_ = head(copy.kind()) | (safe ? kMarkup : 0);
        return copy;
    }
    /// Whether both are the same in memory (Python's `is`).
    bool is_same(const Value& other) const noexcept {
        return head_ == other.head_ && int_ == other.int_;
    }

private:
    explicit Value(Kind kind) noexcept : head_(head(kind)), int_(0) {}
    static constexpr std::uint32_t head(Kind kind) noexcept {
        return static_cast<std::uint32_t>(kind);
    }
    Value(std::string_view text, bool is_markup);
    bool owns() const noexcept { return kind() >= Kind::Undefined; }
    void destroy() noexcept;
    std::size_t make_text_hash() const noexcept;

    static constexpr std::uint32_t kMarkup = 0x100;
    std::uint32_t head_;  // the kind, and whether it is markup: copied at once
    union {
        std::int64_t int_;
        double float_;
        detail::Shared* shared_;
        detail::Text* text_;
        detail::ListData* list_;
        detail::DictData* dict_;
        detail::UndefinedData* undefined_;
    };
};

static_assert(sizeof(Value) <= 16);

namespace detail {

struct UndefinedData : Shared {
    UndefinedKind kind = UndefinedKind::Default;
    Value name;
    Value owner = Value::missing();
    std::string hint;
};

struct ListData : Shared {
    Values items;
};

}  // namespace detail

inline std::string_view Value::string() const noexcept {
    return {text_->data(), text_->size};
}
inline Values& Value::items() const noexcept {
    return list_->items;
}

}  // namespace indrik::templates
