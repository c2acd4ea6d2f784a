#include "supervisor/system/statsd.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

class Daemon {
public:
    Daemon() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const SocketAddress address = resolve(Address::parse("127.0.0.1:0"));
        EXPECT_EQ(::bind(socket_.get(), address.data(), address.size), 0);
    }
    MessageSocket client() const {
        return MessageSocket(
            parse_statsd_address("127.0.0.1:" + std::to_string(bound_port(socket_.get()))), "--x");
    }
    /// "": nothing came.
    std::string receive() {
        std::array<char, 65'536> bytes;
        const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
    }

private:
    UniqueFd socket_;
};

TEST(Statsd, SpeaksAsGunicornDoes) {
    Daemon daemon;
    Statsd statsd(daemon.client(), "", "");
    statsd.gauge("gunicorn.workers", 4);
    statsd.increment("gunicorn.requests");
    statsd.timing("gunicorn.request.duration", 12.5);
    statsd.histogram("gunicorn.backlog", 3);
    EXPECT_EQ(daemon.receive(), "");  // it gathers
    statsd.flush();
    EXPECT_EQ(daemon.receive(),
              "gunicorn.workers:4|g\ngunicorn.requests:1|c|@1.0\n"
              "gunicorn.request.duration:12.5|ms\ngunicorn.backlog:3|h");
    statsd.flush();
    EXPECT_EQ(daemon.receive(), "");
}

TEST(Statsd, PutsADotBehindThePrefixAndTagsAtTheEnd) {
    for (const char* prefix : {"shop", "shop."}) {
        Daemon daemon;
        Statsd statsd(daemon.client(), prefix, "a:b,c");
        statsd.increment("x");
        statsd.flush();
        EXPECT_EQ(daemon.receive(), "shop.x:1|c|@1.0|#a:b,c");
    }
}

TEST(Statsd, SendsWholeMetricsInDatagramsThatFitAFrame) {
    Daemon daemon;
    Statsd statsd(daemon.client(), "", "");
    for (int i = 0; i < 1000; ++i) statsd.increment("gunicorn.requests");
    statsd.flush();
    std::size_t count = 0;
    for (std::string datagram = daemon.receive(); !datagram.empty(); datagram = daemon.receive()) {
        EXPECT_LE(datagram.size(), 1432u);
        datagram += '\n';
        for (std::size_t at = 0; at < datagram.size(); at += 27, ++count)
            EXPECT_EQ(datagram.substr(at, 27), "gunicorn.requests:1|c|@1.0\n");
    }
    EXPECT_EQ(count, 1000u);
}

TEST(Statsd, AForkedProcessDoesNotSendItsParentsMetrics) {
    Daemon daemon;
    Statsd statsd(daemon.client(), "", "");
    statsd.increment("parent");
    const pid_t child = ::fork();
    if (child == 0) {
        statsd.flush();
        statsd.increment("child");
        statsd.flush();
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(daemon.receive(), "child:1|c|@1.0");
    statsd.flush();
    EXPECT_EQ(daemon.receive(), "parent:1|c|@1.0");
}

}  // namespace
}  // namespace indrik::supervisor
