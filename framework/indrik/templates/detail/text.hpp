#pragma once
// Python's str methods, on UTF-8.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/runtime.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string casefold(std::string_view text);
std::string capitalize(std::string_view text);
std::string title(std::string_view text);
std::string swapcase(std::string_view text);

/// Without the characters of `chars` at the ends; nothing means white space.
enum class Side : std::uint8_t { Both, Left, Right };
std::string_view strip(std::string_view text,
                       std::optional<std::string_view> chars,
                       Side side = Side::Both);
/// Left, Right: the text is moved to that side; Both: centred.
std::string justify(
    std::string_view text, std::int64_t width, std::string_view fill, Side side, Runtime& runtime);
std::string replace(std::string_view text,
                    std::string_view from,
                    std::string_view to,
                    std::int64_t count,
                    Runtime& runtime);
/// No separator: runs of white space.
std::vector<std::string_view> split(std::string_view text,
                                    std::optional<std::string_view> separator,
                                    std::int64_t count);
std::vector<std::string_view> split_right(std::string_view text,
                                          std::optional<std::string_view> separator,
                                          std::int64_t count);
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends = false);

/// Whether there is a character and all satisfy the test.
template <class Test>
bool all_of(std::string_view text, Test test);
bool is_lower_text(std::string_view text);
bool is_upper_text(std::string_view text);

/// int(text, base). Nothing if it is no number. Errors: OverflowError.
std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t base);
/// float(text)
std::optional<double> parse_float(std::string_view text);

/// The same kind of text as `model`: markup or plain.
inline Value like(const Value& model, std::string_view text) {
    return model.is_markup() ? Value::markup(text) : Value(text);
}

}  // namespace indrik::templates::detail
