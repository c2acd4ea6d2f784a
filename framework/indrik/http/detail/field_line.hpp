#pragma once
// One line of a header or trailer section (RFC 9112 section 5), taken apart and checked.

#include <cstring>
#include <string_view>

#include "indrik/http/errors.hpp"
#include "indrik/http/fields.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http::detail {

/// Internally a check returns an Error; this value says that all is well.
inline constexpr Error kNoError{};

struct FieldLine {
    Field id = Field::Unknown;
    std::string_view name;
    std::string_view value;  // trimmed

    bool has_underscore() const {
        return id == Field::Unknown && name.find('_') != std::string_view::npos;
    }
};

/// `line` has no control characters but HTAB and does not begin with white space.
inline Error parse_field_line(std::string_view line, FieldLine& out) {
    const void* const colon = std::memchr(line.data(), ':', line.size());
    if (colon == nullptr) return Error::BadFieldName;
    const auto name_size = static_cast<std::size_t>(static_cast<const char*>(colon) - line.data());
    out.name = {line.data(), name_size};
    out.id = parse_field(out.name);
    if (out.id == Field::Unknown && !is_token(out.name)) return Error::BadFieldName;
    out.value = trim({line.data() + name_size + 1, line.size() - name_size - 1});
    return kNoError;
}

}  // namespace indrik::http::detail
