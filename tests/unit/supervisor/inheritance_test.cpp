#include "supervisor/listeners/inheritance.hpp"

#include <cstdlib>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

UniqueFd listening() {
    const Address address = Address::parse("127.0.0.1:0");
    UniqueFd socket = bind_tcp(address, 0);
    start_listening(socket.get(), address, 5);
    return socket;
}

TEST(Handover, SurvivesTheEnvironment) {
    UniqueFd first = listening();
    UniqueFd second = listening();
    UniqueFd shared = listening();
    const std::vector<EndpointHandover> handed{
        {Address::parse("127.0.0.1:0"),
         8123,
         Sharing::Slots,
         {{1, first.get()}, {0, second.get()}}},
        {Address::parse("unix:/tmp/a b"), 0, Sharing::Shared, {{0, shared.get()}}}};
    const std::vector<int> numbers{first.release(), second.release(), shared.release()};

    const auto endpoints = parse_handover(format_handover(handed));
    ASSERT_EQ(endpoints.size(), 2u);
    EXPECT_EQ(endpoints[0].address, handed[0].address);
    EXPECT_EQ(endpoints[0].port, 8123);
    EXPECT_EQ(endpoints[0].sharing, Sharing::Slots);
    ASSERT_EQ(endpoints[0].sockets.size(), 2u);
    EXPECT_EQ(endpoints[0].sockets[0].first, 1u);
    EXPECT_EQ(endpoints[0].sockets[0].second.get(), numbers[0]);
    EXPECT_EQ(endpoints[0].sockets[1].first, 0u);
    EXPECT_EQ(endpoints[1].address.path(), "/tmp/a b");
    EXPECT_EQ(endpoints[1].sharing, Sharing::Shared);
    EXPECT_EQ(endpoints[1].sockets[0].second.get(), numbers[2]);
    EXPECT_TRUE(::fcntl(numbers[2], F_GETFD) & FD_CLOEXEC);
}

TEST(Handover, RefusesWhatItDidNotWrite) {
    const UniqueFd socket = listening();
    const std::string number = std::to_string(socket.get());
    for (const std::string& text : {std::string("x"),
                                    std::string("slots"),
                                    std::string("slots 127.0.0.1:1"),
                                    std::string("slots 127.0.0.1:1\t1"),
                                    "some 127.0.0.1:1\t1 0:" + number,
                                    "slots 127.0.0.1:99999\t1 0:" + number,
                                    "slots 127.0.0.1:1\t99999 0:" + number,
                                    "slots 127.0.0.1:1\t1 1000000:" + number,
                                    "slots 127.0.0.1:1\t1 0:0x" + number,
                                    std::string("slots 127.0.0.1:1\t1 0:100000"),
                                    std::string("\n")}) {
        EXPECT_THROW(parse_handover(text), ConfigError) << text;
    }
    EXPECT_TRUE(parse_handover("").empty());
}

TEST(InheritedSockets, AreTakenOnlyByTheProcessThatTheyAreFor) {
    ::setenv("LISTEN_PID", "1", 1);
    ::setenv("LISTEN_FDS", "1", 1);
    EXPECT_TRUE(inherit_sockets(false).empty());
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
    EXPECT_EQ(std::getenv("LISTEN_PID"), nullptr);
}

TEST(InheritedSockets, RefusesANumberThatIsNone) {
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "many", 1);
    EXPECT_THROW(inherit_sockets(false), ConfigError);
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
}

TEST(BoundAddress, IsWhatTheSocketIsBoundTo) {
    const UniqueFd socket = listening();
    const Address address = bound_address(socket.get());
    EXPECT_EQ(address.host(), "127.0.0.1");
    EXPECT_EQ(address.port(), bound_port(socket.get()));
    const Address six = Address::parse("[::1]:0");
    EXPECT_EQ(bound_address(bind_tcp(six, 0).get()).host(), "::1");
}

TEST(QueueLength, CountsWhoWaits) {
    const UniqueFd socket = listening();
    EXPECT_EQ(queue_length(socket.get()), 0u);
    const SocketAddress there = resolve(bound_address(socket.get()));
    const UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    ASSERT_EQ(::connect(client.get(), there.data(), there.size), 0);
    EXPECT_EQ(queue_length(socket.get()), 1u);
    const UniqueFd accepted(::accept(socket.get(), nullptr, nullptr));
    EXPECT_EQ(queue_length(socket.get()), 0u);
}

}  // namespace
}  // namespace indrik::supervisor
