#include "supervisor/system/message_socket.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

std::string format(const MessageAddress& address) {
    constexpr std::array kNames{" datagram", " stream", " either"};
    return format_address(address.where) + kNames[static_cast<std::size_t>(address.transport)];
}

TEST(MessageAddress, IsReadAsGunicornReadsSyslogs) {
    EXPECT_EQ(format(parse_syslog_address("udp://localhost:514")), "localhost:514 datagram");
    EXPECT_EQ(format(parse_syslog_address("udp://logs")), "logs:514 datagram");
    EXPECT_EQ(format(parse_syslog_address("udp://[::1]")), "[::1]:514 datagram");
    EXPECT_EQ(format(parse_syslog_address("tcp://10.0.0.1:601")), "10.0.0.1:601 stream");
    EXPECT_EQ(format(parse_syslog_address("unix:///dev/log")), "unix:/dev/log either");
    EXPECT_EQ(format(parse_syslog_address("unix:///dev/log#dgram")), "unix:/dev/log datagram");
    EXPECT_EQ(format(parse_syslog_address("unix:///dev/log#stream")), "unix:/dev/log stream");
    for (const char* wrong : {"", "localhost:514", "udp://", "http://x", "unix:///x#y", "unix://"})
        EXPECT_THROW(parse_syslog_address(wrong), BadValue) << wrong;
}

TEST(MessageAddress, IsReadAsGunicornReadsStatsds) {
    EXPECT_EQ(format(parse_statsd_address("localhost:9125")), "localhost:9125 datagram");
    EXPECT_EQ(format(parse_statsd_address("metrics")), "metrics:8125 datagram");
    EXPECT_EQ(format(parse_statsd_address("unix:///run/statsd")), "unix:/run/statsd datagram");
    for (const char* wrong : {"", "udp://localhost:8125", "localhost:x"})
        EXPECT_THROW(parse_statsd_address(wrong), BadValue) << wrong;
}

class UnixServer {
public:
    explicit UnixServer(int type) : type_(type) { open(); }
    ~UnixServer() { ::unlink(path().c_str()); }
    std::string path() const { return "/tmp/indrik-message-" + std::to_string(::getpid()); }

    void open() {
        ::unlink(path().c_str());
        socket_.reset(::socket(AF_UNIX, type_ | SOCK_CLOEXEC, 0));
        const SocketAddress address = resolve(Address::parse("unix:" + path()));
        ASSERT_EQ(::bind(socket_.get(), address.data(), address.size), 0);
        if (type_ == SOCK_STREAM) {
            ASSERT_EQ(::listen(socket_.get(), 5), 0);
        }
    }
    void close() { socket_.reset(); }
    std::string receive() {
        if (type_ == SOCK_STREAM && !client_)
            client_.reset(::accept(socket_.get(), nullptr, nullptr));
        std::array<char, 1000> bytes;
        const ssize_t size =
            ::recv(client_ ? client_.get() : socket_.get(), bytes.data(), bytes.size(), 0);
        return {bytes.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
    }

private:
    int type_;
    UniqueFd socket_;
    UniqueFd client_;
};

TEST(MessageSocket, SendsDatagrams) {
    UnixServer server(SOCK_DGRAM);
    MessageSocket socket(parse_syslog_address("unix://" + server.path()), "--x");
    EXPECT_TRUE(socket.send("one"));
    EXPECT_TRUE(socket.send("two"));
    EXPECT_EQ(server.receive(), "one");
    EXPECT_EQ(server.receive(), "two");
}

TEST(MessageSocket, FindsOutThatASocketIsAStream) {
    UnixServer server(SOCK_STREAM);
    MessageSocket socket(parse_syslog_address("unix://" + server.path()), "--x");
    EXPECT_TRUE(socket.send("one"));
    EXPECT_EQ(server.receive(), "one\n");
}

TEST(MessageSocket, ComesBackWhenTheOtherSideDoes) {
    UnixServer server(SOCK_DGRAM);
    MessageSocket socket(parse_syslog_address("unix://" + server.path()), "--x");
    EXPECT_TRUE(socket.send("one"));
    server.close();
    EXPECT_FALSE(socket.send("lost"));
    server.open();
    for (int tries = 0; tries < 300 && !socket.send("again"); ++tries) ::usleep(10'000);
    EXPECT_EQ(server.receive(), "again");
}

TEST(MessageSocket, NeverWaits) {
    UnixServer server(SOCK_DGRAM);  // nobody reads
    MessageSocket socket(parse_syslog_address("unix://" + server.path()), "--x");
    int sent = 0;
    while (sent < 100'000 && socket.send(std::string(500, 'x'))) ++sent;
    EXPECT_GT(sent, 0);
    EXPECT_LT(sent, 100'000);
}

TEST(MessageSocket, AStreamsLineThatHasBegunIsFinishedFirst) {
    UnixServer server(SOCK_STREAM);
    MessageSocket socket(parse_syslog_address("unix://" + server.path()), "--x");
    int accepted = 0;
    while (socket.send(std::string(10'000, 'a' + static_cast<char>(accepted % 26)))) ++accepted;
    std::string all;
    // Whatever is read, lines stay whole; what was refused is missing.
    for (int round = 0; round < 200; ++round) {
        all += server.receive();
        if (!socket.send("end")) continue;
        break;
    }
    while (all.find("end\n") == std::string::npos) all += server.receive();
    std::size_t begin = 0;
    for (std::size_t end; (end = all.find('\n', begin)) != std::string::npos; begin = end + 1) {
        const std::string line = all.substr(begin, end - begin);
        EXPECT_TRUE(line == "end" || line == std::string(10'000, line[0])) << line.size();
    }
}

TEST(MessageSocket, RefusesNamesThatAreNone) {
    try {
        MessageSocket socket(parse_syslog_address("udp://no.such.host.invalid:514"),
                             "--log-syslog-to");
        FAIL() << "it was found";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string(error.what()),
                  "--log-syslog-to: \"no.such.host.invalid:514\" cannot be looked up");
    }
}

}  // namespace
}  // namespace indrik::supervisor
