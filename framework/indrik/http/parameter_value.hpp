#pragma once
// Numbers in paths, queries and forms.
//
//   parse_parameter<int>("12");   // 12
//   parse_parameter<int>("12a");  // nothing

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace indrik::http {

/// The whole text as a T: a number, "true" or "false" (also 1, 0, yes, no, on, off), or a type that is made of a text.
/// Nothing if it is none, or too large for it.
template <class T>
std::optional<T> parse_parameter(std::string_view text) {
    static_assert(std::is_arithmetic_v<T> || std::constructible_from<T, std::string_view>,
                  "a parameter is a number, a bool, a std::string or a std::string_view");
    if constexpr (std::same_as<T, bool>) {
        for (const std::string_view yes : {"true", "1", "yes", "on"}) {
            if (text == yes) return true;
        }
        for (const std::string_view no : {"false", "0", "no", "off"}) {
            if (text == no) return false;
        }
        return std::nullopt;
    } else if constexpr (std::is_arithmetic_v<T>) {
        T value{};
        const char* const end = text.data() + text.size();
        const auto result = std::from_chars(text.data(), end, value);
        if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
        return value;
    } else {
        return T(text);
    }
}

}  // namespace indrik::http
