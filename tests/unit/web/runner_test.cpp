// The life of an application in its exact order, over real sockets.

#include "indrik/web/runner.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/timeout.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/socket_client.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::SocketClient;
using Notes = std::vector<std::string>;

Application::LifecycleSignal::Callback note(Notes& notes, std::string text) {
    return [&notes, text](Application&) -> Task<> {
        notes.push_back(text);
        co_return;
    };
}
Application::LifecycleSignal::Callback note_and_throw(Notes& notes, std::string text) {
    return [&notes, text](Application&) -> Task<> {
        notes.push_back(text);
        co_await test::yield();
        throw std::runtime_error(text);
    };
}

/// An application whose life is noted; "/slow" notes its end.
Application make_noting_app(TestState& state, Notes& notes) {
    Application app = make_test_app(state);
    app.on_startup().append(note(notes, "startup"));
    app.on_shutdown().append(note(notes, "shutdown"));
    app.on_cleanup().append(note(notes, "cleanup"));
    app.add_route(get("/noted", [&](Request& request) -> Task<Response> {
        try {
            Response response = co_await wait_for_gate(state, request);
            notes.push_back("handled");
            co_return response;
        } catch (const std::system_error&) {
            notes.push_back("cancelled");
            throw;
        }
    }));
    return app;
}

/// A running runner on a free port.
struct Running {
    explicit Running(Application app, const LoopExecutor& executor, ServerOptions options = {})
        : runner(executor.context(), std::move(app), std::move(options)) {
        UniqueFd socket = test::listen_on_loopback();
        port = test::port_of(socket);
        runner.listen(std::move(socket));
    }
    Runner runner;
    std::uint16_t port = 0;
};

Task<> shut_down(Runner& runner, std::chrono::milliseconds grace, bool* has_ended) {
    co_await runner.shutdown(grace);
    *has_ended = true;
}

CO_TEST(Runner, ShutsDownInOrder) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TestState state;
    Notes notes;
    Running run(make_noting_app(state, notes), executor);
    co_await run.runner.setup();
    EXPECT_EQ(notes, (Notes{"startup"}));
    run.runner.start_accepting();
    SocketClient busy(executor, test::connect_to(run.port));
    SocketClient idle(executor, test::connect_to(run.port));
    busy.send(get_request("/noted"));
    idle.send(get_request("/"));
    co_await idle.receive_until("hello");
    // Not accepted yet when the end begins: it must neither be reset nor forgotten.
    SocketClient queued(executor, test::connect_to(run.port));
    queued.send(get_request("/"));
    TaskGroup group(executor);
    bool has_ended = false;
    group.spawn(shut_down(run.runner, 10s, &has_ended));
    idle.send(get_request("/"));  // may have been under way
    const std::string one_more = co_await idle.receive_all();
    EXPECT_NE(one_more.find("Connection: close"), std::string::npos);
    EXPECT_FALSE(idle.is_broken());
    const std::string answer = co_await queued.receive_all();
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_THROW(test::connect_to(run.port), std::system_error);
    EXPECT_EQ(notes, (Notes{"startup", "shutdown"}));
    EXPECT_FALSE(has_ended);
    state.gate.set();
    const std::string last = co_await busy.receive_all();
    EXPECT_NE(last.find("Connection: close"), std::string::npos);
    EXPECT_NE(last.find("slow /noted"), std::string::npos);
    co_await group.join();
    EXPECT_EQ(notes, (Notes{"startup", "shutdown", "handled", "cleanup"}));
}

CO_TEST(Runner, CancelsHandlersWhenTheirGraceIsOverAndCleansUpAfterThem) {
    for (const std::chrono::milliseconds grace : {0ms, 20ms}) {
        const LoopExecutor executor = co_await asio::this_coro::executor;
        TestState state;
        Notes notes;
        Running run(make_noting_app(state, notes), executor);
        co_await run.runner.setup();
        run.runner.start_accepting();
        SocketClient client(executor, test::connect_to(run.port));
        client.send(get_request("/noted"));
        SocketClient in_head(executor, test::connect_to(run.port));
        in_head.send("GET / HT");
        while (state.calls.empty()) co_await test::yield();
        const auto begin = std::chrono::steady_clock::now();
        co_await run.runner.shutdown(grace);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
        EXPECT_EQ(notes, (Notes{"startup", "shutdown", "cancelled", "cleanup"})) << grace.count();
        EXPECT_EQ(run.runner.statistics().connections, 0u);
        const std::string answer = co_await client.receive_all();
        EXPECT_EQ(answer, "");
    }
}

CO_TEST(Runner, WaitsForHandlersThatTakeTheirTimeToBeCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Notes notes;
    Application app;
    app.on_cleanup().append(note(notes, "cleanup"));
    app.add_route(get("/", [&](Request&) -> Task<Response> {
        notes.push_back("begin");
        bool is_cancelled = false;
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
            is_cancelled = true;
        }
        for (int i = 0; i < 50 && is_cancelled; ++i) std::this_thread::yield();
        notes.push_back("end");
        co_return Response();
    }));
    Running run(std::move(app), executor);
    co_await run.runner.setup();
    run.runner.start_accepting();
    SocketClient client(executor, test::connect_to(run.port));
    client.send(get_request("/"));
    while (notes.empty()) co_await test::yield();
    co_await run.runner.shutdown(0ms);
    EXPECT_EQ(notes, (Notes{"begin", "end", "cleanup"}));
}

Task<> hurry_soon(Runner& runner) {
    co_await sleep_for(10ms);
    runner.hurry();
}

CO_TEST(Runner, HurryEndsTheGrace) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TestState state;
    Notes notes;
    Running run(make_noting_app(state, notes), executor);
    co_await run.runner.setup();
    run.runner.start_accepting();
    SocketClient client(executor, test::connect_to(run.port));
    client.send(get_request("/noted"));
    while (state.calls.empty()) co_await test::yield();
    TaskGroup group(executor);
    group.spawn(hurry_soon(run.runner));
    co_await run.runner.shutdown(1h);
    EXPECT_EQ(notes, (Notes{"startup", "shutdown", "cancelled", "cleanup"}));
    co_await group.join();
}

CO_TEST(Runner, HurryBeforeTheShutdownLeavesNoGrace) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TestState state;
    Notes notes;
    Running run(make_noting_app(state, notes), executor);
    co_await run.runner.setup();
    run.runner.start_accepting();
    SocketClient client(executor, test::connect_to(run.port));
    client.send(get_request("/noted"));
    while (state.calls.empty()) co_await test::yield();
    run.runner.hurry();
    co_await run.runner.shutdown(1h);
    EXPECT_EQ(notes, (Notes{"startup", "shutdown", "cancelled", "cleanup"}));
}

CO_TEST(Runner, StartupThatFailsIsCleanedUpAndThrown) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Notes notes;
    Application app;
    app.on_startup().append(note(notes, "first"));
    app.on_startup().append(note_and_throw(notes, "second"));
    app.on_startup().append(note(notes, "never"));
    app.on_cleanup().append(note_and_throw(notes, "cleanup"));
    app.on_cleanup().append(note(notes, "more cleanup"));
    Runner runner(executor.context(), std::move(app), {});
    std::string why;
    try {
        co_await runner.setup();
    } catch (const std::runtime_error& error) {
        why = error.what();
    }
    EXPECT_EQ(why, "second");
    EXPECT_EQ(notes, (Notes{"first", "second", "cleanup", "more cleanup"}));
}

CO_TEST(Runner, ShutdownCallbackThatThrowsDoesNotKeepTheRestFromHappening) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Notes notes;
    Application app;
    app.on_shutdown().append(note_and_throw(notes, "shutdown"));
    app.on_cleanup().append(note(notes, "cleanup"));
    Runner runner(executor.context(), std::move(app), {});
    co_await runner.setup();
    const bool has_thrown = co_await test::throws<std::runtime_error>(runner.shutdown(1s));
    EXPECT_TRUE(has_thrown);
    EXPECT_EQ(notes, (Notes{"shutdown", "cleanup"}));
}

CO_TEST(Runner, ShutdownCallbackThatDoesNotEndIsCancelledAndTheRestHappens) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Notes notes;
    Application app;
    app.on_shutdown().append([&notes](Application&) -> Task<> {
        notes.push_back("shutdown");
        try {
            co_await sleep_for(1h);
        } catch (const std::system_error&) {
            notes.push_back("cancelled");
            throw;
        }
    });
    app.on_shutdown().append(note(notes, "never"));
    app.on_cleanup().append(note(notes, "cleanup"));
    Runner runner(executor.context(), std::move(app), {});
    co_await runner.setup();
    const auto begin = std::chrono::steady_clock::now();
    const bool has_timed_out = co_await test::throws<TimeoutError>(runner.shutdown(0ms));
    EXPECT_TRUE(has_timed_out);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 900ms);  // it has its second
    EXPECT_EQ(notes, (Notes{"shutdown", "cancelled", "cleanup"}));
}

CO_TEST(Runner, ShutdownCallbacksAndHandlersShareTheGrace) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TestState state;
    Notes notes;
    Application app = make_noting_app(state, notes);
    app.on_shutdown().append([](Application&) { return sleep_for(300ms); });
    Running run(std::move(app), executor);
    co_await run.runner.setup();
    run.runner.start_accepting();
    SocketClient client(executor, test::connect_to(run.port));
    client.send(get_request("/noted"));
    while (state.calls.empty()) co_await test::yield();
    // Less than the callback takes: nothing is left for the handler.
    co_await run.runner.shutdown(200ms);
    EXPECT_EQ(notes, (Notes{"startup", "shutdown", "cancelled", "cleanup"}));
}

CO_TEST(Runner, FreezesTheApplication) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Runner runner(executor.context(), Application(), {});
    co_await runner.setup();
    EXPECT_THROW(runner.application().add_route(get("/", [](Request&) { return Response(); })),
                 std::logic_error);
    co_await runner.shutdown(1s);
}

CO_TEST(Runner, MayGoWhileItsLoopRunsOn) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    {
        TestState state;
        Running run(make_test_app(state), executor);
        co_await run.runner.setup();
        run.runner.start_accepting();
        SocketClient client(executor, test::connect_to(run.port));
        client.send(get_request("/") + get_request("/slow"));
        co_await client.receive_until("hello");
        co_await run.runner.shutdown(0ms);
    }
    co_await sleep_for(300ms);  // a tick of its timer wheel, had that stayed behind
}

}  // namespace
}  // namespace indrik::web
