#pragma once
// Python's textwrap.wrap.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::templates::detail {

std::vector<std::string> wrap_words(std::string_view text,
                                    std::int64_t width,
                                    bool break_long_words,
                                    bool break_on_hyphens);

}  // namespace indrik::templates::detail
