#pragma once
// Character references of HTML back to characters: Python's html.unescape.

#include <string>
#include <string_view>

namespace indrik::templates::detail {

/// "name hex name hex ..."
extern const std::string_view kHTMLEntities;

std::string unescape_html(std::string_view text);

}  // namespace indrik::templates::detail
