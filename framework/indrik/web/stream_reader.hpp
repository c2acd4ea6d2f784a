#pragma once
// The body of a request as a stream: what has not been read has not been received, so a large upload costs the memory of
// one piece, and a slow handler slows its client down (aiohttp's StreamReader).
//
//   web::StreamReader& content = request.content();
//   for (auto piece = co_await content.read_any(); !piece.empty(); piece = co_await content.read_any()) {
//       file.write(piece);
//   }
//
// No limit on the size of bodies applies here: whoever streams decides.

#include <cstddef>
#include <string>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/net/byte_source.hpp"

namespace indrik::web {

/// One reader at a time. Lifetime: used only while the request's handler runs.
/// Errors: all reading throws std::system_error if the body is cut short, malformed, or does not come in time; unless caught the
/// server answers 400 or 408 and closes the connection.
class StreamReader {
public:
    static constexpr std::size_t kLineBytes = 64 * 1024;

    explicit StreamReader(net::ByteSource& source) : source_(source) {}
    StreamReader(const StreamReader&) = delete;
    StreamReader& operator=(const StreamReader&) = delete;

    /// Whatever is there, waiting if nothing is; empty at the end. Lifetime: until the next call.
    Task<std::string_view> read_any();
    /// At most `size` bytes, and less only if less is there; empty at the end.
    Task<std::string> read(std::size_t size);
    /// Exactly `size` bytes. Errors: std::length_error if the body ends before.
    Task<std::string> read_exactly(std::size_t size);
    /// Up to and including `separator`; what is left if the body ends without it, empty at the end.
    /// Errors: std::length_error if more than `limit_bytes` come without it. REQUIRES: !separator.empty()
    Task<std::string> read_until(std::string separator, std::size_t limit_bytes = kLineBytes);
    /// read_until("\n").
    Task<std::string> read_line(std::size_t limit_bytes = kLineBytes) {
        return read_until("\n", limit_bytes);
    }
    /// Everything that is left. Errors: std::length_error if that is more than `limit_bytes`.
    Task<std::string> read_all(std::size_t limit_bytes);

    /// Whether everything has been read.
    bool at_end() const { return pending_.empty() && source_.at_end(); }

private:
    Task<bool> fill();
    std::string take(std::size_t size);

    net::ByteSource& source_;
    std::string_view pending_;  // of the source's last piece, what has not been read
};

}  // namespace indrik::web
