#include "supervisor/listeners/sockets.hpp"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>

namespace indrik::supervisor {
namespace {

Address local(std::uint16_t port) {
    return Address::parse("127.0.0.1:" + std::to_string(port));
}

int option(int fd, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    ::getsockopt(fd, SOL_SOCKET, name, &value, &size);
    return value;
}

TEST(BindTcp, GivesASharableSocketThatDoesNotListenYet) {
    const UniqueFd socket = bind_tcp(local(0), 0);
    EXPECT_NE(bound_port(socket.get()), 0);
    EXPECT_EQ(option(socket.get(), SO_REUSEPORT), 1);
    EXPECT_EQ(option(socket.get(), SO_ACCEPTCONN), 0);
    EXPECT_NE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(BindTcp, SharesAPortWithItself) {
    const UniqueFd first = bind_tcp(local(0), 0);
    const std::uint16_t port = bound_port(first.get());
    const UniqueFd second = bind_tcp(local(port), port);
    start_listening(first.get(), local(port), 8);
    EXPECT_NO_THROW(start_listening(second.get(), local(port), 8));
    EXPECT_EQ(bound_port(second.get()), port);
}

TEST(RefuseTakenPort, RefusesEvenAGroupThatWouldLetUsIn) {
    const UniqueFd other = bind_tcp(local(0), 0);
    const std::uint16_t port = bound_port(other.get());
    start_listening(other.get(), local(port), 8);
    try {
        refuse_taken_port(local(port));
        FAIL();
    } catch (const AddressInUse& error) {
        EXPECT_THAT(error.what(),
                    testing::HasSubstr("127.0.0.1:" + std::to_string(port) + " is in use"));
    }
    EXPECT_THROW(refuse_taken_port(Address::parse(":" + std::to_string(port))), AddressInUse);
}

TEST(RefuseTakenPort, AcceptsAFreeOne) {
    std::uint16_t port = 0;
    {
        const UniqueFd other = bind_tcp(local(0), 0);
        port = bound_port(other.get());
    }
    EXPECT_NO_THROW(refuse_taken_port(local(port)));
    EXPECT_NO_THROW(refuse_taken_port(local(0)));
}

TEST(BindTcp, NamesAnAddressThatIsNotOurs) {
    try {
        bind_tcp(Address::parse("192.0.2.1:0"), 0);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    testing::HasSubstr("192.0.2.1:0 is not an address of this machine"));
        EXPECT_EQ(dynamic_cast<const AddressInUse*>(&error), nullptr);
    }
}

TEST(BindTcp, SpeaksIPv6) {
    const UniqueFd socket = bind_tcp(Address::parse("[::1]:0"), 0);
    EXPECT_NE(bound_port(socket.get()), 0);
}

class BindUnix : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/indrik-unix-XXXXXX";
        folder_ = ::mkdtemp(name);
        path_ = folder_ / "s";
        address_ = Address::parse("unix:" + path_.string());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
    std::filesystem::path path_;
    Address address_;
};

TEST_F(BindUnix, ReplacesASocketThatNobodyServes) {
    { const UniqueFd dead = bind_unix(address_); }
    ASSERT_TRUE(std::filesystem::is_socket(path_));
    const UniqueFd socket = bind_unix(address_);
    EXPECT_NO_THROW(start_listening(socket.get(), address_, 8));
}

TEST_F(BindUnix, RefusesALivingOne) {
    const UniqueFd alive = bind_unix(address_);
    start_listening(alive.get(), address_, 8);
    EXPECT_THROW(bind_unix(address_), AddressInUse);
    EXPECT_TRUE(std::filesystem::is_socket(path_));
}

TEST_F(BindUnix, RefusesALivingOneWhoseQueueIsFull) {
    const UniqueFd alive = bind_unix(address_);
    start_listening(alive.get(), address_, 0);
    const SocketAddress resolved = resolve(address_);
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 3; ++count) {
        clients.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
        ::connect(clients.back().get(), resolved.data(), resolved.size);
    }
    EXPECT_THROW(bind_unix(address_), AddressInUse);
}

TEST_F(BindUnix, LeavesAFileThatIsNoSocket) {
    std::ofstream(path_) << "precious";
    EXPECT_THROW(bind_unix(address_), ConfigError);
    EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST(RaiseDescriptorLimit, ReachesTheHardLimit) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace indrik::supervisor
