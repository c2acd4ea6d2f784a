#pragma once
// One request without a body, and the head of its response, over a stream.

#include <cstddef>
#include <string>

#include "indrik/core/buffer.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/response_parser.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::client {

/// Lifetime: the head's views point into the buffer. Not movable.
class Exchange {
public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;

    /// Sends `request` and reads until the head of the final response is there; informational ones are passed over, but for 101.
    /// Errors: ServerDisconnectedError, http::Error as std::system_error, or why the stream failed.
    Task<> run(net::Stream& stream, std::string request);
    /// The body, if it is no longer than `limit_bytes` and has a length; otherwise what has come of it already, cut at the limit.
    Task<std::string> read_body(net::Stream& stream, std::size_t limit_bytes);

    const http::ResponseHead& head() const { return head_; }
    /// What came behind the head.
    std::string_view received() const { return input_.view().substr(head_bytes_); }

private:
    static Task<bool> read_more(net::Stream& stream, Buffer& buffer);

    http::ResponseParser parser_;
    http::ResponseHead head_;
    Buffer input_;
    std::size_t head_bytes_ = 0;
};

}  // namespace indrik::client
