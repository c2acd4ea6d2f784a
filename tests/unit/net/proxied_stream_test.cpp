#include "indrik/net/proxied_stream.hpp"

#include <string>

#include <asio/error.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "indrik/core/task_group.hpp"
#include "indrik/net/memory_stream.hpp"
#include "indrik/net/socket_stream.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::net {
namespace {

ProxyHeader announcement() {
    ProxyHeader header;
    header.version = 2;
    header.source = {"192.0.2.1", 50001, AF_INET};
    header.destination = {"198.51.100.2", 443, AF_INET};
    return header;
}

std::string read_now(Stream& stream, std::size_t most) {
    std::string bytes(most, '\0');
    const IOResult result = stream.try_read(bytes);
    bytes.resize(result.bytes);
    return bytes;
}

TEST(ProxiedStream, HasTheAddressesThatWereAnnounced) {
    const ProxiedStream announced(std::make_unique<MemoryStream>(), announcement());
    EXPECT_EQ(format_endpoint(announced.remote_endpoint()), "192.0.2.1:50001");
    EXPECT_EQ(format_endpoint(announced.local_endpoint()), "198.51.100.2:443");
    const ProxiedStream plain(std::make_unique<MemoryStream>(), std::string("GET"));
    EXPECT_EQ(format_endpoint(plain.remote_endpoint()), "127.0.0.1:50000");
    EXPECT_EQ(format_endpoint(plain.local_endpoint()), "127.0.0.1:80");
}

TEST(ProxiedStream, GivesWhatWasReadBeforeAnythingElse) {
    auto transport = std::make_unique<MemoryStream>();
    transport->feed("def");
    transport->end_input();
    ProxiedStream stream(std::move(transport), std::string("abc"));
    EXPECT_EQ(read_now(stream, 2), "ab");
    EXPECT_EQ(read_now(stream, 10), "c");
    EXPECT_EQ(read_now(stream, 10), "def");
    char byte;
    EXPECT_EQ(stream.try_read({&byte, 1}).status, IOStatus::End);
}

Task<> wait_for(Stream& stream, Direction direction, std::error_code* error, bool* is_over) {
    if (direction == Direction::Read) {
        co_await stream.wait_readable(*error);
    } else {
        co_await stream.wait_writable(*error);
    }
    *is_over = true;
}

CO_TEST(ProxiedStream, IsReadableWhileSomethingWasReadBefore) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ProxiedStream stream(std::make_unique<MemoryStream>(), std::string("a"));
    std::error_code error;
    bool is_over = false;
    TaskGroup group(executor);
    group.spawn(wait_for(stream, Direction::Read, &error, &is_over));
    co_await group.join();
    EXPECT_TRUE(is_over);
    EXPECT_FALSE(error);
    EXPECT_EQ(read_now(stream, 10), "a");
}

CO_TEST(ProxiedStream, WaitsForItsTransportAndIsCancelledWithIt) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    auto owned = std::make_unique<MemoryStream>();
    MemoryStream& transport = *owned;
    ProxiedStream stream(std::move(owned), announcement());
    std::error_code error;
    bool is_over = false;
    TaskGroup group(executor);
    group.spawn(wait_for(stream, Direction::Read, &error, &is_over));
    co_await test::yield(3);
    EXPECT_FALSE(is_over);
    transport.feed("x");
    co_await group.join();
    EXPECT_FALSE(error);
    EXPECT_EQ(read_now(stream, 10), "x");

    is_over = false;
    group.spawn(wait_for(stream, Direction::Read, &error, &is_over));
    co_await test::yield(3);
    EXPECT_FALSE(is_over);
    stream.cancel();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
}

CO_TEST(ProxiedStream, SendsFilesAsItsTransportDoes) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    test::SocketPair sockets = test::tcp_pair();
    ProxiedStream stream(std::make_unique<SocketStream>(executor, std::move(sockets.server)),
                         announcement());
    std::FILE* const file = std::tmpfile();
    std::fputs("0123456789", file);
    std::fflush(file);
    std::uint64_t offset = 2;
    EXPECT_EQ(stream.try_send_file(::fileno(file), offset, 5).bytes, 5u);
    EXPECT_EQ(offset, 7u);
    std::fclose(file);
    stream.shutdown_write();
    char space[16];
    std::string received;
    ssize_t size;
    while ((size = ::read(sockets.client.get(), space, sizeof space)) > 0) {
        received.append(space, static_cast<std::size_t>(size));
    }
    EXPECT_EQ(received, "23456");
}

}  // namespace
}  // namespace indrik::net
