#include "indrik/net/listening.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/net/endpoint.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::net {
namespace {

using testing::HasSubstr;

template <class Function>
std::system_error error_of(Function function) {
    try {
        function();
    } catch (const std::system_error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return std::system_error(0, std::generic_category());
}

TEST(ListenTCP, TakesConnectionsOnAFreePort) {
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        const UniqueFd socket = listen_tcp(host, 0);
        const Endpoint endpoint = local_endpoint(socket.get());
        EXPECT_NE(endpoint.port, 0);
        if (!endpoint.address.starts_with("127.")) continue;  // localhost may be ::1
        const UniqueFd client = test::connect_to(endpoint.port);
        EXPECT_TRUE(client);
    }
}

TEST(ListenTCP, ErrorsNameTheAddress) {
    const UniqueFd taken = listen_tcp("127.0.0.1", 0);
    const std::uint16_t port = local_endpoint(taken.get()).port;
    const auto in_use = error_of([&] { listen_tcp("127.0.0.1", port); });
    EXPECT_EQ(in_use.code(), std::errc::address_in_use);
    EXPECT_THAT(in_use.what(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port)));
    const auto foreign = error_of([] { listen_tcp("192.0.2.1", 0); });
    EXPECT_EQ(foreign.code(), std::errc::address_not_available);
    const auto unknown = error_of([] { listen_tcp("no such host", 0); });
    EXPECT_THAT(unknown.what(), HasSubstr("'no such host'"));
}

TEST(ListenTCP, SeveralShareAPortIfAllSaySo) {
    const UniqueFd first = listen_tcp("127.0.0.1", 0, 16, true);
    const std::uint16_t port = local_endpoint(first.get()).port;
    EXPECT_TRUE(listen_tcp("127.0.0.1", port, 16, true));
    EXPECT_THROW(listen_tcp("127.0.0.1", port), std::system_error);
}

TEST(ListenUnix, ReplacesAFileThatNobodyServes) {
    const std::string path = testing::TempDir() + "listening_test." + std::to_string(::getpid());
    {
        const UniqueFd socket = listen_unix(path);
        EXPECT_EQ(local_endpoint(socket.get()).address, path);
        EXPECT_EQ(error_of([&] { listen_unix(path); }).code(), std::errc::address_in_use);
    }
    EXPECT_TRUE(listen_unix(path));  // the file was left
    std::filesystem::remove(path);
    std::ofstream(path) << "precious";
    EXPECT_EQ(error_of([&] { listen_unix(path); }).code(), std::errc::file_exists);
    EXPECT_TRUE(std::filesystem::exists(path));
    std::filesystem::remove(path);
}

TEST(ListenUnix, ErrorsNameThePath) {
    EXPECT_THAT(error_of([] { listen_unix("/no/such/folder/socket"); }).what(),
                HasSubstr("cannot listen on unix:/no/such/folder/socket"));
    EXPECT_EQ(error_of([] { listen_unix(std::string(200, 'x')); }).code(),
              std::errc::filename_too_long);
}

}  // namespace
}  // namespace indrik::net
