// A client for tests of operations under load: short connections and kept ones without pause, every failure counted.
//
//   hammer PORT SHORT KEPT [LIMIT]
//
// SHORT threads connect, ask /pid and read to the end, again and again; KEPT threads ask on a connection for as long as the
// server keeps it, sometimes two requests in one packet, with pauses of up to 20 ms. Nothing is asked twice: an answer that
// does not come is a failure. Each line on standard input is answered with one line of JSON about the time since the last
// one; it ends with its input, or after LIMIT short connections.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kPatience = 60s;
constexpr auto kRestAfterFailure = 10ms;

/// What all threads count.
class Results {
public:
    void answered(bool is_short, Clock::duration taken) {
        const std::scoped_lock lock(mutex_);
        ++(is_short ? short_ : kept_);
        milliseconds_.push_back(std::chrono::duration<float, std::milli>(taken).count());
    }
    void failed(const char* kind, const std::string& reason) {
        const std::scoped_lock lock(mutex_);
        ++failed_;
        if (failures_.size() < 20) failures_.push_back(std::string(kind) + ": " + reason);
    }

    /// As JSON, and starts anew.
    std::string take() {
        const std::scoped_lock lock(mutex_);
        std::ranges::sort(milliseconds_);
        const auto percentile = [&](std::size_t percent) {
            if (milliseconds_.empty()) return 0.0f;
            return milliseconds_[std::min(milliseconds_.size() * percent / 100,
                                          milliseconds_.size() - 1)];
        };
        std::string text = "{\"short\": " + std::to_string(short_) +
                           ", \"kept\": " + std::to_string(kept_) +
                           ", \"failed\": " + std::to_string(failed_) +
                           ", \"p50\": " + std::to_string(percentile(50)) +
                           ", \"p99\": " + std::to_string(percentile(99)) +
                           ", \"max\": " + std::to_string(percentile(100)) + ", \"failures\": [";
        for (std::size_t index = 0; index < failures_.size(); ++index)
            text += (index == 0 ? "\"" : ", \"") + failures_[index] + "\"";
        short_ = kept_ = failed_ = 0;
        milliseconds_.clear();
        failures_.clear();
        return text + "]}";
    }

private:
    std::mutex mutex_;
    std::size_t short_ = 0;
    std::size_t kept_ = 0;
    std::size_t failed_ = 0;
    std::vector<float> milliseconds_;
    std::vector<std::string> failures_;
};

/// One connection; what goes wrong is thrown as text.
class Connection {
public:
    explicit Connection(std::uint16_t port, unsigned thread)
        : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        // Each thread comes from an address of its own, so that the ports suffice.
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + thread);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0) fail("bind");
        sockaddr_in there{};
        there.sin_family = AF_INET;
        there.sin_port = htons(port);
        there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&there), sizeof there) != 0) fail("connect");
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { ::close(fd_); }

    void send(const std::string& text) {
        if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(text.size()))
            fail("send");
    }
    /// Reads one whole answer; whether the connection stays.
    bool read_answer() {
        std::size_t head_end = 0;
        while ((head_end = bytes_.find("\r\n\r\n")) == std::string::npos) read_more("head");
        const std::string head = bytes_.substr(0, head_end);
        if (!head.starts_with("HTTP/1.1 200 ")) throw std::string(head.substr(0, 30));
        const std::size_t field = head.find("Content-Length: ");
        if (field == std::string::npos) throw std::string("no length");
        const std::size_t size = std::strtoul(head.c_str() + field + 16, nullptr, 10);
        while (bytes_.size() < head_end + 4 + size) read_more("body");
        bytes_.erase(0, head_end + 4 + size);
        return head.find("Connection: close") == std::string::npos;
    }

private:
    void read_more(const char* what) {
        pollfd waited{fd_, POLLIN, 0};
        const auto longest =
            std::chrono::duration_cast<std::chrono::milliseconds>(kPatience).count();
        if (::poll(&waited, 1, static_cast<int>(longest)) != 1) throw std::string("no answer");
        std::array<char, 4096> buffer;
        const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (size < 0) fail(what);
        if (size == 0) throw std::string("end before ") + what;
        bytes_.append(buffer.data(), static_cast<std::size_t>(size));
    }
    [[noreturn]] static void fail(const char* what) {
        throw std::string(what) + ": " + std::strerror(errno);
    }

    int fd_;
    std::string bytes_;
};

struct Shared {
    std::uint16_t port;
    std::size_t limit;  // of short connections; 0: none
    std::atomic<std::size_t> begun{0};
    std::atomic<bool> is_over{false};
    Results results{};
};

const std::string kShort = "GET /pid HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const std::string kKept = "GET /pid HTTP/1.1\r\nHost: x\r\n\r\n";

void ask_on_short_connections(Shared& shared, unsigned thread) {
    while (!shared.is_over) {
        if (shared.limit != 0 && shared.begun++ >= shared.limit) break;
        const auto start = Clock::now();
        try {
            Connection connection(shared.port, thread);
            connection.send(kShort);
            connection.read_answer();
            shared.results.answered(true, Clock::now() - start);
        } catch (const std::string& reason) {
            shared.results.failed("short", reason);
            std::this_thread::sleep_for(kRestAfterFailure);
        }
    }
}

void ask_on_kept_connections(Shared& shared, unsigned thread) {
    std::minstd_rand random(thread);
    std::optional<Connection> connection;
    while (!shared.is_over) {
        const auto start = Clock::now();
        try {
            if (!connection) connection.emplace(shared.port, thread);
            const bool asks_twice = random() % 8 == 0;
            connection->send(asks_twice ? kKept + kKept : kKept);
            bool stays = connection->read_answer();
            if (asks_twice && stays) stays = connection->read_answer();
            shared.results.answered(false, Clock::now() - start);
            if (!stays) connection.reset();
        } catch (const std::string& reason) {
            shared.results.failed("kept", reason);
            connection.reset();
            std::this_thread::sleep_for(kRestAfterFailure);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    }
}

unsigned number(const char* text) {
    unsigned value = 0;
    std::from_chars(text, text + std::strlen(text), value);
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    Shared shared{static_cast<std::uint16_t>(number(argv[1])), argc > 4 ? number(argv[4]) : 0};
    const unsigned count = number(argv[2]);
    std::vector<std::thread> askers;
    for (unsigned index = 0; index < count; ++index)
        askers.emplace_back(ask_on_short_connections, std::ref(shared), index);
    std::vector<std::thread> keepers;
    for (unsigned index = 0; index < number(argv[3]); ++index)
        keepers.emplace_back(ask_on_kept_connections, std::ref(shared), count + index);

    for (std::string line; std::getline(std::cin, line);)
        std::cout << shared.results.take() << std::endl;
    if (shared.limit == 0) shared.is_over = true;
    for (std::thread& asker : askers) asker.join();
    shared.is_over = true;
    for (std::thread& keeper : keepers) keeper.join();
    std::cout << shared.results.take() << std::endl;
}
