#pragma once
// A server that does what a test tells it, in a thread of its own and with blocking sockets: for what no proper server does.
//
//   RawServer server([](RawServer::Peer& peer) {
//       peer.read_head();
//       peer.send("HTTP/1.1 403 Forbidden\r\n\r\n");
//   });
//   co_await ws_connect(server.url());

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>

#include "indrik/websocket/handshake.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::test {

class RawServer {
public:
    /// One accepted connection; closed when the script returns.
    class Peer {
    public:
        explicit Peer(UniqueFd socket) : socket_(std::move(socket)) {}

        /// The request's head, without the empty line.
        std::string read_head() {
            std::string head;
            char byte;
            while (head.find("\r\n\r\n") == std::string::npos &&
                   ::recv(socket_.get(), &byte, 1, 0) == 1)
                head += byte;
            head_ = head.substr(0, head.find("\r\n\r\n"));
            return head_;
        }
        void send(std::string_view bytes) { send_all(socket_, bytes); }
        /// The answer to the request's key, with `fields` ("Name: value\r\n") besides.
        void accept(std::string_view fields = {}) {
            send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Accept: " +
                accept_key() + "\r\n" + std::string(fields) + "\r\n");
        }
        std::string accept_key() const { return websocket::accept_of(field("Sec-WebSocket-Key")); }
        /// Of the head that was read; "" if it is not there.
        std::string field(std::string_view name) const {
            const std::size_t begin = head_.find("\r\n" + std::string(name) + ": ");
            if (begin == std::string::npos) return "";
            const std::size_t value = begin + 4 + name.size();
            return head_.substr(value, head_.find("\r\n", value) - value);
        }
        std::string receive(std::size_t size_bytes) {
            std::string bytes(size_bytes, '\0');
            const ssize_t size = ::recv(socket_.get(), bytes.data(), size_bytes, MSG_WAITALL);
            bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
            return bytes;
        }
        /// Until the client ends the connection.
        std::string receive_all() {
            std::string bytes;
            char space[4096];
            for (;;) {
                const ssize_t size = ::recv(socket_.get(), space, sizeof space, 0);
                if (size <= 0) return bytes;
                bytes.append(space, static_cast<std::size_t>(size));
            }
        }
        void end_sending() { ::shutdown(socket_.get(), SHUT_WR); }
        const UniqueFd& socket() const { return socket_; }

    private:
        UniqueFd socket_;
        std::string head_;
    };
    using Script = std::function<void(Peer&)>;

    /// Runs the script for each of `connections` connections, one after the other.
    explicit RawServer(Script script, int connections = 1)
        : listener_(listen_on_loopback()), port_(port_of(listener_)) {
        thread_ = std::thread([this, script = std::move(script), connections] {
            for (int i = 0; i < connections; ++i) {
                pollfd waiting{listener_.get(), POLLIN, 0};
                if (::poll(&waiting, 1, kPatienceMilliseconds) != 1) return;
                Peer peer(UniqueFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
                const timeval patience{kPatienceMilliseconds / 1000, 0};
                ::setsockopt(
                    peer.socket().get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
                script(peer);
            }
        });
    }
    RawServer(const RawServer&) = delete;
    ~RawServer() { join(); }

    /// Until the script has ended: then what it has noted can be looked at. Blocks the loop.
    void join() {
        if (thread_.joinable()) thread_.join();
    }

    std::uint16_t port() const { return port_; }
    std::string url(const std::string& target = "/") const {
        return "ws://127.0.0.1:" + std::to_string(port_) + target;
    }

private:
    static constexpr int kPatienceMilliseconds = 8'000;

    UniqueFd listener_;
    std::uint16_t port_;
    std::thread thread_;
};

}  // namespace indrik::test
