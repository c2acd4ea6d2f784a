#pragma once
// The peer of a WebSocketResponse in memory: asks for the upgrade, sends frames, and reads what comes back.

#include <string>
#include <string_view>

#include "indrik/core/encoding.hpp"
#include "indrik/websocket/protocol.hpp"
#include "tests/support/server_run.hpp"

namespace indrik::test {

class WebSocketClient {
public:
    /// Asks for /ws, with `fields` besides the usual ones ("Name: value\r\n").
    explicit WebSocketClient(ServerRun& run,
                             std::string_view fields = {},
                             std::string_view early = {})
        : run_(run),
          client_(run.connect()),
          protocol_(websocket::Role::Client, options(), {}, nullptr) {
        client_.send(
            "GET /ws HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            std::string(fields) + "\r\n" + std::string(early));
        run_.settle();
        const std::string received = client_.take_received();
        const std::size_t end = received.find("\r\n\r\n");
        head_ = received.substr(0, end);
        if (end != std::string::npos) read(received.substr(end + 4));
    }

    /// The response's head, and the body if it is no 101.
    const std::string& head() const { return head_; }
    bool is_open() const { return head_.substr(0, 13) == "HTTP/1.1 101 "; }
    MemoryClient& raw() { return client_; }

    void send_text(std::string_view text) {
        protocol_.sender().message(output_, websocket::MessageType::Text, text);
        flush();
    }
    void send_binary(std::string_view bytes) {
        protocol_.sender().message(output_, websocket::MessageType::Binary, bytes);
        flush();
    }
    void ping(std::string_view payload) {
        protocol_.ping(output_, payload);
        flush();
    }
    void close(std::uint16_t code, std::string_view reason = {}) {
        protocol_.close(output_, code, reason);
        flush();
    }
    void send_raw(std::string_view bytes) {
        client_.send(bytes);
        run_.settle();
    }
    /// Answers pings and closes, as peers do, those that have come as well; before, it does not.
    void answer() {
        answers_ = true;
        send_raw(answers_due_.view());
        answers_due_.clear();
    }

    /// What has come since the last call: "text(hello) ping() close(1000 reason) ".
    std::string events() {
        read(client_.take_received());
        return std::exchange(events_, std::string());
    }

private:
    static websocket::ProtocolOptions options() {
        websocket::ProtocolOptions options;
        options.answers_pings = true;
        return options;
    }

    void flush() {
        client_.send(output_.view());
        output_.clear();
        run_.settle();
    }

    void read(std::string bytes) {
        std::span<char> rest(bytes);
        for (;;) {
            const websocket::Step step = protocol_.receive(rest, answers_due_);
            rest = rest.subspan(step.consumed);
            const std::string data(step.data);
            switch (step.event) {
                case websocket::Event::None:
                    if (answers_ && !answers_due_.empty()) answer();
                    return;
                case websocket::Event::Data:
                    message_ += data;
                    if (!step.ends_message) break;
                    events_ += step.type == websocket::MessageType::Text ? "text(" : "binary(";
                    events_ += message_.size() > 100 ? std::to_string(message_.size()) : message_;
                    events_ += ") ";
                    message_.clear();
                    break;
                case websocket::Event::Ping:
                    events_ += "ping(" + data + ") ";
                    break;
                case websocket::Event::Pong:
                    events_ += "pong(" + data + ") ";
                    break;
                case websocket::Event::Close:
                    events_ += "close(" + std::to_string(step.close_code) +
                               (data.empty() ? "" : " " + data) + ") ";
                    break;
                case websocket::Event::Failed:
                    events_ += "failed(" + protocol_.failure().message() + ") ";
                    break;
            }
        }
    }

    ServerRun& run_;
    MemoryClient client_;
    websocket::Protocol protocol_;
    Buffer output_;
    Buffer answers_due_;
    std::string head_;
    std::string message_;
    std::string events_;
    bool answers_ = false;
};

/// An application with one handler, at /ws.
inline web::Application websocket_app(web::Handler handler) {
    web::Application app;
    app.add_route(web::get("/ws", std::move(handler)));
    return app;
}

}  // namespace indrik::test
