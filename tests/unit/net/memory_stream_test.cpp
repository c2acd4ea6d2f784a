#include "indrik/net/memory_stream.hpp"

#include <asio/error.hpp>

#include "tests/support/co_test.hpp"

namespace indrik::net {
namespace {

std::string read_now(Stream& stream, std::size_t size = 4096) {
    std::string space(size, '\0');
    space.resize(stream.try_read(space).bytes);
    return space;
}

Task<> await_readable(Stream& stream, std::error_code* error, int* wakes) {
    co_await stream.wait_readable(*error);
    ++*wakes;
}
Task<> await_writable(Stream& stream, std::error_code* error, int* wakes) {
    co_await stream.wait_writable(*error);
    ++*wakes;
}

CO_TEST(MemoryStream, FeedWakesTheReader) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(stream, &error, &wakes));
    co_await test::yield(3);
    EXPECT_EQ(wakes, 0);
    stream.feed("GET");
    stream.feed(" /");
    EXPECT_EQ(wakes, 0);  // never from within the call
    co_await group.join();
    EXPECT_EQ(read_now(stream, 4), "GET ");
    EXPECT_EQ(read_now(stream), "/");
}

CO_TEST(MemoryStream, EndComesBehindTheBytes) {
    MemoryStream stream;
    stream.feed("x");
    stream.end_input();
    std::error_code error;
    co_await stream.wait_readable(error);
    EXPECT_EQ(read_now(stream), "x");
    co_await stream.wait_readable(error);
    char space[4];
    EXPECT_EQ(stream.try_read(space).status, IOStatus::End);
}

CO_TEST(MemoryStream, WritesNoMoreThanThePeerTakes) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    stream.allow_output(6);
    EXPECT_EQ(stream.try_write("head", "body").bytes, 6u);
    EXPECT_EQ(stream.output(), "headbo");
    EXPECT_EQ(stream.try_write("dy").status, IOStatus::WouldBlock);
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_writable(stream, &error, &wakes));
    co_await test::yield(3);
    EXPECT_EQ(wakes, 0);
    stream.allow_output(100);
    co_await group.join();
    EXPECT_EQ(stream.try_write("dy").status, IOStatus::Done);
    EXPECT_EQ(stream.take_output(), "headbody");
    EXPECT_EQ(stream.output(), "");
}

CO_TEST(MemoryStream, FailureWakesEverybodyAndLaterCallsFail) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    stream.allow_output(0);
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(stream, &error, &wakes));
    group.spawn(await_writable(stream, &error, &wakes));
    stream.fail();
    co_await group.join();
    char space[4];
    EXPECT_EQ(stream.try_read(space).status, IOStatus::Failed);
    EXPECT_EQ(stream.try_write("x").status, IOStatus::Failed);
    EXPECT_TRUE(stream.last_error());
}

CO_TEST(MemoryStream, CancelAndCloseAbortTheWaits) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(stream, &error, &wakes));
    stream.cancel();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
    stream.close();
    EXPECT_TRUE(stream.is_closed());
    error.clear();
    co_await stream.wait_readable(error);
    EXPECT_EQ(error, asio::error::operation_aborted);
}

CO_TEST(MemoryStream, CancellingTheTaskEndsItsWait) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(stream, &error, &wakes));
    co_await test::yield(2);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
}

}  // namespace
}  // namespace indrik::net
