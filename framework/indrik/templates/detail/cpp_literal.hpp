#pragma once
// Text as C++ source.

#include <string>
#include <string_view>
#include <vector>

namespace indrik::templates::detail {

/// The bytes of one literal that every compiler takes (the standard promises 65,536).
inline constexpr std::size_t kMaxLiteralBytes = 16'000;

/// Pieces that fit into a literal each; none of an empty text.
std::vector<std::string_view> literal_pieces(std::string_view text);
/// A string literal, a line of source for every line of the text, indented by `indent` blanks. Only printable ASCII is written as it
/// is; the rest are octal escapes of three digits, which cannot run into what follows.
std::string cpp_literal(std::string_view text, std::size_t indent);
/// A name for C++ that resembles the text, beginning with a letter.
std::string cpp_name(std::string_view text);

}  // namespace indrik::templates::detail
