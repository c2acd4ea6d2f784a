#pragma once
// HTTP versions that a message head can announce.

#include <cstdint>

namespace indrik::http {

enum class Version : std::uint8_t { Http10, Http11, Http2 };

}  // namespace indrik::http
