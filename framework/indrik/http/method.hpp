#pragma once
// Request methods (RFC 9110 section 9, PATCH of RFC 5789).

#include <cstdint>
#include <string_view>

namespace indrik::http {

enum class Method : std::uint8_t {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
    Other,  // a well-formed token that is none of the above; its text is in
            // RequestHead::method_text
};

/// "GET" and so on; "" for Method::Other.
std::string_view to_string(Method method);
/// Case-sensitive, as methods are. Anything unknown is Method::Other.
Method parse_method(std::string_view text);

}  // namespace indrik::http
