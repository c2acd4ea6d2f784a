#pragma once
// Limits and timeouts of one HTTP/1.1 connection.

#include <chrono>
#include <cstdint>

#include "indrik/http/parser.hpp"

namespace indrik::http1 {

/// A timeout of zero means none.
struct ConnectionOptions {
    http::HeadLimits head;
    std::chrono::milliseconds header_timeout{
        10'000};  // first byte of a head (or the connect) to its end
    std::chrono::milliseconds body_timeout{30'000};        // while the peer sends nothing
    std::chrono::milliseconds keep_alive_timeout{75'000};  // between two requests
    std::chrono::milliseconds write_timeout{30'000};       // while the peer takes nothing
    // Bytes a second. Whoever stays below uses up the timeout, which single bytes do not renew; 0: they do. See Patience.
    std::uint64_t minimum_body_rate = 240;
    std::uint64_t minimum_write_rate = 240;
    std::chrono::milliseconds linger_timeout{
        2'000};  // for what the peer still sends after the last response
    bool uses_sendfile =
        true;  // false: files are read and written, where the file system's sendfile(2) is broken
};

}  // namespace indrik::http1
