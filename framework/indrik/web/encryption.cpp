#include "indrik/web/encryption.hpp"

#include <system_error>
#include <utility>

#include "indrik/http1/connection.hpp"
#include "indrik/net/timer_wheel.hpp"
#include "indrik/net/tls_stream.hpp"
#include "indrik/web/request_handler.hpp"
#include "indrik/web/server.hpp"

namespace indrik::web {
namespace {

/// Ends a handshake that takes too long.
class HandshakeDeadline final : public net::TimerWheel::Timer {
public:
    explicit HandshakeDeadline(net::Stream& stream) : stream_(stream) {}

private:
    void on_timeout() override { stream_.cancel(); }
    net::Stream& stream_;
};

constexpr std::string_view kPlainAnswer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    "Content-Length: 57\r\n\r\nA plain HTTP request was sent to an HTTPS port. Use TLS.\n";

/// Whoever spoke plain HTTP is told so, if it costs nothing.
Task<> answer_plainly(net::TimerWheel& wheel,
                      const http1::ConnectionOptions& options,
                      std::unique_ptr<net::Stream> stream) {
    stream->try_write(kPlainAnswer);
    http1::Connection connection(*stream, wheel, options);
    co_await connection.linger();
}

}  // namespace

Task<> serve_encrypted(Server& server,
                       Admission::Ticket ticket,
                       std::unique_ptr<net::Stream> transport) {
    auto stream = std::make_unique<net::TLSStream>(server.options_.tls, std::move(transport));
    net::Handshake outcome = net::Handshake::Ended;
    try {
        HandshakeDeadline deadline(*stream);
        if (server.options_.header_timeout.count() != 0) {
            server.wheel_.arm(deadline, server.options_.header_timeout);
        }
        outcome = co_await stream->handshake(&server.handshakes_);
    } catch (const std::system_error& error) {
        server.log_.debug("A TLS handshake failed: {}", error.what());
    }
    if (outcome == net::Handshake::Done) {
        co_await RequestHandler::serve(server, std::move(ticket), std::move(stream));
    } else if (outcome == net::Handshake::PlainHTTP) {
        co_await answer_plainly(
            server.wheel_, server.connection_options_, stream->release_transport());
    }
}

}  // namespace indrik::web
