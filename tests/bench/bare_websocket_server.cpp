// What tests/bench/run holds Indrik's WebSockets against: one thread, edge-triggered epoll, one read and one write for whatever
// has arrived. It shakes hands, sends back what it is sent in a frame, answers pings and closes; it refuses nothing and checks
// nothing. A POST sends a message of 100 bytes to every WebSocket. Whatever else asks for no WebSocket is answered with
// "Hello, World!".
//
//   bare_websocket_server PORT                     // on 127.0.0.1, until it is killed

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view kHello =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nConnection: "
    "close\r\n\r\nHello, World!";
constexpr std::string_view kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr std::size_t kNewsBytes = 100;
constexpr std::string_view kKeyField = "Sec-WebSocket-Key: ";
constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kMaskBytes = 4;

enum Opcode : unsigned { kClose = 8, kPing = 9, kPong = 10 };

struct Connection {
    bool is_open = false;  // the handshake is done
    std::string input;     // what came of a frame that is not whole
    std::string output;    // what the socket has not taken
};

std::array<char, kReadBytes> space;
std::string output;
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

std::string accept_of(std::string_view key) {
    const std::string text = std::string(key) + std::string(kMagic);
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 32> encoded{};
    const int size = ::EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

/// To everybody, one write each.
void broadcast() {
    const std::string frame =
        "\x81" + std::string(1, static_cast<char>(kNewsBytes)) + std::string(kNewsBytes, 'x');
    for (std::size_t fd = 0; fd < connections.size(); ++fd) {
        Connection& connection = connections[fd];
        if (!connection.is_open) continue;
        const ssize_t written =
            ::send(static_cast<int>(fd), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        const std::size_t taken = written < 0 ? 0 : static_cast<std::size_t>(written);
        if (taken < frame.size()) connection.output.append(frame, taken);
    }
}

/// Takes a request; false if it is not whole yet.
bool shake_hands(Connection& connection, std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view head = bytes.substr(0, end + 2);
    bytes.remove_prefix(end + 4);
    if (head.starts_with("POST ")) {
        broadcast();
        output += kNoContent;
        return true;
    }
    const std::size_t key = head.find(kKeyField);
    if (key == std::string_view::npos) {
        output += kHello;
        return true;
    }
    const std::size_t begin = key + kKeyField.size();
    connection.is_open = true;
    output += "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    output +=
        "Sec-WebSocket-Accept: " + accept_of(head.substr(begin, head.find('\r', begin) - begin));
    output += "\r\n\r\n";
    return true;
}

void append_unmasked(const char* from, std::size_t size, const char* mask) {
    const std::size_t begin = output.size();
    output.resize(begin + size);
    char* const to = output.data() + begin;
    std::uint64_t twice = 0;
    std::memcpy(&twice, mask, kMaskBytes);
    twice |= twice << 32;
    std::size_t i = 0;
    for (; i + sizeof twice <= size; i += sizeof twice) {
        std::uint64_t word = 0;
        std::memcpy(&word, from + i, sizeof word);
        word ^= twice;
        std::memcpy(to + i, &word, sizeof word);
    }
    for (; i < size; ++i) to[i] = static_cast<char>(from[i] ^ mask[i % kMaskBytes]);
}

/// Takes a frame; false if it is not whole yet. Sets `is_over` for the one that closes.
bool echo_frame(std::string_view& bytes, bool& is_over) {
    if (bytes.size() < 2) return false;
    const auto byte = [&bytes](std::size_t at) {
        return std::uint64_t{static_cast<unsigned char>(bytes[at])};
    };
    std::uint64_t size = byte(1) & 0x7f;
    std::size_t head = 2;
    if (size >= 126) {
        head = size == 126 ? 4 : 10;
        if (bytes.size() < head) return false;
        size = 0;
        for (std::size_t at = 2; at < head; ++at) size = size << 8 | byte(at);
    }
    if (bytes.size() < head + kMaskBytes + size) return false;
    unsigned first = static_cast<unsigned>(byte(0));
    if ((first & 15) == kPing) first = (first & 0xf0) | kPong;
    is_over = (first & 15) == kClose;
    output += static_cast<char>(first);
    output += static_cast<char>(byte(1) & 0x7f);
    output += bytes.substr(2, head - 2);
    append_unmasked(bytes.data() + head + kMaskBytes, size, bytes.data() + head);
    bytes.remove_prefix(head + kMaskBytes + size);
    return true;
}

/// False if the connection is broken.
bool pay(int fd, Connection& connection) {
    if (!connection.output.empty()) {
        connection.output += output;
        output.swap(connection.output);
        connection.output.clear();
    }
    if (output.empty()) return true;
    const ssize_t written = ::write(fd, output.data(), output.size());
    if (written < 0 && errno != EAGAIN) return false;
    const std::size_t taken = written < 0 ? 0 : static_cast<std::size_t>(written);
    if (taken < output.size()) connection.output.assign(output, taken);
    output.clear();
    return true;
}

/// False if the connection has ended.
bool serve(int fd, Connection& connection) {
    for (;;) {
        const ssize_t size = ::read(fd, space.data(), space.size());
        if (size < 0) return errno == EAGAIN;
        if (size == 0) return false;
        std::string_view bytes(space.data(), static_cast<std::size_t>(size));
        const bool had_more = !connection.input.empty();
        if (had_more) {
            connection.input += bytes;
            bytes = connection.input;
        }
        bool is_over = false;
        while (!bytes.empty() && !is_over &&
               (connection.is_open ? echo_frame(bytes, is_over) : shake_hands(connection, bytes))) {
        }
        std::string rest(bytes);
        connection.input = std::move(rest);
        if (!pay(fd, connection) || is_over) return false;
        if (static_cast<std::size_t>(size) < space.size()) return true;
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
            bool alive = connection.output.empty() || pay(event.data.fd, connection);
            if (alive && (event.events & EPOLLIN) != 0) alive = serve(event.data.fd, connection);
            if (!alive) {
                connection.is_open = false;
                ::close(event.data.fd);
            }
        }
    }
}
