#include "supervisor/listeners/listeners.hpp"

#include <filesystem>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

using Addresses = std::vector<Address>;

std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

UniqueFd connect_to(std::uint16_t port) {
    const SocketAddress address = resolve(Address::parse("127.0.0.1:" + std::to_string(port)));
    UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    if (::connect(client.get(), address.data(), address.size) != 0) client.reset();
    return client;
}

std::size_t accept_all(int listener) {
    std::size_t count = 0;
    while (true) {
        const UniqueFd accepted(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        if (!accepted) return count;
        ++count;
    }
}

TEST(Listeners, AllSlotsShareThePortThatTheKernelChose) {
    Listeners listeners;
    listeners.resize(3);
    const Addresses addresses{Address::parse("127.0.0.1:0")};
    listeners.open(addresses, 64);
    const std::string url = listeners.urls().at(0);
    EXPECT_THAT(url, testing::StartsWith("http://127.0.0.1:"));

    std::vector<UniqueFd> clients;
    for (int count = 0; count < 60; ++count) clients.push_back(connect_to(port_of(url)));
    for (const UniqueFd& client : clients) EXPECT_TRUE(client);

    std::vector<std::size_t> accepted;
    for (unsigned slot = 0; slot < 3; ++slot) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const UniqueFd reader(pipe_ends[0]);
        const UniqueFd writer(pipe_ends[1]);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto sockets = listeners.take(slot, addresses);
            const std::size_t count = sockets.size() == 1 ? accept_all(sockets[0].get()) : 1000;
            _exit(::write(writer.get(), &count, sizeof count) == sizeof count ? 0 : 1);
        }
        std::size_t count = 0;
        ASSERT_EQ(::read(reader.get(), &count, sizeof count), static_cast<ssize_t>(sizeof count));
        ::waitpid(child, nullptr, 0);
        accepted.push_back(count);
    }
    EXPECT_EQ(accepted[0] + accepted[1] + accepted[2], 60u);
    for (const std::size_t count : accepted) EXPECT_GT(count, 0u);
}

TEST(Listeners, ANewSlotGetsNothingYet) {
    Listeners listeners;
    listeners.resize(1);
    const Addresses addresses{Address::parse("127.0.0.1:0")};
    listeners.open(addresses, 64);
    listeners.resize(2);
    const std::uint16_t port = port_of(listeners.urls().at(0));

    std::vector<UniqueFd> clients;
    for (int count = 0; count < 30; ++count) clients.push_back(connect_to(port));
    const auto sockets = listeners.take(0, addresses);
    EXPECT_EQ(accept_all(sockets.at(0).get()), 30u);
}

TEST(Listeners, NewConnectionsGoToTheSlotsThatAreNamed) {
    Listeners listeners;
    listeners.resize(4);
    const Addresses addresses{Address::parse("127.0.0.1:0")};
    listeners.open(addresses, 64);
    if (listeners.steering_error()) GTEST_SKIP() << listeners.steering_error().message();
    listeners.steer(std::vector<unsigned>{1, 3});
    std::vector<UniqueFd> clients;
    const std::uint16_t port = port_of(listeners.urls().at(0));
    for (int count = 0; count < 40; ++count) clients.push_back(connect_to(port));
    EXPECT_EQ(listeners.waiting(0) + listeners.waiting(2), 0u);
    EXPECT_GT(listeners.waiting(1), 0u);
    EXPECT_EQ(listeners.waiting(1) + listeners.waiting(3), 40u);
    EXPECT_EQ(accept_all(listeners.own_sockets(1, addresses).at(0)) +
                  accept_all(listeners.own_sockets(3, addresses).at(0)),
              40u);

    // Slots that come and go do not confuse it.
    listeners.resize(2);
    listeners.resize(5);
    listeners.steer(std::vector<unsigned>{0, 4});
    for (int count = 0; count < 20; ++count) clients.push_back(connect_to(port));
    EXPECT_EQ(listeners.waiting(0) + listeners.waiting(4), 20u);
    EXPECT_GT(listeners.waiting(4), 0u);
}

TEST(Listeners, WhereSteeringIsNotAllowedANewSlotDoesNotListen) {
    const Address address = Address::parse("127.0.0.1:0");
    InheritedEndpoint endpoint{address, 0, Sharing::Slots, {}};
    endpoint.sockets.emplace_back(0, bind_tcp(address, 0));
    const int first = endpoint.sockets[0].second.get();
    const std::uint16_t port = endpoint.port = bound_port(first);
    start_listening(first, address, 64);
    const int on = 1;  // from here on the kernel refuses to change what filters this socket
    ASSERT_EQ(::setsockopt(first, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on), 0);
    std::vector<InheritedEndpoint> inherited;
    inherited.push_back(std::move(endpoint));

    Listeners listeners;
    listeners.adopt(std::move(inherited));
    listeners.open(Addresses{address}, 64);
    listeners.steer(std::vector<unsigned>{0});
    EXPECT_EQ(listeners.steering_error(), std::errc::operation_not_permitted);
    listeners.resize(3);
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 30; ++count) clients.push_back(connect_to(port));
    EXPECT_EQ(listeners.waiting(0), 30u);
    listeners.resize(1);
    EXPECT_EQ(accept_all(first), 30u);
}

TEST(Listeners, ASuccessorGoesOnWithTheSameSockets) {
    Listeners old;
    old.resize(2);
    const Addresses addresses{Address::parse("127.0.0.1:0")};
    old.open(addresses, 64);
    const auto urls = old.urls();
    std::vector<InheritedEndpoint> inherited;
    for (const EndpointHandover& handed : old.handover()) {
        InheritedEndpoint endpoint{handed.address, handed.port, handed.sharing, {}};
        for (const auto& [slot, fd] : handed.sockets)
            endpoint.sockets.emplace_back(slot, UniqueFd(::dup(fd)));
        inherited.push_back(std::move(endpoint));
    }
    Listeners successor;
    successor.adopt(std::move(inherited));
    EXPECT_EQ(successor.slots(), 2u);
    successor.open(addresses, 64);
    EXPECT_EQ(successor.urls(), urls);
    old.abandon();
    const UniqueFd client = connect_to(port_of(urls.at(0)));
    EXPECT_TRUE(client);
    EXPECT_EQ(successor.waiting(0) + successor.waiting(1), 1u);
}

TEST(Listeners, ShrinkingClosesTheLastSlots) {
    Listeners listeners;
    listeners.resize(2);
    const Addresses addresses{Address::parse("127.0.0.1:0")};
    listeners.open(addresses, 64);
    listeners.resize(1);
    const std::uint16_t port = port_of(listeners.urls().at(0));
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 30; ++count) clients.push_back(connect_to(port));
    const auto sockets = listeners.take(0, addresses);
    EXPECT_EQ(accept_all(sockets.at(0).get()), 30u);
}

TEST(Listeners, KeepOnlyClosesTheOthers) {
    Listeners listeners;
    listeners.resize(1);
    const Addresses addresses{Address::parse("127.0.0.1:0"), Address::parse("[::1]:0")};
    listeners.open(addresses, 64);
    const auto urls = listeners.urls();
    ASSERT_EQ(urls.size(), 2u);
    listeners.keep_only(Addresses{addresses[1]});
    EXPECT_THAT(listeners.urls(), testing::ElementsAre(urls[1]));
    EXPECT_FALSE(connect_to(port_of(urls[0])));
}

TEST(Listeners, OpenKeepsWhatIsOpenAndIsAllOrNothing) {
    Listeners other;
    other.resize(1);
    other.open(Addresses{Address::parse("127.0.0.1:0")}, 64);
    const Address taken =
        Address::parse("127.0.0.1:" + std::to_string(port_of(other.urls().at(0))));

    Listeners listeners;
    listeners.resize(1);
    const Address first = Address::parse("127.0.0.1:0");
    listeners.open(Addresses{first}, 64);
    const auto urls = listeners.urls();
    EXPECT_THROW(listeners.open(Addresses{first, Address::parse("[::1]:0"), taken}, 64),
                 AddressInUse);
    EXPECT_EQ(listeners.urls(), urls);
    listeners.open(Addresses{first, first}, 64);
    EXPECT_EQ(listeners.urls(), urls);
}

TEST(Listeners, AUnixSocketIsSharedByAllSlotsAndRemovedAtTheEnd) {
    char name[] = "/tmp/indrik-listeners-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name);
    const Addresses addresses{Address::parse("unix:" + (folder / "s").string())};
    {
        Listeners listeners;
        listeners.resize(1);
        listeners.open(addresses, 64);
        listeners.resize(3);
        EXPECT_THAT(listeners.urls(), testing::ElementsAre("unix:" + (folder / "s").string()));
        const pid_t child = ::fork();
        if (child == 0) _exit(listeners.take(2, addresses).size() == 1 ? 0 : 1);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
        EXPECT_TRUE(std::filesystem::is_socket(folder / "s"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "s"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace indrik::supervisor
