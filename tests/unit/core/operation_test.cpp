#include "indrik/core/operation.hpp"

#include <array>
#include <string>
#include <system_error>

#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/loop_timer.hpp"
#include "indrik/core/task_group.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, LoopExecutor>;

CO_TEST(Operation, StoresTheResultsOfTheOperation) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Socket near(executor);
    Socket far(executor);
    asio::local::connect_pair(near, far);
    std::array<char, 16> space{};
    std::error_code error;
    std::size_t size = 0;
    auto read = [&](auto handler) {
        near.async_read_some(asio::buffer(space), std::move(handler));
    };
    asio::write(far, asio::buffer("hello", 5));
    co_await operation(read, error, size);
    EXPECT_FALSE(error);
    EXPECT_EQ(std::string(space.data(), size), "hello");
    far.close();
    co_await operation(read, error, size);
    EXPECT_EQ(error, asio::error::eof);
    EXPECT_EQ(size, 0u);
}

CO_TEST(Operation, IsAbortedWhenTheTaskIsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    std::error_code first;
    std::error_code second;
    auto task = [&]() -> Task<> {
        LoopTimer timer(executor, 1h);
        auto wait = [&](auto handler) { timer.async_wait(std::move(handler)); };
        co_await operation(wait, first);
        co_await operation(wait, second);  // cancelled before: ends at once
    };
    group.spawn(task);
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(is_cancelled(first));
    EXPECT_TRUE(is_cancelled(second));
}

CO_TEST(Operation, ResumesTheCallersOfItsCoroutine) {
    auto inner = []() -> Task<int> {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        LoopTimer timer(executor, 0s);
        std::error_code error;
        auto wait = [&](auto handler) { timer.async_wait(std::move(handler)); };
        co_await operation(wait, error);
        co_return error ? 0 : 1;
    };
    auto middle = [](auto make) -> Task<int> {
        const int first = co_await make();
        const int second = co_await make();
        co_return first + second;
    };
    const int sum = co_await middle(inner);
    EXPECT_EQ(sum, 2);
}

TEST(Operation, PendingOneIsDestroyedWithTheLoop) {
    auto witness = std::make_shared<int>(0);
    {
        asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
        TaskGroup group(loop.get_executor());
        auto task = [](std::shared_ptr<int>) -> Task<> {
            const LoopExecutor executor = co_await asio::this_coro::executor;
            LoopTimer timer(executor, 1h);
            std::error_code error;
            auto wait = [&](auto handler) { timer.async_wait(std::move(handler)); };
            co_await operation(wait, error);
        };
        group.spawn(task(witness));
        loop.poll();
        loop.stop();
    }
    EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace indrik
