#pragma once
// The ResponseChannel of an HTTP/1.1 connection: bodies with a length, chunked, or ended by the connection.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "indrik/http/serializer.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::http1 {
class Connection;
}

namespace indrik::web {

class RequestHandler;

class Http1Channel final : public ResponseChannel {
public:
    /// A new request begins. Lifetime: `handler` outlives it.
    void begin(RequestHandler& handler) {
        handler_ = &handler;
        state_ = State::Open;
    }
    /// The request is over: whoever kept the response can do nothing more with it.
    void end() {
        handler_ = nullptr;
        trailers_.reset();
    }

    Task<> send_interim(http::Status status, http::Headers fields) override;
    Task<> start(Response& head, std::optional<std::uint64_t> content_length_bytes) override;
    Task<> write(std::string_view bytes) override;
    Task<> write_file(int file, std::uint64_t offset, std::uint64_t size_bytes) override;
    void set_trailers(http::Headers trailers) override;
    Task<> finish() override;
    Task<> upgrade(Response& head, std::shared_ptr<UpgradedConnection> connection) override;
    bool has_started() const override { return state_ != State::Open; }
    bool is_finished() const override { return state_ == State::Finished; }
    bool is_draining() const override;

    /// Bytes of the body.
    std::uint64_t body_bytes() const { return body_bytes_; }
    /// The same as far as they were sent: HEAD leaves them out.
    std::uint64_t sent_body_bytes() const { return is_body_left_out_ ? 0 : body_bytes_; }

private:
    enum class State : unsigned char { Open, Started, Finished };

    http1::Connection& connection() const;
    /// A piece of the body is to be written. Errors: as write().
    void count(std::uint64_t size_bytes);
    Task<> send(http1::Connection& connection, std::string_view bytes);

    RequestHandler* handler_ = nullptr;
    State state_ = State::Open;
    http::BodyLength form_ = http::BodyLength::Known;
    bool is_body_left_out_ = false;
    std::uint64_t announced_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::unique_ptr<http::Headers> trailers_;  // null if there are none
};

}  // namespace indrik::web
