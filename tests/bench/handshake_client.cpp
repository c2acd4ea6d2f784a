// Full TLS handshakes, one after another over several connections at once: connect, shake hands, say goodbye, wait until the
// server has closed as well. Nothing is resumed.
//
//   handshake_client PORT [--connections N] [--seconds S] [--tls 1.2|1.3]
//
// Like load_client it prints "ready", waits for a line, works for S seconds, and prints one line of JSON.

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "load_channel.hpp"

namespace {

using namespace bench;
using Clock = std::chrono::steady_clock;

struct Options {
    std::uint16_t port = 0;
    std::size_t connections = 16;
    double seconds = 1;
    std::string_view version = "1.3";
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
        else if (name == "--seconds")
            options.seconds = std::strtod(argv[i], nullptr);
        else if (name == "--tls")
            options.version = argv[i];
        else
            fail("unknown option " + std::string(name));
    }
    if (options.port == 0 || options.connections == 0)
        fail("usage: handshake_client PORT [option value]...");
    return options;
}

class Handshakes {
public:
    explicit Handshakes(const Options& options)
        : options_(options),
          context_(make_tls_context(options.version)),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          connections_(options.connections) {}

    void run() {
        const auto begin = Clock::now();
        const auto duration = std::chrono::duration<double>(options_.seconds);
        end_ = begin + std::chrono::duration_cast<Clock::duration>(duration);
        for (Connection& connection : connections_) start(connection);
        std::array<epoll_event, 64> events{};
        while (under_way_ != 0) {
            const int ready =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            if (ready == 0 && Clock::now() > end_ + kPatience)
                fail("the server has stopped answering");
            for (int i = 0; i < ready; ++i) {
                advance(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
            }
        }
        seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
    }

    void report() const {
        std::printf("{\"requests\": %zu, \"seconds\": %.6f}\n", done_, seconds_);
    }

private:
    struct Connection {
        int fd = -1;
        UniqueTLS tls;
        bool has_shaken_hands = false;
    };

    void start(Connection& connection) {
        connection.fd = connect_to(options_.port);
        ::fcntl(connection.fd, F_SETFL, O_NONBLOCK);
        connection.tls = make_tls(context_.get(), connection.fd);
        connection.has_shaken_hands = false;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connection;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0)
            fail_system("epoll_ctl");
        ++under_way_;
        advance(connection);
    }

    void advance(Connection& connection) {
        SSL* const tls = connection.tls.get();
        if (!connection.has_shaken_hands) {
            const int outcome = ::SSL_do_handshake(tls);
            if (outcome != 1) {
                if (::SSL_get_error(tls, outcome) != SSL_ERROR_WANT_READ) fail_tls("no handshake");
                return;
            }
            if (::SSL_session_reused(tls) == 1) fail("the server has resumed a session");
            connection.has_shaken_hands = true;
            ::SSL_shutdown(tls);
        }
        // The server's tickets, its goodbye, and the end.
        char byte = 0;
        const int outcome = ::SSL_read(tls, &byte, 1);
        if (outcome > 0) fail("the server has said something");
        if (::SSL_get_error(tls, outcome) != SSL_ERROR_WANT_READ) finish(connection);
    }

    void finish(Connection& connection) {
        ::ERR_clear_error();
        connection.tls.reset();
        ::close(connection.fd);
        ++done_;
        --under_way_;
        if (Clock::now() < end_) start(connection);
    }

    const Options& options_;
    UniqueTLSContext context_;
    int epoll_;
    std::vector<Connection> connections_;
    std::size_t under_way_ = 0;
    std::size_t done_ = 0;
    Clock::time_point end_;
    double seconds_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const Options options = parse_options(argc, argv);
    Handshakes handshakes(options);
    wait_for_line();
    handshakes.run();
    handshakes.report();
}
