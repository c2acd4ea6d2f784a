#pragma once
// Objects of the host: whatever a template can use beyond plain values. Derive from Object and override what it can do.
//
//   struct Clock final : Object {
//       std::string_view type_name() const override { return "Clock"; }
//       Value attribute(std::string_view name) override { return name == "now" ? Value(now()) : Value::missing(); }
//   };
//   Value clock = make_object<Clock>();
//   Value shout = function([](const Arguments& arguments) { return upper(arguments.positional[0]); });

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include "indrik/templates/value.hpp"

namespace indrik::templates {

class Runtime;

struct Keyword {
    Value name;
    Value value;
};

/// What a call was given. Lifetime: of the call.
struct Arguments {
    std::span<const Value> positional;
    std::span<const Keyword> keywords;
    Runtime* runtime = nullptr;
};

/// A running iteration.
class Iterator {
public:
    Iterator() = default;
    Iterator(const Iterator&) = delete;
    Iterator& operator=(const Iterator&) = delete;
    virtual ~Iterator() = default;
    /// False at the end.
    virtual bool next(Value& item) = 0;
};

namespace detail {
/// The objects of templates themselves, which a renderer looks for at every step.
enum class ObjectTag : std::uint8_t { Other, Macro, Loop, Module };
}  // namespace detail

class Object : public detail::Shared {
public:
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object() = default;

    /// As error messages name the type.
    virtual std::string_view type_name() const = 0;
    /// Missing if there is none.
    virtual Value attribute(std::string_view name);
    /// What `object[key]` is; Missing if there is none.
    virtual Value item(const Value& key);
    virtual bool is_callable() const { return false; }
    virtual Value call(const Arguments& arguments);
    /// `object.name(...)` without making a bound method first; nothing where attribute() and call() do.
    virtual std::optional<Value> call_method(std::string_view, const Arguments&) {
        return std::nullopt;
    }
    /// nullptr: cannot be iterated.
    virtual std::unique_ptr<Iterator> iterate() { return nullptr; }
    virtual std::optional<std::size_t> length() { return std::nullopt; }
    /// Nothing: is asked by iterating.
    virtual std::optional<bool> contains(const Value&) { return std::nullopt; }
    virtual bool is_sequence() const { return false; }
    virtual bool is_mapping() const { return false; }
    virtual bool truth() { return length().value_or(1) != 0; }
    virtual std::string repr();
    virtual std::string str() { return repr(); }
    /// Whether str() is safe markup.
    virtual bool has_html() const { return false; }
    virtual bool equals(const Value& other) const;
    /// Lets go of other values, to break cycles at the end of a rendering.
    virtual void clear() {}
    detail::ObjectTag tag() const noexcept { return tag_; }

protected:
    explicit Object(detail::ObjectTag tag) : tag_(tag) {}

private:
    detail::ObjectTag tag_ = detail::ObjectTag::Other;
};

inline Object& Value::object() const noexcept {
    return static_cast<Object&>(*shared_);
}

template <class T, class... Args>
Value make_object(Args&&... args) {
    return Value::object(new T(std::forward<Args>(args)...));
}

template <class T>
T* Value::as() const noexcept {
    if (!is(Kind::Object)) return nullptr;
    if constexpr (requires { T::kTag; }) {
        return object().tag() == T::kTag ? static_cast<T*>(&object()) : nullptr;
    } else if constexpr (std::is_final_v<T>) {
        Object& held = object();
        return typeid(held) == typeid(T) ? static_cast<T*>(&held) : nullptr;
    } else {
        return dynamic_cast<T*>(&object());
    }
}

/// A callable value.
Value function(std::function<Value(const Arguments&)> callable, std::string name = "function");

/// A value that can be iterated once: Python's generator.
class Generator final : public Object {
public:
    explicit Generator(std::unique_ptr<Iterator> iterator, std::string_view type = "generator")
        : iterator_(std::move(iterator)), type_(type) {}
    std::string_view type_name() const override { return type_; }
    std::unique_ptr<Iterator> iterate() override;
    bool next(Value& item) { return iterator_ && iterator_->next(item); }
    void clear() override { iterator_.reset(); }

private:
    std::unique_ptr<Iterator> iterator_;
    std::string_view type_;
};

/// A generator from a function `bool(Value&)`.
Value generate(std::function<bool(Value&)> next, std::string_view type = "generator");

/// Python's range.
class Range final : public Object {
public:
    Range(std::int64_t start, std::int64_t stop, std::int64_t step);
    std::int64_t start() const { return start_; }
    std::int64_t step() const { return step_; }
    std::int64_t count() const { return count_; }
    std::int64_t at(std::int64_t index) const { return start_ + index * step_; }
    std::string_view type_name() const override { return "range"; }
    Value item(const Value& key) override;
    std::unique_ptr<Iterator> iterate() override;
    std::optional<std::size_t> length() override { return static_cast<std::size_t>(count_); }
    std::optional<bool> contains(const Value& value) override;
    bool is_sequence() const override { return true; }
    std::string repr() override;
    bool equals(const Value& other) const override;

private:
    std::int64_t start_, stop_, step_, count_;
};

/// Jinja2's namespace(): attributes that `{% set ns.name = ... %}` may assign.
class Namespace final : public Object {
public:
    Namespace();
    ~Namespace() override;
    std::string_view type_name() const override { return "jinja2.utils.Namespace"; }
    Value attribute(std::string_view name) override;
    std::string repr() override;
    void clear() override;
    void set(const Value& name, Value value);
    Dict& attributes() { return *attributes_; }

private:
    std::unique_ptr<Dict> attributes_;
};

}  // namespace indrik::templates
