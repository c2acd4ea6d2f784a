#include "indrik/net/connect.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include "indrik/core/sleep.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/net/poller.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::net {
namespace {

using namespace std::chrono_literals;
using test::listen_on_loopback;
using test::port_of;

Address at(std::uint16_t port, const char* host = "127.0.0.1") {
    return *parse_address(host, port);
}

template <class... Addresses>
std::vector<Address> list(const Addresses&... addresses) {
    return {addresses...};
}

/// A port of 127.0.0.1 that refuses: bound, but nobody listens.
class ClosedPort {
public:
    ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_in address = test::loopback(0);
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            test::fail_errno("bind");
    }
    Address address() const { return at(port_of(socket_)); }

private:
    UniqueFd socket_;
};

/// A listener whose queue is full: the kernel answers no further connection.
class SilentPort {
public:
    SilentPort() : listener_(listen_on_loopback(0)) {
        const sockaddr_in address = test::loopback(port_of(listener_));
        for (UniqueFd& client : clients_) {
            client.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        }
    }
    Address address() const { return at(port_of(listener_)); }

private:
    UniqueFd listener_;
    UniqueFd clients_[4];
};

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count;
}

Task<std::string> failure_of(std::vector<Address> addresses) {
    try {
        static_cast<void>(co_await connect(std::move(addresses), 20ms));
        co_return "connected";
    } catch (const std::system_error& error) {
        co_return error.what();
    }
}

/// The loop's own descriptors are there already.
Task<> warm_up() {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Poller::of(executor);
    co_await sleep_for(1ms);
}

CO_TEST(Connect, Connects) {
    const UniqueFd listener = listen_on_loopback();
    const std::vector<Address> addresses{at(port_of(listener))};
    const std::unique_ptr<Stream> stream = co_await connect(addresses);
    EXPECT_EQ(port_of(listener), stream->remote_endpoint().port);
    const UniqueFd peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    CO_ASSERT(peer);
    EXPECT_EQ(2u, stream->try_write("hi").bytes);
    EXPECT_EQ("hi", test::receive_now(peer));
    EXPECT_TRUE(test::send_all(peer, "ho"));
    std::error_code error;
    co_await stream->wait_readable(error);
    char space[8];
    EXPECT_EQ(2u, stream->try_read(space).bytes);
}

CO_TEST(Connect, SaysWhoRefuses) {
    const ClosedPort closed;
    const std::string shown = format_endpoint(closed.address().endpoint());
    const std::string one = co_await failure_of(list(closed.address()));
    EXPECT_EQ("cannot connect to " + shown + ": Connection refused", one);
    const std::string two =
        co_await failure_of(list(closed.address(), closed.address(), closed.address()));
    EXPECT_EQ("cannot connect to " + shown + " and 2 other addresses: Connection refused", two);
}

CO_TEST(Connect, GoesOnAtOnceWhenOneFails) {
    const ClosedPort closed;
    const UniqueFd listener = listen_on_loopback();
    const auto begin = std::chrono::steady_clock::now();
    const std::unique_ptr<Stream> stream =
        co_await connect(list(closed.address(), closed.address(), at(port_of(listener))), 60s);
    EXPECT_EQ(port_of(listener), stream->remote_endpoint().port);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

CO_TEST(Connect, GoesOnAfterADelayWhenOneIsSilent) {
    const SilentPort silent;
    const UniqueFd listener = listen_on_loopback();
    const auto begin = std::chrono::steady_clock::now();
    const std::unique_ptr<Stream> stream =
        co_await connect(list(silent.address(), at(port_of(listener))), 50ms);
    EXPECT_EQ(port_of(listener), stream->remote_endpoint().port);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
}

CO_TEST(Connect, LetsTheFamiliesTakeTurns) {
    // The second IPv4 address would be tried before the IPv6 one, were it not for the turns: it is silent, so the time tells.
    const SilentPort silent;
    const UniqueFd listener(::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!listener || ::bind(listener.get(), generic, size) != 0) co_return;  // no IPv6 here
    CO_ASSERT(::listen(listener.get(), 8) == 0);
    ::getsockname(listener.get(), generic, &size);
    const Address six(generic, size);
    const auto begin = std::chrono::steady_clock::now();
    const std::unique_ptr<Stream> stream =
        co_await connect(list(silent.address(), silent.address(), silent.address(), six), 500ms);
    EXPECT_EQ(AF_INET6, stream->remote_endpoint().family);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 990ms);
}

CO_TEST(Connect, LeavesNothingOpenBehindTheWinner) {
    co_await warm_up();
    const SilentPort silent;
    const UniqueFd listener = listen_on_loopback();
    const std::size_t before = open_descriptors();
    {
        const std::unique_ptr<Stream> stream =
            co_await connect(list(silent.address(), silent.address(), at(port_of(listener))), 5ms);
        EXPECT_EQ(before + 1, open_descriptors());
    }
    EXPECT_EQ(before, open_descriptors());
}

CO_TEST(Connect, IsCancelledWithoutALeak) {
    co_await warm_up();
    const SilentPort silent;
    const std::size_t before = open_descriptors();
    for (const std::size_t count : {1, 2}) {
        std::vector<Address> addresses(count, silent.address());
        try {
            static_cast<void>(co_await with_timeout(30ms, connect(std::move(addresses), 5ms)));
            ADD_FAILURE() << "connected";
        } catch (const TimeoutError&) {
        }
        EXPECT_EQ(before, open_descriptors());
    }
}

CO_TEST(ConnectUnix, Connects) {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "s").string();
    const UniqueFd listener = test::listen_on_path(path);
    const std::unique_ptr<Stream> stream = co_await connect_unix(path);
    EXPECT_EQ(path, stream->remote_endpoint().address);
}

CO_TEST(ConnectUnix, TakesAbstractNames) {
    const std::string name = "@indrik-test-" + std::to_string(::getpid());
    const Address address = unix_address(name);
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CO_ASSERT(::bind(listener.get(), address.data(), address.size()) == 0);
    CO_ASSERT(::listen(listener.get(), 8) == 0);
    const std::unique_ptr<Stream> stream = co_await connect_unix(name);
    EXPECT_EQ(name, stream->remote_endpoint().address);
}

CO_TEST(ConnectUnix, SaysWhatIsMissing) {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "s").string();
    for (const std::string& name : {path, std::string(200, 'x'), std::string()}) {
        std::string what;
        try {
            static_cast<void>(co_await connect_unix(name));
        } catch (const std::system_error& error) {
            what = error.what();
        }
        EXPECT_NE(std::string::npos, what.find("unix:" + name)) << what;
    }
}

CO_TEST(ConnectUnix, WaitsForAPlaceInTheQueue) {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "s").string();
    const UniqueFd listener = test::listen_on_path(path);
    CO_ASSERT(::listen(listener.get(), 0) == 0);
    const std::unique_ptr<Stream> first = co_await connect_unix(path);  // the queue holds one
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    auto make_room = [&listener]() -> Task<> {
        co_await sleep_for(30ms);
        const UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    };
    group.spawn(make_room);
    const std::unique_ptr<Stream> second = co_await connect_unix(path);
    EXPECT_EQ(path, second->remote_endpoint().address);
    co_await group.join();
}

}  // namespace
}  // namespace indrik::net
