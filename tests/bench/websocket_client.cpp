// The load generator of tests/bench/run for WebSockets that send back what they are sent: each connection has a number of
// messages under way, and sends as many again when they have come back.
//
//   websocket_client PORT [--path PATH] [--connections N] [--depth N] [--size BYTES] [--seconds S] [--spin 1]
//
// No compression is offered. It prints "ready" when every connection is open, waits for a line on its input, works for S seconds,
// lets what is under way arrive, and prints one line of JSON. Messages are text, masked with a key each, and what comes back is held
// against what was sent. With --spin it never sleeps; load_client.cpp says why.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "load_channel.hpp"

namespace {

using namespace bench;
using Clock = std::chrono::steady_clock;

struct Options {
    std::uint16_t port = 0;
    std::string path = "/";
    std::size_t connections = 64;
    std::size_t depth = 1;
    std::size_t size = 125;
    double seconds = 1;
    bool spin = false;
};

Options parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (!name.starts_with("--")) {
            options.port = static_cast<std::uint16_t>(std::atoi(argv[i]));
            continue;
        }
        if (++i == argc) fail(std::string(name) + " needs a value");
        const char* const value = argv[i];
        if (name == "--path")
            options.path = value;
        else if (name == "--connections")
            options.connections = std::strtoul(value, nullptr, 10);
        else if (name == "--depth")
            options.depth = std::strtoul(value, nullptr, 10);
        else if (name == "--size")
            options.size = std::strtoul(value, nullptr, 10);
        else if (name == "--seconds")
            options.seconds = std::strtod(value, nullptr);
        else if (name == "--spin")
            options.spin = std::atoi(value) != 0;
        else
            fail("unknown option " + std::string(name));
    }
    if (options.port == 0 || options.depth == 0 || options.connections == 0 || options.size > 125)
        fail("usage: websocket_client PORT [option value]...; messages have up to 125 bytes");
    return options;
}

class Load {
public:
    explicit Load(const Options& options)
        : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        std::minstd_rand random(7);
        const std::string text(options.size, 'x');
        expected_ = "\x81" + std::string(1, static_cast<char>(options.size)) + text;
        for (std::size_t i = 0; i < options.depth; ++i)
            append_masked(text, static_cast<std::uint32_t>(random()));
        connections_.reserve(options.connections);
        for (std::size_t i = 0; i < options.connections; ++i) open();
    }

    void run() {
        const auto begin = Clock::now();
        const auto duration = std::chrono::duration<double>(options_.seconds);
        end_ = begin + std::chrono::duration_cast<Clock::duration>(duration);
        for (Connection& connection : connections_) send_batch(connection);
        std::array<epoll_event, 512> events{};
        while (under_way_ != 0) {
            const int ready = ::epoll_wait(
                epoll_, events.data(), static_cast<int>(events.size()), options_.spin ? 0 : 100);
            if (ready == 0 && Clock::now() > end_ + kPatience)
                fail("the server has stopped answering");
            for (int i = 0; i < ready; ++i)
                receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        std::printf("{\"requests\": %zu, \"seconds\": %.6f, \"bytes\": %zu}\n",
                    answered_,
                    seconds,
                    expected_.size());
    }

private:
    struct Connection {
        explicit Connection(std::uint16_t port) : channel(port, nullptr) {}
        Channel channel;
        std::size_t received_bytes = 0;  // of the batch under way
    };

    void append_masked(std::string_view text, std::uint32_t key) {
        batch_ += '\x81';
        batch_ += static_cast<char>(0x80 | text.size());
        const std::array<char, 4> mask = {static_cast<char>(key),
                                          static_cast<char>(key >> 8),
                                          static_cast<char>(key >> 16),
                                          static_cast<char>(key >> 24)};
        batch_.append(mask.data(), mask.size());
        for (std::size_t i = 0; i < text.size(); ++i)
            batch_ += static_cast<char>(text[i] ^ mask[i % mask.size()]);
    }

    void open() {
        Channel& channel = connections_.emplace_back(options_.port).channel;
        open_websocket(channel, options_.port, options_.path);
        channel.begin_load();
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connections_.back();
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, channel.fd(), &event) != 0) fail_system("epoll_ctl");
    }

    void send_batch(Connection& connection) {
        connection.received_bytes = 0;
        connection.channel.send(batch_);
        ++under_way_;
    }

    void receive(Connection& connection) {
        const std::size_t size = connection.channel.receive(input_);
        for (std::size_t at = 0; at < size;) {
            const std::size_t position = (connection.received_bytes + at) % expected_.size();
            const std::size_t count = std::min(size - at, expected_.size() - position);
            if (expected_.compare(position, count, input_.data() + at, count) != 0)
                fail("what came back is not what was sent");
            at += count;
        }
        connection.received_bytes += size;
        if (connection.received_bytes < expected_.size() * options_.depth) return;
        answered_ += options_.depth;
        --under_way_;
        if (Clock::now() < end_) send_batch(connection);
    }

    const Options& options_;
    std::string batch_;     // what is sent at once
    std::string expected_;  // each of what comes back
    std::vector<Connection> connections_;
    std::array<char, 64 * 1024> input_{};
    std::size_t under_way_ = 0;
    std::size_t answered_ = 0;
    Clock::time_point end_;
    int epoll_;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    Load load(options);
    wait_for_line();
    load.run();
}
