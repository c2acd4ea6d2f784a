#pragma once
// A client over a real socket that shares the loop of the server under test.
//
//   SocketClient client(executor, connect_to(port));
//   client.send("GET / HTTP/1.1\r\n...");
//   const std::string answer = co_await client.receive_until("hello");

#include <string>
#include <string_view>
#include <utility>

#include "indrik/net/socket_stream.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::test {

class SocketClient {
public:
    SocketClient(const LoopExecutor& executor, UniqueFd socket)
        : fd_(socket.get()), stream_(executor, std::move(socket)) {}

    net::SocketStream& stream() { return stream_; }
    int fd() const { return fd_; }
    /// For what the socket's buffer holds.
    void send(std::string_view bytes) { stream_.try_write(bytes); }
    /// Nothing more will be sent.
    void end() { stream_.shutdown_write(); }
    /// Tears the connection down.
    void reset() { stream_.abort(); }

    /// Everything up to and with `text`, or up to the end.
    Task<std::string> receive_until(std::string text) {
        for (;;) {
            const std::size_t at = text.empty() ? std::string::npos : received_.find(text);
            if (at != std::string::npos || is_ended_) {
                const std::size_t size =
                    at == std::string::npos ? received_.size() : at + text.size();
                std::string answer = received_.substr(0, size);
                received_.erase(0, size);
                co_return answer;
            }
            co_await receive_some();
        }
    }
    /// Everything until the server closes.
    Task<std::string> receive_all() { return receive_until(""); }
    bool is_ended() const { return is_ended_; }
    /// Whether the end was a reset.
    bool is_broken() const { return is_broken_; }

private:
    Task<> receive_some() {
        char space[16384];
        const net::IOResult result = stream_.try_read(space);
        if (result.status == net::IOStatus::Done) {
            received_.append(space, result.bytes);
        } else if (result.status == net::IOStatus::WouldBlock) {
            std::error_code error;
            co_await stream_.wait_readable(error);
        } else {
            is_ended_ = true;
            is_broken_ = result.status == net::IOStatus::Failed;
        }
    }

    int fd_;
    net::SocketStream stream_;
    std::string received_;
    bool is_ended_ = false;
    bool is_broken_ = false;
};

}  // namespace indrik::test
