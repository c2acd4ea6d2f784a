#pragma once
// A response that is written while it is being made: exports, progress, event streams.
//
//   Task<web::Response> count(web::Request& request) {
//       web::StreamResponse response;
//       response.content_type("text/plain");
//       co_await response.prepare(request);
//       for (int i = 0; i < 10; ++i) co_await response.write(std::to_string(i) + "\n");
//       co_await response.write_eof();
//       co_return std::move(response);
//   }
//
// On HTTP/1.1 the body is chunked unless its length was said before; on HTTP/1.0 the connection's end is the body's end.

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/compression.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

class Request;
class ResponseChannel;

/// Movable, not copyable. Lifetime: used only while its request's handler runs.
class StreamResponse {
public:
    explicit StreamResponse(int status = 200) : head_(status) {}
    StreamResponse(const StreamResponse&) = delete;
    StreamResponse& operator=(const StreamResponse&) = delete;
    StreamResponse(StreamResponse&&) = default;
    StreamResponse& operator=(StreamResponse&&) = default;

    // ---- before prepare(); afterwards they throw std::logic_error

    StreamResponse& status(int status);
    StreamResponse& header(std::string_view name, std::string_view value);
    StreamResponse& content_type(std::string_view type);
    StreamResponse& cookie(const http::Cookie& cookie);
    StreamResponse& delete_cookie(std::string_view name);
    StreamResponse& etag(std::string_view opaque, bool is_weak = false);
    StreamResponse& last_modified(std::time_t time);
    /// The body will have exactly so many bytes.
    StreamResponse& content_length(std::uint64_t bytes);
    StreamResponse& force_close();
    /// Compresses the body in the coding that the client likes best, if it likes any; its length is not announced then. With
    /// FlushMode::Sync all that is written goes out at once; FlushMode::None lets the compressor gather, which makes bodies
    /// of many small pieces much smaller: for exports that nobody watches. What web::compression leaves alone for its status
    /// or fields is left alone here; type and size are for the caller to judge.
    StreamResponse& enable_compression(http::FlushMode flush = http::FlushMode::Sync);

    http::Status status() const { return head_.status(); }
    const http::Headers& headers() const { return head_.headers(); }
    /// Fields to send after a chunked body; may be changed until write_eof(). A Trailer field set before prepare() tells their names
    /// in advance (RFC 9110 section 6.6.2).
    http::Headers& trailers() { return trailers_; }

    // ---- sending

    /// Sends the head. Errors: std::logic_error if the request has a response already; as write().
    Task<> prepare(Request& request);
    bool is_prepared() const { return channel_ != nullptr; }

    /// Sends a piece; waits while the peer is slow, so that no more than 64 KiB gather. An empty piece does nothing.
    /// Errors: std::logic_error before prepare() and after write_eof(); std::length_error for more than content_length();
    /// std::system_error if the peer is gone, or takes nothing for the write timeout.
    Task<> write(std::string bytes);
    /// The same without a copy. Lifetime: `bytes` outlives the await.
    Task<> write_view(std::string_view bytes);
    /// Ends the body. Returning the response from the handler does so, too.
    Task<> write_eof();

    /// What the handler returns: `co_return std::move(response)`.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a response
    operator Response() &&;

private:
    struct Compression {
        http::FlushMode flush = http::FlushMode::Sync;
        std::optional<http::Compressor> compressor;  // none: the client wants none
        Buffer output;
    };

    Response& changeable_head();
    ResponseChannel& channel() const;
    bool is_compressed() const { return compression_ && compression_->compressor; }
    void begin_compression(const Request& request);
    std::string take_compressed_tail();

    Response head_;
    http::Headers trailers_;
    std::optional<std::uint64_t> content_length_;
    std::unique_ptr<Compression> compression_;
    ResponseChannel* channel_ = nullptr;
};

}  // namespace indrik::web
