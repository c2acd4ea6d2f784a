#pragma once
// The data that belongs to one browser, from request to request.
//
//   sessions::Session session = co_await sessions::get(request);
//   session.set("user", User{7, "Ada"});                              // anything that has a JSON form (json/described.hpp)
//   const auto user = session.get<User>("user");                      // std::optional: nothing if missing or of another form
//   session["cart"].as_array().push_back("apple");                    // changes within values are noticed
//   session.erase("coupon");
//
// It is saved when the response begins, if anything has changed.

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "indrik/json/described.hpp"
#include "indrik/json/value.hpp"
#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

namespace detail {
struct Exchange;
}

/// A handle: copies are the same session. Lifetime: until the request ends.
class Session {
public:
    explicit Session(detail::Exchange& exchange) : exchange_(&exchange) {}

    // ---- values by name

    /// Nothing if there is none, or it has not the form of a T.
    template <class T>
    std::optional<T> get(std::string_view name) const {
        const auto text = text_of(name);
        if (!text) return std::nullopt;
        json::Decoded<T> value = json::from_text<T>(*text);
        if (!value) return std::nullopt;
        return std::move(*value);
    }
    template <class T>
    T get(std::string_view name, T otherwise) const {
        std::optional<T> value = get<T>(name);
        return value ? std::move(*value) : std::move(otherwise);
    }
    /// Strings that are not UTF-8 are mended, numbers that are not finite become null.
    template <class T>
    void set(std::string_view name, const T& value) {
        if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            set_string(name, value);
        } else if constexpr (std::same_as<T, json::Value>) {
            set_value(name, value);
        } else {
            set_text(name, json::to_text(value));
        }
    }
    bool contains(std::string_view name) const { return text_of(name).has_value(); }
    /// Whether there was one.
    bool erase(std::string_view name);
    /// The value for reading; null if there is none. Lifetime: until it is set or erased.
    const json::Value* find(std::string_view name) const;
    /// The value for changing; made, as null, if there is none. Lifetime: as find().
    json::Value& operator[](std::string_view name);
    std::vector<std::string> names() const;
    bool empty() const;
    std::size_t size() const;
    /// Erases all values, and leaves the session.
    void clear();
    /// All of it as JSON.
    std::string to_json() const;

    // ---- the session itself

    /// Saves it even if nothing has changed.
    void changed();
    /// Whether the client came without one, or with one that is not good.
    bool is_new() const;
    Time created() const;
    /// What the storage knows it by; "" before it is saved for the first time, and where the cookie holds the data.
    const std::string& identity() const;
    /// How long it lives after its last use (or its beginning); nothing for as long as it is kept.
    std::optional<Seconds> max_age() const;
    /// For this session, instead of Options::max_age: "remember me". Is saved with it.
    void set_max_age(Seconds age);
    /// Ends it: the data is erased, the storage forgets it, and the browser, too. What is set afterwards begins another one.
    void invalidate();
    /// Gives it a new identity, and revokes the old one. Call it at log-in and whenever rights change: an identity that somebody else
    /// has planted is worth nothing then. The tokens of sessions::csrf() are new, too. A cookie that holds the data cannot be revoked.
    void rotate();

private:
    std::optional<std::string_view> text_of(std::string_view name) const;
    void set_text(std::string_view name, std::string text);
    void set_string(std::string_view name, std::string_view value);
    void set_value(std::string_view name, const json::Value& value);

    detail::Exchange* exchange_;
};

}  // namespace indrik::sessions
