// The physical limit that tests/bench/run measures everything else against: one thread,
// edge-triggered epoll, one read and one write for whatever has arrived. It understands nothing of
// HTTP but the blank line that ends a request head.
//
//   bare_epoll_server PORT                         // on 127.0.0.1, until it is killed
//
// A connection costs one byte of parse state and a count of bytes that the socket would not take
// yet.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\n"
    "Server: bare\r\n"
    "Date: Fri, 20 Nov 2026 18:00:00 GMT\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 13\r\n"
    "\r\n"
    "Hello, World!";
constexpr std::string_view kBlankLine = "\r\n\r\n";
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kResponsesAtHand = 1024;

struct Connection {
    std::uint64_t owed_bytes = 0;    // responses that the socket has not taken
    std::uint8_t matched_bytes = 0;  // of the blank line, at the end of what was read last
};

std::array<char, kReadBytes> input;
std::string responses;  // the response many times over, so that any number of them is one write
std::vector<Connection> connections;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

int listen_on(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (::listen(fd, 4096) != 0) fail("listen");
    return fd;
}

/// Counts the blank lines that end in `bytes`; one may have begun in the bytes before.
std::size_t count_requests(Connection& connection, std::string_view bytes) {
    std::size_t count = 0;
    std::size_t position = 0;
    while (connection.matched_bytes != 0 && position < bytes.size()) {
        const char byte = bytes[position++];
        if (byte != kBlankLine[connection.matched_bytes]) {
            connection.matched_bytes = byte == '\r' ? 1 : 0;
        } else if (++connection.matched_bytes == kBlankLine.size()) {
            connection.matched_bytes = 0;
            ++count;
        }
    }
    for (;;) {
        const std::size_t found = bytes.find(kBlankLine, position);
        if (found == std::string_view::npos) break;
        position = found + kBlankLine.size();
        ++count;
    }
    for (std::size_t size = kBlankLine.size() - 1; size > 0 && connection.matched_bytes == 0;
         --size) {
        if (bytes.size() - position >= size && bytes.ends_with(kBlankLine.substr(0, size))) {
            connection.matched_bytes = static_cast<std::uint8_t>(size);
        }
    }
    return count;
}

/// Writes what is owed, in one call unless the socket is full. Returns false if the connection is
/// broken.
bool pay(int fd, Connection& connection) {
    while (connection.owed_bytes != 0) {
        const std::size_t tail = connection.owed_bytes % kResponse.size();
        const std::size_t offset = tail == 0 ? 0 : kResponse.size() - tail;
        const std::size_t size =
            std::min<std::size_t>(connection.owed_bytes, responses.size() - offset);
        const ssize_t written = ::write(fd, responses.data() + offset, size);
        if (written < 0) return errno == EAGAIN;
        connection.owed_bytes -= static_cast<std::uint64_t>(written);
    }
    return true;
}

/// Reads until the socket is empty and answers. Returns false if the connection has ended.
bool serve(int fd, Connection& connection, bool peer_has_finished) {
    for (;;) {
        const ssize_t size = ::read(fd, input.data(), input.size());
        if (size < 0) return errno == EAGAIN;
        if (size == 0) return false;
        const auto received = static_cast<std::size_t>(size);
        connection.owed_bytes +=
            count_requests(connection, std::string_view(input.data(), received)) * kResponse.size();
        if (!pay(fd, connection)) return false;
        // A short read has emptied the socket, and the end of input, if it came too, has its own
        // flag.
        if (received < input.size() && !peer_has_finished) return true;
    }
}

void accept_all(int listener, int epoll) {
    for (;;) {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (static_cast<std::size_t>(fd) >= connections.size())
            connections.resize(static_cast<std::size_t>(fd) * 2);
        connections[static_cast<std::size_t>(fd)] = Connection{};
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
        event.data.fd = fd;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 2;
    }
    const int listener = listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event listening{};
    listening.events = EPOLLIN;
    listening.data.fd = listener;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listening) != 0) fail("epoll_ctl");
    for (std::size_t i = 0; i < kResponsesAtHand; ++i) responses += kResponse;

    std::array<epoll_event, 512> events{};
    for (;;) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == listener) {
                accept_all(listener, epoll);
                continue;
            }
            Connection& connection = connections[static_cast<std::size_t>(event.data.fd)];
            bool alive = connection.owed_bytes == 0 || pay(event.data.fd, connection);
            if (alive && (event.events & EPOLLIN) != 0) {
                alive = serve(event.data.fd, connection, (event.events & EPOLLRDHUP) != 0);
            }
            if (!alive) ::close(event.data.fd);
        }
    }
}
