// The load generator of tests/bench/run: keep-alive connections over one epoll, lean enough that
// the server is what is measured.
//
//   load_client PORT [--connections N] [--depth N] [--seconds S] [--header 'Name: value']...
//                    [--path PATH | --paths FILE] [--tls 1.2|1.3] [--spin 1]
//   load_client PORT --hold N
//
// It learns the response once, then holds every other one against it: same length, same status,
// same end (of large ones, which are discarded unseen, length and status). With --paths it asks for
// the file's lines in turn; all must be answered alike. It prints "ready" when every connection has
// had an answer, waits for a line on its input, works for S seconds, lets what is under way arrive,
// and prints one line of JSON. With --spin it never sleeps: waking a client is work of the server,
// and how often that has to be done is chance where the server is the slower one. With --hold it opens N connections, one request each, prints
// "ready", keeps them until a line comes, and prints how many the server has kept.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "load_channel.hpp"

namespace {

using namespace bench;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kStatus = "HTTP/1.1 200";
constexpr std::size_t kEndBytes = 16;               // of a response, compared
constexpr std::size_t kLargeResponse = 128 * 1024;  // is not looked at
constexpr std::size_t kLatencyBuckets =
    1'000'000;  // one a microsecond; the last takes all that is slower

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 64;
    std::size_t depth = 1;
    double seconds = 1;
    std::size_t hold = 0;
    std::string headers;
    std::vector<std::string> paths;
    std::string tls;  // version; empty: none
    bool spin = false;
};

void add_paths(std::vector<std::string>& paths, const char* file) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) paths.push_back(line);
    if (paths.empty()) fail(std::string("no paths in ") + file);
}

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
        if (name == "--connections")
            options.connections = std::strtoul(value, nullptr, 10);
        else if (name == "--depth")
            options.depth = std::strtoul(value, nullptr, 10);
        else if (name == "--seconds")
            options.seconds = std::strtod(value, nullptr);
        else if (name == "--hold")
            options.hold = std::strtoul(value, nullptr, 10);
        else if (name == "--header")
            options.headers.append(value).append("\r\n");
        else if (name == "--path")
            options.paths.push_back(value);
        else if (name == "--paths")
            add_paths(options.paths, value);
        else if (name == "--tls")
            options.tls = value;
        else if (name == "--spin")
            options.spin = std::atoi(value) != 0;
        else
            fail("unknown option " + std::string(name));
    }
    if (options.port == 0 || options.depth == 0 || options.connections == 0)
        fail("usage: load_client PORT [option value]...");
    if (options.paths.empty()) options.paths.push_back("/");
    return options;
}

/// Requests for all paths in turn. A batch is a view of consecutive ones.
class Requests {
public:
    explicit Requests(const Options& options) : count_(options.paths.size()) {
        for (std::size_t i = 0; i < count_ + options.depth; ++i) {
            begins_.push_back(text_.size());
            text_ += "GET " + options.paths[i % count_] +
                     " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) + "\r\n" +
                     options.headers + "\r\n";
        }
    }

    std::string_view next(std::size_t depth) {
        const std::size_t begin = begins_[at_];
        const std::string_view batch =
            std::string_view(text_).substr(begin, begins_[at_ + depth] - begin);
        at_ = (at_ + depth) % count_;
        return batch;
    }

private:
    std::size_t count_;
    std::string text_;
    std::vector<std::size_t> begins_;
    std::size_t at_ = 0;
};

/// What every response is held against: the first one that came.
class Expected {
public:
    std::size_t bytes() const { return bytes_; }
    bool is_like(std::string_view response) const {
        return response.starts_with(kStatus) && response.ends_with(end_);
    }

    /// One exchange on a channel that waits; the first one is learnt.
    void exchange(Channel& channel, std::string_view request) {
        channel.send(request);
        std::string response;
        std::array<char, 16384> piece{};
        std::size_t wanted = bytes_;
        while (wanted == 0 || response.size() < wanted) {
            response.append(piece.data(), channel.receive(piece));
            if (wanted == 0) wanted = whole_size(response);
        }
        if (bytes_ == 0) {
            bytes_ = wanted;
            end_ = response.substr(response.size() - std::min(response.size(), kEndBytes));
        }
        if (response.size() != bytes_ || !is_like(response))
            fail("unexpected response: " + response.substr(0, 1000));
    }

private:
    /// 0 as long as that is not known.
    static std::size_t whole_size(std::string_view response) {
        const std::size_t head = response.find("\r\n\r\n");
        if (head == std::string_view::npos) return 0;
        constexpr std::string_view kLength = "\r\nContent-Length: ";
        const std::size_t length = response.find(kLength);
        if (length < head) {
            const char* const digits = response.data() + length + kLength.size();
            return head + 4 + std::strtoul(digits, nullptr, 10);
        }
        return response.ends_with("\r\n0\r\n\r\n") ? response.size() : 0;
    }

    std::size_t bytes_ = 0;
    std::string end_;
};

void hold(const Options& options) {
    std::vector<Channel> channels;
    Requests requests(options);
    Expected expected;
    for (std::size_t i = 0; i < options.hold; ++i) {
        expected.exchange(channels.emplace_back(options.port, nullptr), requests.next(1));
    }
    wait_for_line();
    const auto kept = std::count_if(channels.begin(), channels.end(), [](const Channel& channel) {
        char byte = 0;
        return ::recv(channel.fd(), &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    });
    std::printf("{\"kept\": %zd}\n", static_cast<std::size_t>(kept));
}

/// One measurement: every connection sends a batch of `depth` requests whenever the one before has
/// been answered.
class Load {
public:
    explicit Load(const Options& options)
        : options_(options),
          requests_(options),
          latencies_(kLatencyBuckets),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (!options.tls.empty()) tls_ = make_tls_context(options.tls);
        connections_.reserve(options.connections);
        for (std::size_t i = 0; i < options.connections; ++i) {
            Connection& connection = connections_.emplace_back(options.port, tls_.get());
            expected_.exchange(connection.channel, requests_.next(1));
            connection.channel.begin_load();
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &connection;
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.channel.fd(), &event) != 0)
                fail_system("epoll_ctl");
        }
        is_large_ = expected_.bytes() > kLargeResponse;
        if (is_large_ && options.depth != 1) fail("large responses are not pipelined");
    }

    void run() {
        const auto begin = Clock::now();
        const auto duration = std::chrono::duration<double>(options_.seconds);
        end_ = begin + std::chrono::duration_cast<Clock::duration>(duration);
        for (Connection& connection : connections_) send_batch(connection, Clock::now());
        std::array<epoll_event, 512> events{};
        const int wait_ms = options_.spin ? 0 : 100;
        while (under_way_ != 0) {
            const int ready =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
            if (ready == 0 && Clock::now() > end_ + kPatience)
                fail("the server has stopped answering");
            for (int i = 0; i < ready; ++i) {
                receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
            }
        }
        seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    }

    void report() const {
        std::printf(
            "{\"requests\": %zu, \"seconds\": %.6f, \"p50_us\": %zu, \"p99_us\": %zu, \"bytes\": "
            "%zu}\n",
            answered_,
            seconds_,
            percentile(0.50),
            percentile(0.99),
            expected_.bytes());
    }

private:
    struct Connection {
        Connection(std::uint16_t port, ssl_ctx_st* tls) : channel(port, tls) {}
        Channel channel;
        std::size_t received_bytes = 0;  // of the batch under way
        Clock::time_point sent;
    };

    void send_batch(Connection& connection, Clock::time_point now) {
        connection.received_bytes = 0;
        connection.sent = now;
        connection.channel.send(requests_.next(options_.depth));
        ++under_way_;
    }

    void receive(Connection& connection) {
        do {
            const std::size_t size =
                is_large_ ? receive_large(connection) : receive_some(connection);
            if (size == 0) return;
            connection.received_bytes += size;
        } while (connection.channel.has_pending());
        if (connection.received_bytes < expected_.bytes() * options_.depth) return;

        const auto now = Clock::now();
        const auto elapsed =
            std::chrono::duration_cast<std::chrono::microseconds>(now - connection.sent);
        ++latencies_[std::min(static_cast<std::size_t>(elapsed.count()), kLatencyBuckets - 1)];
        answered_ += options_.depth;
        --under_way_;
        if (now < end_) send_batch(connection, now);
    }

    std::size_t receive_some(Connection& connection) {
        const std::size_t size = connection.channel.receive(input_);
        check({input_.data(), size}, connection.received_bytes % expected_.bytes());
        return size;
    }

    std::size_t receive_large(Connection& connection) {
        if (connection.received_bytes != 0) {
            return connection.channel.discard(input_,
                                              expected_.bytes() - connection.received_bytes);
        }
        const std::size_t size =
            connection.channel.receive(std::span(input_).first(kStatus.size()));
        if (!kStatus.starts_with(std::string_view(input_.data(), size))) fail("unexpected status");
        return size;
    }

    /// Holds every response that lies whole in `bytes` against what is expected.
    void check(std::string_view bytes, std::size_t position) const {
        const std::size_t whole = expected_.bytes();
        const std::size_t first = position == 0 ? 0 : whole - position;
        for (std::size_t at = first; at + whole <= bytes.size(); at += whole) {
            const std::string_view response = bytes.substr(at, whole);
            if (!expected_.is_like(response)) {
                fail("unexpected response: " + std::string(response));
            }
        }
    }

    std::size_t percentile(double share) const {
        std::size_t total = 0;
        for (const std::uint32_t count : latencies_) total += count;
        std::size_t seen = 0;
        for (std::size_t bucket = 0; bucket < latencies_.size(); ++bucket) {
            seen += latencies_[bucket];
            if (static_cast<double>(seen) >= share * static_cast<double>(total)) return bucket;
        }
        return latencies_.size();
    }

    const Options& options_;
    UniqueTLSContext tls_;
    Requests requests_;
    Expected expected_;
    bool is_large_ = false;
    std::vector<std::uint32_t> latencies_;
    std::vector<Connection> connections_;
    std::array<char, 256 * 1024> input_{};
    std::size_t under_way_ = 0;
    std::size_t answered_ = 0;
    Clock::time_point end_;
    double seconds_ = 0;
    int epoll_;
};

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const Options options = parse_options(argc, argv);
    if (options.hold != 0) {
        hold(options);
        return 0;
    }
    Load load(options);
    wait_for_line();
    load.run();
    load.report();
}
