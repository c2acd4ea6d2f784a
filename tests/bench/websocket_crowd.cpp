// Many WebSockets that listen: what tests/bench/run measures a broadcast, idle connections and heartbeats with.
//
//   websocket_crowd PORT [--connections N] [--listen PATH] [--publish PATH]
//
// It opens N connections to the one path, prints "ready", and does what the lines of its input say, with a line of JSON each:
// "publish" sends a POST to the other path and waits until every connection has had its message; "rest S" answers pings for S seconds.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "load_channel.hpp"

namespace {

using namespace bench;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kPong = "\x8a\x80\x01\x02\x03\x04";

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 10'000;
    std::string listen = "/listen";
    std::string publish = "/publish";
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
        if (name == "--connections")
            options.connections = std::strtoul(argv[i], nullptr, 10);
        else if (name == "--listen")
            options.listen = argv[i];
        else if (name == "--publish")
            options.publish = argv[i];
        else
            fail("unknown option " + std::string(name));
    }
    if (options.port == 0) fail("usage: websocket_crowd PORT [option value]...");
    return options;
}

class Crowd {
public:
    explicit Crowd(const Options& options)
        : options_(options),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          publisher_(options.port, nullptr) {
        channels_.reserve(options.connections);
        for (std::size_t i = 0; i < options.connections; ++i) {
            Channel& channel = channels_.emplace_back(options.port, nullptr);
            open_websocket(channel, options.port, options.listen);
            channel.begin_load();
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &channel;
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, channel.fd(), &event) != 0)
                fail_system("epoll_ctl");
        }
    }

    void publish() {
        const auto begin = Clock::now();
        messages_ = 0;
        publisher_.send("POST " + options_.publish +
                        " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        while (messages_ < channels_.size()) {
            if (Clock::now() > begin + kPatience) fail("somebody has not got the message");
            turn(100);
        }
        std::string answer;
        std::array<char, 1024> space{};
        while (answer.find("\r\n\r\n") == std::string::npos)
            answer.append(space.data(), publisher_.receive(space));
        std::printf("{\"recipients\": %zu, \"seconds\": %.6f}\n", messages_, since(begin));
    }
    void rest(double seconds) {
        const auto begin = Clock::now();
        pings_ = 0;
        while (since(begin) < seconds) turn(10);
        std::printf("{\"pings\": %zu, \"seconds\": %.6f}\n", pings_, since(begin));
    }

private:
    static double since(Clock::time_point begin) {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }
    void turn(int wait_ms) {
        const int ready =
            ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), wait_ms);
        for (int i = 0; i < ready; ++i)
            receive(*static_cast<Channel*>(events_[static_cast<std::size_t>(i)].data.ptr));
    }
    /// What a server sends at once is taken at once: frames of less than 126 bytes, whole.
    void receive(Channel& channel) {
        const std::size_t size = channel.receive(input_);
        for (std::size_t at = 0; at < size;) {
            const auto first = static_cast<unsigned char>(input_[at]);
            if (first == 0x89) {
                ++pings_;
                channel.send(kPong);
            } else if (first == 0x81) {
                ++messages_;
            } else {
                fail("a frame of another kind");
            }
            if (at + 1 == size) fail("half a frame");
            at += 2 + static_cast<std::size_t>(input_[at + 1]);
        }
    }

    const Options& options_;
    int epoll_;
    Channel publisher_;
    std::vector<Channel> channels_;
    std::array<epoll_event, 512> events_{};
    std::array<char, 64 * 1024> input_{};
    std::size_t messages_ = 0;
    std::size_t pings_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    Crowd crowd(options);
    std::puts("ready");
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "publish") {
            crowd.publish();
        } else {
            crowd.rest(std::strtod(line.c_str() + line.find(' ') + 1, nullptr));
        }
        std::fflush(stdout);
    }
}
