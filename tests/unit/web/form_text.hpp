#pragma once
// Requests with multipart forms, written by hand: what goes over the wire is to be seen.

#include <string>
#include <string_view>

#include "tests/unit/web/test_app.hpp"

namespace indrik::web {

inline constexpr std::string_view kMultipartType =
    "Content-Type: multipart/form-data; boundary=XX\r\n";

inline std::string part(std::string_view fields, std::string_view body) {
    return "--XX\r\n" + std::string(fields) + "\r\n\r\n" + std::string(body) + "\r\n";
}
inline std::string text_part(std::string_view name, std::string_view value) {
    return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"", value);
}
inline std::string file_part(std::string_view name,
                             std::string_view filename,
                             std::string_view bytes) {
    return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"; filename=\"" +
                    std::string(filename) + "\"\r\nContent-Type: image/png",
                bytes);
}
inline std::string form_request(std::string_view parts, std::string_view more_fields = {}) {
    return post_request("/",
                        std::string(parts) + "--XX--\r\n",
                        std::string(kMultipartType) + std::string(more_fields));
}

}  // namespace indrik::web
