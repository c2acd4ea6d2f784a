// The load generator of tests/bench/run: keep-alive connections over one epoll, lean enough that
// the server is what is measured.
//
//   load_client PORT [--connections N] [--depth N] [--seconds S] [--header 'Name: value']...
//   load_client PORT --hold N
//
// It learns the response once, then holds every other one against it: same length, same status,
// same body. It prints "ready" when every connection has had an answer, waits for a line on its
// input, works for S seconds, lets what is under way arrive, and prints one line of JSON. With
// --hold it opens N connections, one request each, prints "ready", keeps them until a line comes,
// and prints how many the server has kept.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
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
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kStatus = "HTTP/1.1 200";
constexpr std::string_view kBody = "Hello, World!";
constexpr std::size_t kLatencyBuckets =
    1'000'000;  // one a microsecond; the last takes all that is slower
constexpr auto kPatience = std::chrono::seconds(10);

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 64;
    std::size_t depth = 1;
    double seconds = 1;
    std::size_t hold = 0;
    std::string headers;
};

struct Connection {
    int fd = -1;
    std::size_t received_bytes = 0;  // of the batch under way
    Clock::time_point sent;
};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "load_client: %s\n", what.c_str());
    std::exit(1);
}

[[noreturn]] void fail_system(const std::string& what) {
    fail(what + ": " + std::strerror(errno));
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
        else
            fail("unknown option " + std::string(name));
    }
    if (options.port == 0 || options.depth == 0 || options.connections == 0)
        fail("usage: load_client PORT [option value]...");
    return options;
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail_system("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail_system("connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const linger reset{1, 0};  // no TIME_WAIT left behind by thousands of connections
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    const timeval patience{std::chrono::seconds(kPatience).count(), 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

void send_all(int fd, std::string_view bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
        fail_system("the server takes no request");
    }
}

/// One exchange on a blocking connection; the first one finds out how long a response is.
std::string exchange(int fd, std::string_view request, std::size_t response_bytes) {
    send_all(fd, request);
    std::string response;
    std::array<char, 4096> piece{};
    while (response_bytes == 0 ? !response.ends_with(kBody) : response.size() < response_bytes) {
        const ssize_t size = ::recv(fd, piece.data(), piece.size(), 0);
        if (size <= 0) fail_system("no complete response");
        response.append(piece.data(), static_cast<std::size_t>(size));
    }
    if (!response.starts_with(kStatus) || !response.ends_with(kBody))
        fail("unexpected response: " + response);
    return response;
}

void wait_for_line() {
    std::puts("ready");
    std::fflush(stdout);
    while (true) {
        const int byte = std::getchar();
        if (byte == EOF) std::exit(1);
        if (byte == '\n') return;
    }
}

void hold(const Options& options, std::string_view request) {
    std::vector<int> fds;
    std::size_t response_bytes = 0;
    for (std::size_t i = 0; i < options.hold; ++i) {
        fds.push_back(connect_to(options.port));
        response_bytes = exchange(fds.back(), request, response_bytes).size();
    }
    wait_for_line();
    const auto kept = std::count_if(fds.begin(), fds.end(), [](int fd) {
        char byte = 0;
        return ::recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    });
    std::printf("{\"kept\": %zd}\n", static_cast<std::size_t>(kept));
}

/// One measurement: every connection sends a batch of `depth` requests whenever the one before has
/// been answered.
class Load {
public:
    Load(const Options& options, std::string_view request)
        : options_(options), latencies_(kLatencyBuckets) {
        for (std::size_t i = 0; i < options.depth; ++i) batch_ += request;
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        connections_.resize(options.connections);
        for (Connection& connection : connections_) {
            connection.fd = connect_to(options.port);
            response_bytes_ = exchange(connection.fd, request, response_bytes_).size();
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &connection;
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0)
                fail_system("epoll_ctl");
        }
    }

    void run() {
        const auto begin = Clock::now();
        const auto duration = std::chrono::duration<double>(options_.seconds);
        end_ = begin + std::chrono::duration_cast<Clock::duration>(duration);
        for (Connection& connection : connections_) send_batch(connection, Clock::now());
        std::array<epoll_event, 512> events{};
        while (under_way_ != 0) {
            const int ready =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            if (ready == 0 && Clock::now() > end_ + kPatience)
                fail("the server has stopped answering");
            for (int i = 0; i < ready; ++i) {
                receive(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
            }
        }
        seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    }

    void report() const {
        std::printf("{\"requests\": %zu, \"seconds\": %.6f, \"p50_us\": %zu, \"p99_us\": %zu}\n",
                    answered_,
                    seconds_,
                    percentile(0.50),
                    percentile(0.99));
    }

private:
    void send_batch(Connection& connection, Clock::time_point now) {
        connection.received_bytes = 0;
        connection.sent = now;
        send_all(connection.fd, batch_);
        ++under_way_;
    }

    void receive(Connection& connection) {
        const ssize_t size = ::recv(connection.fd, input_.data(), input_.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) fail_system("the server has closed a connection");
        const std::string_view bytes(input_.data(), static_cast<std::size_t>(size));
        check(bytes, connection.received_bytes % response_bytes_);
        connection.received_bytes += bytes.size();
        if (connection.received_bytes < response_bytes_ * options_.depth) return;

        const auto now = Clock::now();
        const auto elapsed =
            std::chrono::duration_cast<std::chrono::microseconds>(now - connection.sent);
        ++latencies_[std::min(static_cast<std::size_t>(elapsed.count()), kLatencyBuckets - 1)];
        answered_ += options_.depth;
        --under_way_;
        if (now < end_) send_batch(connection, now);
    }

    /// Holds every response that lies whole in `bytes` against what is expected.
    void check(std::string_view bytes, std::size_t position) const {
        const std::size_t first = position == 0 ? 0 : response_bytes_ - position;
        for (std::size_t at = first; at + response_bytes_ <= bytes.size(); at += response_bytes_) {
            const std::string_view response = bytes.substr(at, response_bytes_);
            if (!response.starts_with(kStatus) || !response.ends_with(kBody)) {
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
    std::vector<std::uint32_t> latencies_;
    std::vector<Connection> connections_;
    std::string batch_;
    std::array<char, 256 * 1024> input_{};
    std::size_t response_bytes_ = 0;
    std::size_t under_way_ = 0;
    std::size_t answered_ = 0;
    Clock::time_point end_;
    double seconds_ = 0;
    int epoll_ = -1;
};

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    const std::string request =
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) + "\r\n" +
        options.headers + "\r\n";
    if (options.hold != 0) {
        hold(options, request);
        return 0;
    }
    Load load(options, request);
    wait_for_line();
    load.run();
    load.report();
}
