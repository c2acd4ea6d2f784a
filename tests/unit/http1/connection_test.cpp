#include "indrik/http1/connection.hpp"

#include <chrono>
#include <string>

#include <asio/error.hpp>

#include "indrik/http/errors.hpp"
#include "tests/support/co_test.hpp"
#include "tests/unit/http1/served_connection.hpp"

namespace indrik::http1 {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

CO_TEST(Connection, TellsWhatReceivingMet) {
    ServedConnection served(co_await asio::this_coro::executor);
    EXPECT_EQ(served.connection.receive(served.workspace), Received::Nothing);
    served.stream.feed("GET");
    EXPECT_EQ(served.connection.receive(served.workspace), Received::Bytes);
    EXPECT_EQ(served.workspace.input.view(), "GET");
    served.stream.end_input();
    EXPECT_EQ(served.connection.receive(served.workspace), Received::End);
    served.stream.fail();
    EXPECT_EQ(served.connection.receive(served.workspace), Received::End);
}

CO_TEST(Connection, TakesHeadsOneByOne) {
    ServedConnection served(co_await asio::this_coro::executor);
    EXPECT_EQ(served.begin(std::string(kGet) + "POST /b HT"), HeadStatus::Complete);
    EXPECT_EQ(served.workspace.head.target, "/");
    served.workspace.body.finish();
    EXPECT_EQ(served.connection.next_head(served.workspace), HeadStatus::Incomplete);
    EXPECT_EQ(served.begin("TP/1.1\r\nHost: x\r\n\r\n"), HeadStatus::Complete);
    EXPECT_EQ(served.workspace.head.target, "/b");
    served.workspace.body.finish();
    EXPECT_EQ(served.connection.next_head(served.workspace), HeadStatus::Incomplete);
}

CO_TEST(Connection, SaysWhyAHeadIsMalformed) {
    ServedConnection served(co_await asio::this_coro::executor);
    EXPECT_EQ(served.begin("GET / HTTP/3.0\r\n\r\n"), HeadStatus::Malformed);
    EXPECT_EQ(served.connection.head_error(), http::Error::UnsupportedVersion);
}

CO_TEST(Connection, FlushSendsTheOutputThenTheRest) {
    ServedConnection served(co_await asio::this_coro::executor);
    served.begin(kGet);
    served.connection.output().append("head ");
    co_await served.connection.flush("body");
    EXPECT_EQ(served.stream.take_output(), "head body");
    EXPECT_TRUE(served.connection.output().empty());
    co_await served.connection.flush();
    EXPECT_EQ(served.stream.output(), "");
}

Task<> flush_all(ServedConnection& served, std::string_view more, std::error_code* error) {
    try {
        co_await served.connection.flush(more);
    } catch (const std::system_error& failure) {
        *error = failure.code();
    }
}

CO_TEST(Connection, FlushWaitsForThePeerByteByByte) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServedConnection served(executor);
    served.begin(kGet);
    served.connection.output().append("head ");
    served.stream.allow_output(0);
    std::error_code error;
    TaskGroup group(executor);
    group.spawn(flush_all(served, "body", &error));
    for (std::size_t i = 1; i <= 9; ++i) {
        served.stream.allow_output(1);
        co_await test::yield(2);
        EXPECT_EQ(served.stream.output().size(), i);
    }
    co_await group.join();
    EXPECT_EQ(served.stream.output(), "head body");
    EXPECT_FALSE(error);
}

CO_TEST(Connection, FlushToABrokenPeerFails) {
    ServedConnection served(co_await asio::this_coro::executor);
    served.begin(kGet);
    served.connection.output().append("x");
    served.stream.fail();
    EXPECT_FALSE(served.connection.try_flush());
    std::error_code error;
    co_await flush_all(served, "", &error);
    EXPECT_EQ(error, served.stream.last_error());
}

CO_TEST(Connection, TryFlushSaysWhetherEverythingWentOut) {
    ServedConnection served(co_await asio::this_coro::executor);
    served.begin(kGet);
    served.connection.output().append("0123456789");
    served.stream.allow_output(4);
    EXPECT_FALSE(served.connection.try_flush());
    EXPECT_EQ(served.connection.output().view(), "456789");
    served.stream.allow_output(100);
    EXPECT_TRUE(served.connection.try_flush());
    EXPECT_EQ(served.stream.output(), "0123456789");
}

CO_TEST(Connection, WritesTimeOut) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServedConnection served(executor);
    served.begin(kGet);
    served.stream.allow_output(0);
    std::error_code error;
    TaskGroup group(executor);
    group.spawn(flush_all(served, "body", &error));
    for (int tick = 0; tick < 119; ++tick) served.wheel.turn();
    co_await test::yield(2);
    EXPECT_EQ(group.size(), 1u);
    for (int tick = 0; tick < 3; ++tick) served.wheel.turn();
    co_await group.join();
    EXPECT_EQ(error, asio::error::timed_out);
}

CO_TEST(Connection, LingerTakesInWhatComesUntilTheEnd) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServedConnection served(executor);
    TaskGroup group(executor);
    group.spawn(served.connection.linger());
    EXPECT_TRUE(served.stream.is_write_shut());
    for (int i = 0; i < 10; ++i) {
        served.stream.feed(std::string(1000, 'x'));
        co_await test::yield(2);
    }
    EXPECT_EQ(group.size(), 1u);
    served.stream.end_input();
    co_await group.join();
}

CO_TEST(Connection, LingerEndsByItself) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    ServedConnection served(executor);
    TaskGroup group(executor);
    group.spawn(served.connection.linger());
    for (int tick = 0; tick < 10; ++tick) {
        served.wheel.turn();
        served.stream.feed("x");  // does not prolong it
        co_await test::yield(2);
    }
    co_await group.join();
}

}  // namespace
}  // namespace indrik::http1
