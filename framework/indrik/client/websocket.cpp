#include "indrik/client/websocket.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "indrik/client/connector.hpp"
#include "indrik/client/exchange.hpp"
#include "indrik/client/loop_share.hpp"
#include "indrik/client/url.hpp"
#include "indrik/core/cancellation.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/core/version.hpp"
#include "indrik/http/auth.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/websocket/connection.hpp"
#include "indrik/websocket/handshake.hpp"
#include "indrik/websocket/loop_share.hpp"

namespace indrik::client {

struct WebSocket::State {
    State() = default;
    State(const State&) = delete;
    ~State() { end(); }

    void end() {
        if (connection) connection->detach();
        // For a server that takes nothing the kernel would go on trying for minutes.
        if (stream && connection && connection->is_lost() && stream->unsent_bytes() != 0)
            stream->abort();
        stream.reset();
    }

    std::unique_ptr<net::Stream> stream;  // null when it has ended
    std::shared_ptr<websocket::Connection> connection;
    http::Headers headers;
    std::string url;
};

namespace {

using http::Field;
using http::Status;

constexpr std::size_t kMaxBodyBytes = 4096;  // of an answer that is an error
constexpr std::size_t kShownBytes = 200;

websocket::HandshakeOptions handshake_options(const WebSocketSettings& settings) {
    websocket::HandshakeOptions options;
    options.protocols = settings.protocols;
    options.deflate = settings.deflate;
    return options;
}

bool is_redirect(Status status) {
    return status == Status::MovedPermanently || status == Status::Found ||
           status == Status::SeeOther || status == Status::TemporaryRedirect ||
           status == Status::PermanentRedirect;
}

/// Fields that are copied out of the buffer they point into.
http::Headers owned(const http::Headers& fields) {
    http::Headers copies;
    for (const http::HeaderField field : fields) copies.append(field.name, field.value);
    return copies;
}

/// For a message: up to the first control character.
std::string first_line(const std::string& body) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    const auto end = std::find_if(body.begin(), body.end(), is_control);
    return std::string(body.begin(), end).substr(0, kShownBytes);
}

/// "403 Forbidden".
std::string describe(const http::ResponseHead& head) {
    std::string text = std::to_string(http::to_number(head.status));
    const std::string_view reason =
        head.reason.empty() ? http::reason_phrase(head.status) : head.reason;
    return reason.empty() ? text : text.append(" ").append(reason.substr(0, kShownBytes));
}

}  // namespace

/// From the URL to the open WebSocket. Lives while ws_connect waits.
class WebSocketOpening {
public:
    WebSocketOpening(const WebSocketSettings& settings, Target target)
        : settings_(settings), target_(std::move(target)), headers_(settings.headers) {
        connector_.tls = settings.tls;
        connector_.server_name = settings.server_name;
        connector_.unix_socket = settings.unix_socket;
        if (!headers_.get(Field::UserAgent))
            headers_.append(Field::UserAgent, "indrik/" INDRIK_VERSION);
        if (target_.login && !headers_.get(Field::Authorization)) {
            headers_.append(Field::Authorization,
                            http::format_basic(target_.login->user, target_.login->password));
        }
    }

    Task<WebSocket> run() {
        for (std::size_t redirects = 0;; ++redirects) {
            std::optional<WebSocket> socket = co_await attempt(redirects);
            if (socket) co_return std::move(*socket);
        }
    }

    const Target& target() const { return target_; }

private:
    /// Nothing if there is another target now.
    Task<std::optional<WebSocket>> attempt(std::size_t redirects) {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        const websocket::ClientHandshake handshake(handshake_options(settings_));
        std::unique_ptr<net::Stream> stream = co_await connect_to(target_, connector_);
        Exchange exchange;
        co_await ask(exchange, *stream, handshake);
        const http::ResponseHead& head = exchange.head();
        if (is_redirect(head.status) && settings_.unix_socket.empty() &&
            head.headers.get(Field::Location)) {
            follow(head, redirects);
            co_return std::nullopt;
        }
        if (head.status != Status::SwitchingProtocols) {
            std::string body = co_await exchange.read_body(*stream, kMaxBodyBytes);
            refuse(head, std::move(body));
        }
        const Result<websocket::Agreement> agreement = handshake.check(head.status, head.headers);
        if (!agreement) {
            throw WSServerHandshakeError(
                target_.url + " breaks the WebSocket handshake: " + agreement.error().message(),
                head.status,
                owned(head.headers),
                std::string());
        }
        co_return open(executor, std::move(stream), *agreement, exchange);
    }

    Task<> ask(Exchange& exchange,
               net::Stream& stream,
               const websocket::ClientHandshake& handshake) {
        try {
            co_await exchange.run(stream, request(handshake));
        } catch (const std::system_error& error) {
            if (is_cancelled(error)) throw;
            if (error.code().category() == http::error_category()) {
                const bool is_http = error.code() == http::Error::BadUpgrade;
                throw WSServerHandshakeError(
                    target_.url +
                        (is_http ? " breaks the WebSocket handshake: "
                                 : " answers with something that is no HTTP: ") +
                        error.code().message(),
                    Status::BadGateway,
                    http::Headers(),
                    std::string());
            }
            throw ClientConnectorError(
                "the connection to " + target_.authority + " failed: " + error.code().message(),
                error.code());
        }
    }

    std::string request(const websocket::ClientHandshake& handshake) const {
        std::string text = "GET " + target_.request_target + " HTTP/1.1\r\n";
        const auto add = [&text](std::string_view name, std::string_view value) {
            text.append(name).append(": ").append(value).append("\r\n");
        };
        if (!headers_.get(Field::Host)) add("Host", target_.authority);
        for (const http::HeaderField field : headers_) add(field.name, field.value);
        for (const http::HeaderField field : handshake.fields()) add(field.name, field.value);
        return text.append("\r\n");
    }

    void follow(const http::ResponseHead& head, std::size_t redirects) {
        if (redirects >= settings_.max_redirects) {
            throw TooManyRedirects(
                target_.url + " redirects again, after " + std::to_string(redirects) + " redirects",
                head.status,
                owned(head.headers));
        }
        Target next = parse_websocket_redirect(target_, *head.headers.get(Field::Location));
        if (!next.has_same_origin(target_)) {
            // What was meant for one server is not for another.
            for (const Field secret : {Field::Authorization, Field::Cookie, Field::Host})
                headers_.erase(secret);
            connector_.server_name.clear();
        }
        target_ = std::move(next);
    }

    [[noreturn]] void refuse(const http::ResponseHead& head, std::string body) const {
        std::string what = target_.url + " answers the WebSocket handshake with " + describe(head);
        const std::string_view type =
            head.headers.get(Field::ContentType).value_or(std::string_view());
        if (!body.empty() && type.substr(0, 10) == "text/plain") what += ": " + first_line(body);
        throw WSServerHandshakeError(what, head.status, owned(head.headers), std::move(body));
    }

    WebSocket open(const LoopExecutor& executor,
                   std::unique_ptr<net::Stream> stream,
                   const websocket::Agreement& agreement,
                   const Exchange& exchange) const {
        LoopShare& share = LoopShare::of(executor);
        auto state = std::make_shared<WebSocket::State>();
        state->stream = std::move(stream);
        state->headers = owned(exchange.head().headers);
        state->url = target_.url;
        state->connection = std::make_shared<websocket::Connection>(
            websocket::Role::Client, settings_, agreement, websocket::LoopShare::of(executor));
        state->connection->attach({*state->stream,
                                   share.timers(),
                                   share.tasks(),
                                   settings_.write_timeout,
                                   exchange.received()});
        return WebSocket(std::move(state));
    }

    const WebSocketSettings& settings_;
    Target target_;
    http::Headers headers_;
    ConnectorOptions connector_;
};

WebSocket::WebSocket(std::shared_ptr<State> state)
    : Socket(state->connection), state_(std::move(state)) {}
WebSocket::WebSocket(WebSocket&&) noexcept = default;
WebSocket& WebSocket::operator=(WebSocket&&) noexcept = default;
WebSocket::~WebSocket() = default;

Task<> WebSocket::close(std::uint16_t code, std::string reason) {
    connection();
    return close_stream(state_, code, std::move(reason));
}

Task<> WebSocket::close_stream(std::shared_ptr<State> state,
                               std::uint16_t code,
                               std::string reason) {
    co_await websocket::Connection::close(state->connection, code, std::move(reason));
    state->end();
}

const http::Headers& WebSocket::headers() const {
    connection();
    return state_->headers;
}
const std::string& WebSocket::url() const {
    connection();
    return state_->url;
}
const net::TLSStream* WebSocket::tls() const {
    connection();
    return state_->stream ? state_->stream->tls() : nullptr;
}

Task<WebSocket> ws_connect(std::string url, WebSocketOptions options) {
    WebSocketOpening opening(options.settings(), parse_websocket_url(url));
    const std::chrono::milliseconds limit = options.settings().connect_timeout;
    if (limit.count() == 0) co_return co_await opening.run();
    try {
        co_return co_await with_timeout(limit, opening.run());
    } catch (const TimeoutError&) {
        throw ConnectionTimeoutError(opening.target().url +
                                         " does not answer the WebSocket handshake within " +
                                         std::to_string(limit.count()) + " ms",
                                     limit);
    }
}

}  // namespace indrik::client
