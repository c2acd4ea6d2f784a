#pragma once
// The address of a named route, as url_for makes it; a query may be added.
//
//   std::string plain = request.url_for("project", "id", 12);                             // "/projects/12"
//   request.url_for("projects").with_query("page", 2, "q", "a b");                        // "/projects?page=2&q=a%20b"

#include <charconv>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace indrik::web {

/// The name of a variable, and its value as text, not yet encoded.
using RoutePart = std::pair<std::string_view, std::string>;

namespace detail {

inline std::string to_part(std::string_view text) {
    return std::string(text);
}
template <class Number>
requires std::is_arithmetic_v<Number> std::string to_part(Number number) {
    if constexpr (std::same_as<Number, bool>) {
        return number ? "true" : "false";
    } else if constexpr (std::same_as<Number, char>) {
        return std::string(1, number);
    } else {
        char digits[64];
        return std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }
}

/// Calls `function` with names and values, given in turn, as a span of RoutePart.
template <class Function, class... Parts>
auto with_parts(Function function, const Parts&... parts) {
    static_assert(sizeof...(Parts) % 2 == 0, "a name and a value for each part");
    if constexpr (sizeof...(Parts) == 0) {
        return function(std::span<const RoutePart>());
    } else {
        const std::string texts[] = {detail::to_part(parts)...};
        RoutePart pairs[sizeof...(Parts) / 2];
        for (std::size_t i = 0; i < sizeof...(Parts) / 2; ++i) {
            pairs[i] = {texts[2 * i], texts[2 * i + 1]};
        }
        return function(std::span<const RoutePart>(pairs));
    }
}

}  // namespace detail

/// A path, percent-encoded, with its query and fragment. Value type; converts to std::string.
class RouteURL {
public:
    RouteURL() = default;
    explicit RouteURL(std::string path) : text_(std::move(path)) {}

    /// Adds parameters, behind those that are there: with_query("page", 2, "q", "a b"). REQUIRES: no fragment yet
    template <class... Parts>
    [[nodiscard]] RouteURL with_query(const Parts&... parts) const {
        return detail::with_parts(
            [this](std::span<const RoutePart> pairs) { return with_parameters(pairs); }, parts...);
    }
    [[nodiscard]] RouteURL with_parameters(std::span<const RoutePart> parameters) const;
    /// Replaces what stands behind '#'.
    [[nodiscard]] RouteURL with_fragment(std::string_view text) const;

    const std::string& str() const { return text_; }
    // NOLINTNEXTLINE(google-explicit-constructor): it is a text
    operator std::string() const { return text_; }
    // NOLINTNEXTLINE(google-explicit-constructor)
    operator std::string_view() const { return text_; }

    friend bool operator==(const RouteURL&, const RouteURL&) = default;
    friend bool operator==(const RouteURL& url, std::string_view text) { return url.text_ == text; }
    friend std::string operator+(const RouteURL& left, const RouteURL& right) {
        return left.text_ + right.text_;
    }
    friend std::string operator+(std::string left, const RouteURL& right) {
        return std::move(left) + right.text_;
    }
    friend std::string operator+(const RouteURL& left, std::string_view right) {
        return std::string(left.text_).append(right);
    }

private:
    std::string text_;
};

}  // namespace indrik::web
