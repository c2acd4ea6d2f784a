// Cancels a task that does everything at every single point: after each handler that the loop runs. Meant to be run under the
// address sanitizer; what it looks for is a use after free (chriskohlhoff/asio#1332 and its like) and a lost wake-up.
#include <array>
#include <functional>
#include <memory>
#include <system_error>

#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>

#include "indrik/core/gather.hpp"
#include "indrik/core/operation.hpp"
#include "indrik/core/race.hpp"
#include "indrik/core/shield.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/thread_executor.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/co_test.hpp"

namespace indrik {
namespace {

using namespace std::chrono_literals;
using test::yield;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, LoopExecutor>;

/// What a scenario may use, in the order that its tasks need: what they lock outlives them, and they die with the loop.
struct World {
    std::shared_ptr<int> witness = std::make_shared<int>(0);
    Semaphore semaphore{1};
    Event event;
    int finished = 0;
    asio::io_context loop{ASIO_CONCURRENCY_HINT_UNSAFE};
    ThreadPoolExecutor pool{loop.get_executor()};
    TaskGroup keeper{loop.get_executor()};
    TaskGroup group{loop.get_executor()};
    std::chrono::steady_clock::time_point deadline =
        std::chrono::steady_clock::now() + test::kDeadline;

    void run_handlers(int count) {
        for (int i = 0; i < count && !group.empty(); ++i) loop.run_one_until(deadline);
    }
};

using Scenario = Task<> (*)(World&);

/// Runs the scenario, cancels it after `handlers` handlers, lets it end; false once it ended before that.
bool cancel_after(Scenario scenario, int handlers) {
    World world;
    world.group.spawn(scenario, std::ref(world));
    world.run_handlers(handlers);
    const bool was_running = !world.group.empty();
    world.group.cancel();
    world.loop.restart();
    while (!(world.group.empty() && world.keeper.empty()) &&
           world.loop.run_one_until(world.deadline) > 0) {
    }
    EXPECT_TRUE(world.group.empty() && world.keeper.empty())
        << "hangs, cancelled after " << handlers;
    EXPECT_EQ(world.witness.use_count(), 1) << "leaks, cancelled after " << handlers;
    EXPECT_EQ(world.semaphore.available(), 1u) << "keeps a permit, cancelled after " << handlers;
    EXPECT_EQ(world.pool.jobs(), 0u) << "keeps a job, cancelled after " << handlers;
    if (!was_running) {
        EXPECT_EQ(world.finished, 1) << "does not finish even if it is not cancelled";
    }
    world.loop.stop();
    return was_running;
}

/// The same, but the loop is destroyed in place of the cancellation.
void destroy_after(Scenario scenario, int handlers) {
    std::weak_ptr<int> witness;
    {
        World world;
        witness = world.witness;
        world.group.spawn(scenario, std::ref(world));
        world.run_handlers(handlers);
        world.loop.stop();
    }
    EXPECT_TRUE(witness.expired()) << "leaks when the loop goes after " << handlers;
}

void at_every_point(Scenario scenario) {
    int points = 0;
    while (cancel_after(scenario, points)) {
        destroy_after(scenario, points);
        ++points;
        ASSERT_LT(points, 1000);
    }
    EXPECT_GT(points, 3);
}

Task<> echo_once(World& world) {
    const auto held = world.witness;
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Socket near(executor);
    Socket far(executor);
    asio::local::connect_pair(near, far);
    auto server = [&]() -> Task<> {
        std::array<char, 8> space{};
        std::error_code error;
        std::size_t size = 0;
        auto read = [&](auto handler) {
            far.async_read_some(asio::buffer(space), std::move(handler));
        };
        co_await operation(read, error, size);
        if (error) throw std::system_error(error);
        co_await far.async_write_some(asio::buffer(space, size), use_task);
    };
    auto client = [&]() -> Task<> {
        std::array<char, 8> space{};
        co_await yield(2);
        co_await near.async_write_some(asio::buffer("ping", 4), use_task);
        co_await near.async_wait(Socket::wait_read, use_task);
        co_await near.async_read_some(asio::buffer(space), use_task);
    };
    co_await gather(server(), client());
    ++world.finished;
}

Task<> sleep_with(std::shared_ptr<int>, std::chrono::microseconds pause) {
    co_await sleep_for(pause);
}

Task<> nested_waits(World& world) {
    auto body = [&](TaskGroup& group) -> Task<> {
        group.spawn(sleep_with(world.witness, 50us));
        auto winner = race(sleep_with(world.witness, 1h), sleep_with(world.witness, 100us));
        co_await with_timeout(1h, gather(std::move(winner), yield(2)));
        try {
            co_await with_timeout(100us, sleep_with(world.witness, 1h));
        } catch (const TimeoutError&) {
        }
    };
    co_await with_task_group(body);
    ++world.finished;
}

Task<> use_permit(World& world, std::shared_ptr<int>, int turns) {
    const Permit permit = co_await world.semaphore.acquire();
    co_await yield(turns);
}

Task<> shared_permit(World& world) {
    auto opener = [&]() -> Task<> {
        co_await yield(3);
        world.event.set();
    };
    auto waiter = [&]() -> Task<> {
        const auto held = world.witness;
        co_await world.event.wait();
        co_await use_permit(world, held, 1);
    };
    co_await gather(use_permit(world, world.witness, 2),
                    use_permit(world, world.witness, 1),
                    waiter(),
                    opener());
    ++world.finished;
}

int slow_square(std::shared_ptr<int> held, int value) {
    return held ? value * value : 0;
}

Task<> jobs_on_threads(World& world) {
    const int first = co_await run_in_executor(world.pool, slow_square, world.witness, 3);
    auto both = gather(run_in_executor(world.pool, slow_square, world.witness, first),
                       run_in_executor(world.pool, slow_square, world.witness, 2));
    auto values = co_await std::move(both);
    if (std::get<0>(values) + std::get<1>(values) == 85) ++world.finished;
}

Task<> shielded_work(World& world, std::shared_ptr<int>) {
    co_await use_permit(world, world.witness, 3);
}

Task<> shielded(World& world) {
    co_await shield(world.keeper, shielded_work, std::ref(world), world.witness);
    co_await yield();
    co_await shield(world.keeper, shielded_work, std::ref(world), world.witness);
    ++world.finished;
}

TEST(CancellationEverywhere, SocketsSurviveIt) {
    at_every_point(echo_once);
}

TEST(CancellationEverywhere, NestedWaitsSurviveIt) {
    at_every_point(nested_waits);
}

TEST(CancellationEverywhere, EventsAndPermitsSurviveIt) {
    at_every_point(shared_permit);
}

TEST(CancellationEverywhere, JobsOnThreadsSurviveIt) {
    at_every_point(jobs_on_threads);
}

TEST(CancellationEverywhere, ShieldedWorkSurvivesIt) {
    at_every_point(shielded);
}

}  // namespace
}  // namespace indrik
