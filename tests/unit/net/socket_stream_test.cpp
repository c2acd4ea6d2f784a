// SocketStream and, beneath it, Poller: on TCP and on Unix sockets alike.

#include "indrik/net/socket_stream.hpp"

#include <memory>
#include <string>
#include <vector>

#include <asio/error.hpp>

#include "indrik/core/sleep.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/sockets.hpp"

namespace indrik::net {
namespace {

using namespace std::chrono_literals;
using test::SocketPair;
using test::yield;

struct Pair {
    std::unique_ptr<SocketStream> stream;
    UniqueFd peer;
};

Pair make_streams(const LoopExecutor& executor, SocketPair sockets) {
    return {std::make_unique<SocketStream>(executor, std::move(sockets.server)),
            std::move(sockets.client)};
}

std::string read_now(Stream& stream, std::size_t size = 4096) {
    std::string space(size, '\0');
    const IOResult result = stream.try_read(space);
    space.resize(result.bytes);
    return space;
}

/// Writes until the peer's buffers are full.
void fill(Stream& stream) {
    const std::string bytes(65536, 'x');
    while (stream.try_write(bytes).status == IOStatus::Done) {
    }
}

/// Waits once and tells what came of it.
Task<> await_readable(Stream& stream, std::error_code* error, int* wakes) {
    co_await stream.wait_readable(*error);
    ++*wakes;
}
Task<> await_writable(Stream& stream, std::error_code* error, int* wakes) {
    co_await stream.wait_writable(*error);
    ++*wakes;
}

class SocketStreamTest : public testing::TestWithParam<SocketPair (*)()> {
protected:
    void run(Task<> (*body)(Pair)) {
        test::TestLoop loop;
        loop.run(body(make_streams(loop.executor(), GetParam()())));
    }
};

INSTANTIATE_TEST_SUITE_P(Kinds,
                         SocketStreamTest,
                         testing::Values(&test::tcp_pair, &test::unix_pair),
                         [](const auto& kind) { return kind.index == 0 ? "TCP" : "Unix"; });

Task<> knows_what_the_peer_has_not_taken(Pair pair) {
    EXPECT_EQ(pair.stream->unsent_bytes(), 0u);
    fill(*pair.stream);
    const std::size_t waiting = pair.stream->unsent_bytes();
    EXPECT_GT(waiting, 0u);
    test::receive_some(pair.peer, waiting / 2);
    while (pair.stream->unsent_bytes() >= waiting) co_await sleep_for(1ms);
}

TEST_P(SocketStreamTest, KnowsWhatThePeerHasNotTaken) {
    run(knows_what_the_peer_has_not_taken);
}

Task<> wakes_when_bytes_come(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.stream, &error, &wakes));
    co_await sleep_for(1ms);
    EXPECT_EQ(wakes, 0);
    test::send_all(pair.peer, "hello");
    co_await group.join();
    EXPECT_FALSE(error);
    EXPECT_EQ(read_now(*pair.stream), "hello");
    std::string space(10, '\0');
    EXPECT_EQ(pair.stream->try_read(space).status, IOStatus::WouldBlock);
}
TEST_P(SocketStreamTest, WakesWhenBytesCome) {
    run(&wakes_when_bytes_come);
}

Task<> wait_returns_if_bytes_are_left(Pair pair) {
    std::error_code error;
    test::send_all(pair.peer, "hello");
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(read_now(*pair.stream, 2), "he");  // as much as there was room for: more may be there
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(read_now(*pair.stream), "llo");
}
TEST_P(SocketStreamTest, WaitReturnsAtOnceIfBytesWereLeft) {
    run(&wait_returns_if_bytes_are_left);
}

Task<> end_is_seen_behind_the_bytes(Pair pair) {
    std::error_code error;
    test::send_all(pair.peer, "last");
    ::shutdown(pair.peer.get(), SHUT_WR);
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(read_now(*pair.stream), "last");
    co_await pair.stream->wait_readable(error);
    EXPECT_FALSE(error);
    std::string space(10, '\0');
    EXPECT_EQ(pair.stream->try_read(space).status, IOStatus::End);
}
TEST_P(SocketStreamTest, EndIsSeenBehindTheLastBytes) {
    run(&end_is_seen_behind_the_bytes);
}

Task<> end_that_comes_later_wakes(Pair pair) {
    std::error_code error;
    test::send_all(pair.peer, "x");
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(read_now(*pair.stream), "x");
    ::shutdown(pair.peer.get(), SHUT_WR);
    co_await pair.stream->wait_readable(error);
    std::string space(10, '\0');
    EXPECT_EQ(pair.stream->try_read(space).status, IOStatus::End);
}
TEST_P(SocketStreamTest, KnowsThatThePeerIsGoneBehindUnreadBytes) {
    run([](Pair pair) -> Task<> {
        EXPECT_FALSE(pair.stream->is_peer_gone());
        EXPECT_EQ(::send(pair.peer.get(), "bytes", 5, 0), 5);
        EXPECT_FALSE(pair.stream->is_peer_gone());
        pair.peer.reset();
        std::error_code error;
        while (!pair.stream->is_peer_gone()) co_await pair.stream->wait_readable(error);
        EXPECT_EQ(read_now(*pair.stream), "bytes");
        EXPECT_TRUE(pair.stream->is_peer_gone());
    });
}

TEST_P(SocketStreamTest, EndThatComesLaterWakesTheReader) {
    run(&end_that_comes_later_wakes);
}

Task<> writer_wakes_when_the_peer_reads(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    fill(*pair.stream);
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_writable(*pair.stream, &error, &wakes));
    co_await sleep_for(5ms);
    EXPECT_EQ(wakes, 0);
    while (wakes == 0) {
        test::receive_now(pair.peer);
        co_await sleep_for(1ms);
    }
    EXPECT_FALSE(error);
    EXPECT_EQ(pair.stream->try_write("more").status, IOStatus::Done);
    co_await group.join();
}
TEST_P(SocketStreamTest, WriterWakesWhenThePeerReads) {
    run(&writer_wakes_when_the_peer_reads);
}

Task<> writer_to_a_half_closed_peer_waits(Pair pair) {
    // It woke at once again and again: a busy loop that a client could start, and that no timeout ended.
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::error_code error;
    ::shutdown(pair.peer.get(), SHUT_WR);
    co_await pair.stream->wait_readable(error);
    fill(*pair.stream);
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_writable(*pair.stream, &error, &wakes));
    co_await sleep_for(5ms);
    EXPECT_EQ(wakes, 0);
    while (wakes == 0) {
        test::receive_now(pair.peer);
        co_await sleep_for(1ms);
    }
    EXPECT_FALSE(error);
    co_await group.join();
}
TEST_P(SocketStreamTest, WriterToAHalfClosedPeerWaitsUntilItReads) {
    run(&writer_to_a_half_closed_peer_waits);
}

Task<> writer_wakes_when_the_peer_goes(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    fill(*pair.stream);
    std::error_code error;
    int reads = 0;
    int writes = 0;
    TaskGroup group(executor);
    group.spawn(await_writable(*pair.stream, &error, &writes));
    std::error_code read_error;
    group.spawn(await_readable(*pair.stream, &read_error, &reads));
    co_await sleep_for(1ms);
    test::reset(std::move(pair.peer));
    co_await group.join();
    EXPECT_EQ(reads, 1);
    EXPECT_EQ(writes, 1);
    EXPECT_EQ(pair.stream->try_write("x").status, IOStatus::Failed);
    EXPECT_TRUE(pair.stream->last_error());
    co_await pair.stream->wait_writable(error);  // does not wait for what cannot come
}
TEST_P(SocketStreamTest, BothDirectionsWakeWhenThePeerIsGone) {
    run(&writer_wakes_when_the_peer_goes);
}

Task<> both_directions_at_once(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    fill(*pair.stream);
    std::error_code read_error;
    std::error_code write_error;
    int reads = 0;
    int writes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.stream, &read_error, &reads));
    group.spawn(await_writable(*pair.stream, &write_error, &writes));
    co_await sleep_for(1ms);
    test::send_all(pair.peer, "ping");
    while (reads == 0) co_await sleep_for(1ms);
    EXPECT_EQ(writes, 0);
    EXPECT_EQ(read_now(*pair.stream), "ping");
    while (writes == 0) {
        test::receive_now(pair.peer);
        co_await sleep_for(1ms);
    }
    co_await group.join();
}
TEST_P(SocketStreamTest, BothDirectionsWaitIndependently) {
    run(&both_directions_at_once);
}

Task<> cancel_ends_both_waits(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    fill(*pair.stream);
    std::error_code read_error;
    std::error_code write_error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.stream, &read_error, &wakes));
    group.spawn(await_writable(*pair.stream, &write_error, &wakes));
    pair.stream->cancel();
    EXPECT_EQ(wakes, 0);  // not from within the call
    co_await group.join();
    EXPECT_EQ(read_error, asio::error::operation_aborted);
    EXPECT_EQ(write_error, asio::error::operation_aborted);
    test::send_all(pair.peer, "still alive");
    co_await pair.stream->wait_readable(read_error);
    EXPECT_FALSE(read_error);
    EXPECT_EQ(read_now(*pair.stream), "still alive");
}
TEST_P(SocketStreamTest, CancelEndsBothWaitsAndNothingElse) {
    run(&cancel_ends_both_waits);
}

Task<> cancelling_the_task_ends_the_wait(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.stream, &error, &wakes));
    co_await yield();
    group.cancel();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
    group.cancel();
    error.clear();
    group.spawn(await_readable(*pair.stream, &error, &wakes));  // cancelled before it waits
    co_await group.join();
}
TEST_P(SocketStreamTest, CancellingTheTaskEndsItsWait) {
    run(&cancelling_the_task_ends_the_wait);
}

Task<> close_ends_waits_and_later_calls_fail(Pair pair) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::error_code error;
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(await_readable(*pair.stream, &error, &wakes));
    co_await yield();
    pair.stream->close();
    co_await group.join();
    EXPECT_EQ(error, asio::error::operation_aborted);
    std::string space(10, '\0');
    EXPECT_EQ(pair.stream->try_read(space).status, IOStatus::Failed);
    EXPECT_EQ(pair.stream->try_write("x").status, IOStatus::Failed);
    error.clear();
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(error, asio::error::operation_aborted);
    EXPECT_TRUE(test::is_ended(pair.peer));
}
TEST_P(SocketStreamTest, CloseEndsWaitsAndLaterCallsFail) {
    run(&close_ends_waits_and_later_calls_fail);
}

Task<> shutdown_write_lets_reading_go_on(Pair pair) {
    std::error_code error;
    pair.stream->shutdown_write();
    EXPECT_TRUE(test::is_ended(pair.peer));
    test::send_all(pair.peer, "heard");
    co_await pair.stream->wait_readable(error);
    EXPECT_EQ(read_now(*pair.stream), "heard");
}
TEST_P(SocketStreamTest, ShutdownOfWritingLetsReadingGoOn) {
    run(&shutdown_write_lets_reading_go_on);
}

Task<> gathers_two_pieces(Pair pair) {
    const IOResult result = pair.stream->try_write("head, ", "body");
    EXPECT_EQ(result.bytes, 10u);
    EXPECT_EQ(test::receive_now(pair.peer), "head, body");
    EXPECT_EQ(pair.stream->try_write("", "tail").bytes, 4u);
    EXPECT_EQ(test::receive_now(pair.peer), "tail");
    co_return;
}
TEST_P(SocketStreamTest, WritesTwoPiecesAsOne) {
    run(&gathers_two_pieces);
}

CO_TEST(Poller, ForgetsASocketThatAnotherProcessStillHolds) {
    // A child process between fork and exec holds a second descriptor: the kernel went on reporting events of a socket whose
    // object was gone.
    const LoopExecutor executor = co_await asio::this_coro::executor;
    SocketPair sockets = test::tcp_pair();
    const UniqueFd other_holder(::dup(sockets.server.get()));
    auto stream = std::make_unique<SocketStream>(executor, std::move(sockets.server));
    Pair watching = make_streams(executor, test::tcp_pair());
    stream.reset();
    test::send_all(sockets.client, "late");
    test::send_all(watching.peer, "x");
    std::error_code error;
    co_await watching.stream->wait_readable(error);
    EXPECT_FALSE(error);
}

Task<> destroy_on_wake(SocketStream* mine, std::unique_ptr<SocketStream>* victim, int* wakes) {
    std::error_code error;
    co_await mine->wait_readable(error);
    ++*wakes;
    victim->reset();
}

CO_TEST(Poller, SocketMayBeDestroyedByAnotherOfTheSameBatch) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Pair first = make_streams(executor, test::tcp_pair());
    Pair second = make_streams(executor, test::tcp_pair());
    Pair third = make_streams(executor, test::tcp_pair());
    int wakes = 0;
    TaskGroup group(executor);
    group.spawn(destroy_on_wake(first.stream.get(), &third.stream, &wakes));
    group.spawn(destroy_on_wake(second.stream.get(), &third.stream, &wakes));
    for (const Pair* const pair : {&first, &second, &third}) test::send_all(pair->peer, "x");
    co_await group.join();
    EXPECT_EQ(wakes, 2);
    EXPECT_EQ(third.stream, nullptr);
}

TEST(Poller, LoopDestroyedWhileCoroutinesWaitDestroysThem) {
    auto witness = std::make_shared<int>(0);
    UniqueFd peer;
    {
        asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
        TaskGroup group(loop.get_executor());
        SocketPair sockets = test::tcp_pair();
        peer = std::move(sockets.client);
        auto waiter = [](std::unique_ptr<SocketStream> stream, std::shared_ptr<int>) -> Task<> {
            std::error_code error;
            co_await stream->wait_readable(error);
        };
        auto stream =
            std::make_unique<SocketStream>(loop.get_executor(), std::move(sockets.server));
        group.spawn(waiter(std::move(stream), witness));
        loop.poll();
        EXPECT_GT(witness.use_count(), 1);
        loop.stop();
    }
    EXPECT_EQ(witness.use_count(), 1);
    EXPECT_TRUE(test::is_ended(peer));
}

TEST(Poller, LoopEndsWhenNobodyWaits) {
    asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
    SocketPair sockets = test::tcp_pair();
    SocketStream stream(loop.get_executor(), std::move(sockets.server));
    {
        TaskGroup group(loop.get_executor());
        std::error_code error;
        int wakes = 0;
        group.spawn(await_readable(stream, &error, &wakes));
        loop.poll();
        EXPECT_FALSE(loop.stopped());
        test::send_all(sockets.client, "x");
        loop.run();  // returns
        EXPECT_EQ(wakes, 1);
    }
    loop.restart();
    TaskGroup group(loop.get_executor());
    std::error_code error;
    int wakes = 0;
    group.spawn(await_readable(stream, &error, &wakes));
    stream.cancel();
    loop.run();
    EXPECT_EQ(wakes, 1);
}

CO_TEST(Poller, ServesMoreSocketsThanOneBatchHolds) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::vector<Pair> pairs;
    std::vector<std::error_code> errors(300);
    int wakes = 0;
    TaskGroup group(executor);
    for (std::size_t i = 0; i < errors.size(); ++i) {
        pairs.push_back(make_streams(executor, test::unix_pair()));
        group.spawn(await_readable(*pairs.back().stream, &errors[i], &wakes));
    }
    for (const Pair& pair : pairs) test::send_all(pair.peer, "x");
    co_await group.join();
    EXPECT_EQ(wakes, 300);
}

}  // namespace
}  // namespace indrik::net
