#include "indrik/web/opening.hpp"

#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include <asio/error.hpp>

#include "indrik/http1/connection.hpp"
#include "indrik/net/proxied_stream.hpp"
#include "indrik/net/tls_error.hpp"
#include "indrik/net/tls_stream.hpp"
#include "indrik/web/peer_name.hpp"
#include "indrik/web/request_handler.hpp"
#include "indrik/web/server.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;

constexpr auto kLastWindow = 1s;  // as http1::Connection gives for a last request

constexpr const char* kPlainAnswer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    "Content-Length: 57\r\n\r\nA plain HTTP request was sent to an HTTPS port. Use TLS.\n";
constexpr const char* kForbiddenAnswer =
    "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    "Content-Length: 59\r\n\r\nThis address must not send a header of the PROXY protocol.\n";

std::string describe(const net::Endpoint& peer) {
    return peer.is_unix() ? "a Unix socket" : net::format_endpoint(peer);
}

}  // namespace

Task<> Opening::serve(Server& server,
                      Admission::Ticket ticket,
                      std::unique_ptr<net::Stream> stream) {
    std::unique_ptr<net::Stream> opened = co_await open(server, ticket, std::move(stream));
    if (opened) co_await RequestHandler::serve(server, std::move(ticket), std::move(opened));
}

Task<std::unique_ptr<net::Stream>> Opening::open(Server& server,
                                                 Admission::Ticket& ticket,
                                                 std::unique_ptr<net::Stream> stream) {
    Opening self(server, ticket, std::move(stream));
    bool goes_on = true;
    if (server.options_.proxy_protocol) goes_on = co_await self.pass_proxy_header();
    if (goes_on && server.options_.tls) goes_on = co_await self.shake_hands();
    if (!goes_on) co_return nullptr;
    co_return std::move(self.stream_);
}

Opening::Opening(Server& server, Admission::Ticket& ticket, std::unique_ptr<net::Stream> stream)
    : server_(server), ticket_(ticket), stream_(std::move(stream)) {
    server_.openings_.push_back(*this);
    ++server_.statistics_.connections;
}

Opening::~Opening() {
    --server_.statistics_.connections;
}

void Opening::start_clock() {
    is_timed_ = true;
    is_late_ = false;
    const auto limit = server_.options_.header_timeout;
    if (limit.count() != 0) server_.wheel_.arm(clock_, limit);
    if (server_.draining_) drain();
}

void Opening::stop_clock() {
    is_timed_ = false;
    clock_.disarm();
}

void Opening::drain() {
    if (is_timed_) server_.wheel_.arm(clock_, kLastWindow);
}

void Opening::Clock::on_timeout() {
    opening.is_late_ = true;
    opening.stream_->cancel();
}

// ---- PROXY protocol

Task<bool> Opening::pass_proxy_header() {
    const ProxyProtocolOptions& options = *server_.options_.proxy_protocol;
    const net::Endpoint peer = stream_->remote_endpoint();
    const bool is_proxy = options.allow_from.trusts(peer_name(peer));
    bool is_forbidden = false;
    start_clock();
    try {
        if (is_proxy) {
            net::ProxyHeader header = co_await net::receive_proxy_header(*stream_, options.header);
            // A Unix socket at the proxy's other end says nothing about who is there.
            if (!header.is_local && !header.source.is_unix()) {
                stream_ =
                    std::make_unique<net::ProxiedStream>(std::move(stream_), std::move(header));
            }
        } else {
            std::string unread = co_await net::receive_no_proxy_header(*stream_);
            stream_ = std::make_unique<net::ProxiedStream>(std::move(stream_), std::move(unread));
        }
        stop_clock();
        count_client();
        co_return true;
    } catch (const std::system_error& error) {
        log_proxy_failure(peer, error);
        is_forbidden = error.code() == net::ProxyError::Forbidden;
    }
    stop_clock();
    if (is_forbidden && !server_.options_.tls) co_await take_leave(kForbiddenAnswer);
    co_return false;
}

/// Now that it is known whose connection this is.
void Opening::count_client() {
    if (!server_.admission_.counts_addresses() || !ticket_.is_admitted()) return;
    ticket_ = Admission::Ticket();
    ticket_ = server_.admit(stream_->remote_endpoint());
}

void Opening::log_proxy_failure(const net::Endpoint& peer, const std::system_error& error) {
    constexpr const char* kLine = "Connection from {} closed: {}";
    if (is_late_) {
        server_.log_.warning(kLine, describe(peer), "no PROXY protocol header came in time");
    } else if (error.code().category() == net::proxy_category() &&
               error.code() != net::ProxyError::NeverBegun) {
        server_.log_.warning(kLine, describe(peer), error.what());
    } else if (error.code() != asio::error::operation_aborted) {
        server_.log_.debug(kLine, describe(peer), error.what());  // health checks, mostly
    }
}

// ---- TLS

Task<bool> Opening::shake_hands() {
    auto owned = std::make_unique<net::TLSStream>(server_.options_.tls, std::move(stream_));
    net::TLSStream& stream = *owned;
    stream_ = std::move(owned);
    net::Handshake outcome = net::Handshake::Ended;
    bool is_refused = false;
    start_clock();
    try {
        outcome = co_await stream.handshake(&server_.handshakes_);
    } catch (const std::system_error& error) {
        server_.log_.debug("The TLS handshake of {} failed: {}",
                           describe(stream.remote_endpoint()),
                           is_late_ ? "it took too long" : error.what());
        is_refused = error.code().category() == net::tls_category();
    }
    stop_clock();
    if (outcome == net::Handshake::Done) co_return true;
    const bool is_plain = outcome == net::Handshake::PlainHTTP;
    if (is_plain || is_refused) {
        stream_ = stream.release_transport();
        co_await take_leave(is_plain ? kPlainAnswer : "");
    }
    co_return false;
}

Task<> Opening::take_leave(const char* answer) {
    if (*answer != '\0') stream_->try_write(answer);
    http1::Connection connection(*stream_, server_.wheel_, server_.connection_options_);
    co_await connection.linger();
}

}  // namespace indrik::web
