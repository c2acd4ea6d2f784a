#include "indrik/net/endpoint.hpp"

#include <cstddef>

#include <gtest/gtest.h>

#include "tests/support/sockets.hpp"

namespace indrik::net {
namespace {

Endpoint from_v6(const char* text, std::uint16_t port) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    EXPECT_EQ(::inet_pton(AF_INET6, text, &address.sin6_addr), 1);
    return to_endpoint(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Endpoint from_unix_name(std::string_view name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    return to_endpoint(reinterpret_cast<const sockaddr*>(&address),
                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size()));
}

TEST(Endpoint, FormatsIPv4WithItsPort) {
    const sockaddr_in address = test::loopback(8000);
    const Endpoint endpoint =
        to_endpoint(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    EXPECT_EQ(endpoint, (Endpoint{"127.0.0.1", 8000, AF_INET}));
    EXPECT_EQ(format_endpoint(endpoint), "127.0.0.1:8000");
}

TEST(Endpoint, FormatsIPv6InBrackets) {
    EXPECT_EQ(format_endpoint(from_v6("::1", 8000)), "[::1]:8000");
    EXPECT_EQ(from_v6("2001:db8::5", 1).address, "2001:db8::5");
}

TEST(Endpoint, ShowsMappedIPv4AsIPv4) {
    const Endpoint endpoint = from_v6("::ffff:192.0.2.7", 80);
    EXPECT_EQ(endpoint, (Endpoint{"192.0.2.7", 80, AF_INET}));
    EXPECT_EQ(format_endpoint(endpoint), "192.0.2.7:80");
}

TEST(Endpoint, FormatsUnixSocketsByTheirPath) {
    const Endpoint endpoint = from_unix_name({"/run/app.sock\0", 14});
    EXPECT_TRUE(endpoint.is_unix());
    EXPECT_EQ(format_endpoint(endpoint), "unix:/run/app.sock");
}

TEST(Endpoint, ReadsAPathThatFillsTheWholeAddress) {
    const std::string path(sizeof(sockaddr_un::sun_path), 'p');
    EXPECT_EQ(from_unix_name(path).address, path);
}

TEST(Endpoint, ShowsAbstractNamesWithAnAtSign) {
    EXPECT_EQ(from_unix_name({"\0indrik", 7}).address, "@indrik");
}

TEST(Endpoint, UnnamedUnixSocketHasNoAddress) {
    const test::SocketPair pair = test::unix_pair();
    EXPECT_EQ(remote_endpoint(pair.server.get()), (Endpoint{"", 0, AF_UNIX}));
}

TEST(Endpoint, BothEndsOfAConnectionAgree) {
    const test::SocketPair pair = test::tcp_pair();
    EXPECT_EQ(local_endpoint(pair.server.get()), remote_endpoint(pair.client.get()));
    EXPECT_EQ(remote_endpoint(pair.server.get()), local_endpoint(pair.client.get()));
}

TEST(Endpoint, IsEmptyForWhatHasNone) {
    EXPECT_EQ(remote_endpoint(-1), Endpoint{});
    const UniqueFd listener = test::listen_on_loopback();
    EXPECT_EQ(remote_endpoint(listener.get()), Endpoint{});
}

}  // namespace
}  // namespace indrik::net
