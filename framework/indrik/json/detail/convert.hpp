#pragma once
// The texts of queries, forms and paths to values.

#include <charconv>
#include <limits>
#include <string>
#include <string_view>

#include "indrik/json/detail/types.hpp"
#include "indrik/json/text_writer.hpp"

namespace indrik::json::detail {

/// "true", "1", "on", "yes" and their opposites.
bool convert_bool(std::string_view text, bool& value);

/// The whole of a decimal number; false if it is none, or out of range.
template <class T>
bool convert_number(std::string_view text, T& value) {
    const char* const end = text.data() + text.size();
    T number{};
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) return false;
    if constexpr (Real<T>) {
        // from_chars reads "inf" and "nan", which no client needs.
        if (!(number >= std::numeric_limits<T>::lowest() &&
              number <= std::numeric_limits<T>::max()))
            return false;
    }
    value = number;
    return true;
}

/// False if the text is none of T's; `value` is as it was then.
template <Scalar T>
bool convert_text(std::string_view text, T& value) {
    if constexpr (Boolean<T>) {
        return convert_bool(text, value);
    } else if constexpr (Integer<T> || Real<T>) {
        return convert_number(text, value);
    } else if constexpr (DescribedEnum<T>) {
        return find_enumerator(text, value);
    } else if constexpr (Time<T>) {
        return parse_time(text, value);
    } else if constexpr (Identifier<T>) {
        const auto id = parse_uuid(text);
        if (id) value = *id;
        return id.has_value();
    } else {
        value = text;
        return true;
    }
}

/// What a value must be: "expected an integer from 0 to 255".
template <class T>
std::string expectation() {
    if constexpr (Boolean<T>) {
        return "expected a boolean";
    } else if constexpr (Integer<T>) {
        return "expected an integer from " + std::to_string(std::numeric_limits<T>::min()) +
               " to " + std::to_string(std::numeric_limits<T>::max());
    } else if constexpr (Real<T>) {
        return "expected a number";
    } else if constexpr (DescribedEnum<T>) {
        std::string text = "expected one of";
        Enumerators<T>::apply([&text](auto... enumerator) {
            char before = ' ';
            ((text += before, text += '\'', text += enumerator.name, text += '\'', before = ','),
             ...);
        });
        return text;
    } else if constexpr (Time<T>) {
        return "expected a time such as 2026-11-21T02:46:02Z";
    } else if constexpr (Identifier<T>) {
        return "expected a UUID";
    } else {
        return "expected a string";
    }
}

}  // namespace indrik::json::detail
