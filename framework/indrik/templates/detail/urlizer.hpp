#pragma once
// Turns addresses in text into links, as Jinja2's urlize does.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::templates::detail {

bool is_uri_scheme(std::string_view scheme);

class Urlizer {
public:
    std::string rel;
    std::string target;
    std::int64_t limit = -1;  // of the characters of a link's text; negative: none
    std::vector<std::string> schemes;

    /// Of text that is escaped already.
    std::string run(std::string_view text) const;

private:
    std::string convert(std::string_view word) const;
    std::string link(std::string_view address, std::string_view shown, bool with_attributes) const;
    std::string shorten(std::string_view address) const;
};

}  // namespace indrik::templates::detail
