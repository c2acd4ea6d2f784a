#pragma once
// The files of page/, compiled in.

#include <string_view>

namespace chat {

extern const std::string_view kPage;
extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace chat
