#include "indrik/http/method.hpp"

#include <array>
#include <cstddef>

namespace indrik::http {

namespace {

constexpr std::array<std::string_view, 10> kNames = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", ""};

}  // namespace

std::string_view to_string(Method method) {
    const auto index = static_cast<std::size_t>(method);
    return index < kNames.size() ? kNames[index] : std::string_view();
}

Method parse_method(std::string_view text) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Method::Other); ++i) {
        if (text == kNames[i]) return static_cast<Method>(i);
    }
    return Method::Other;
}

}  // namespace indrik::http
