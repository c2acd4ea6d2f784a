#pragma once
// How a response leaves piece by piece, whatever protocol carries it: what streamed responses, files and upgraded connections
// are written through. One per connection; the server implements it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/status.hpp"

namespace indrik::web {

class Response;
class UpgradedConnection;

/// An interface. All calls belong to the request in progress; afterwards they throw std::logic_error.
class ResponseChannel {
public:
    virtual ~ResponseChannel() = default;

    /// Sends an interim response (1xx) before the final one; nothing to clients of HTTP/1.0, which know none.
    /// Errors: std::logic_error if the final response has begun; std::system_error as write().
    virtual Task<> send_interim(http::Status status, http::Headers fields) = 0;
    /// Sends the head. With a length that many bytes must follow, otherwise the end is marked when finish() is called.
    /// The body of an answer to HEAD, and of a 204 or 304, is left out by write(). Errors: std::logic_error if a response has
    /// begun already. Lifetime: `head` outlives the await.
    /// Request::on_response_prepare and the application's signal of that name may change the head's fields first; what they throw is
    /// thrown here, and then no response has begun.
    virtual Task<> start(Response& head, std::optional<std::uint64_t> content_length_bytes) = 0;
    /// Sends a piece of the body; waits while the peer is slow. Errors: std::system_error if the peer is gone or takes nothing for
    /// the write timeout; std::length_error for more than the announced length. Lifetime: `bytes` outlives the await.
    virtual Task<> write(std::string_view bytes) = 0;
    /// Sends a part of a file as a piece of the body, without copying it if that can be done. Errors: as write(); std::logic_error for
    /// a response without a length; std::runtime_error if the file has become shorter. Lifetime: the descriptor stays open until
    /// the await ends.
    virtual Task<> write_file(int file, std::uint64_t offset, std::uint64_t size_bytes) = 0;
    /// Fields to send with the end, if the form of the response allows them.
    virtual void set_trailers(http::Headers trailers) = 0;
    /// Marks the end. Errors: std::length_error if less than the announced length was written; as write().
    virtual Task<> finish() = 0;
    /// Answers 101 with that head, and hands the connection over. Errors: as start(); std::system_error if the peer is gone.
    /// Lifetime: `head` outlives the await.
    virtual Task<> upgrade(Response& head, std::shared_ptr<UpgradedConnection> connection) = 0;
    virtual bool has_started() const = 0;
    virtual bool is_finished() const = 0;
    /// Whether the server retires, and waits for the response to end.
    virtual bool is_draining() const = 0;
};

}  // namespace indrik::web
