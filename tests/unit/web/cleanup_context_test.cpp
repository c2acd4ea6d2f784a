#include "indrik/web/cleanup_context.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "indrik/web/runner.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Notes = std::vector<std::string>;

enum class Failing { Nowhere, InSetUp, InTearDown };

CleanupContexts::Context noting(Notes& notes,
                                std::string name,
                                Failing failing = Failing::Nowhere) {
    return [&notes, name, failing](Application&, Lifetime& lifetime) -> Task<> {
        notes.push_back("+" + name);
        co_await test::yield();
        if (failing == Failing::InSetUp) throw std::runtime_error("set-up of " + name);
        co_await lifetime.until_cleanup();
        notes.push_back("-" + name);
        co_await test::yield();
        if (failing == Failing::InTearDown) throw std::runtime_error("tear-down of " + name);
    };
}

Application::LifecycleSignal::Callback note(Notes& notes, std::string text) {
    return [&notes, text](Application&) -> Task<> {
        notes.push_back(text);
        co_return;
    };
}

Application noting_app(Notes& notes) {
    Application app;
    app.on_startup().append(note(notes, "startup"));
    app.on_shutdown().append(note(notes, "shutdown"));
    app.on_cleanup().append(note(notes, "cleanup"));
    return app;
}

/// The text of what `task` throws; "" if it does not.
Task<std::string> failure_of(Task<> task) {
    std::string text;
    try {
        co_await std::move(task);
    } catch (const std::exception& error) {
        text = error.what();
    }
    co_return text;
}

CO_TEST(CleanupContext, IsTornDownInReverseOrder) {
    Notes notes;
    Application app = noting_app(notes);
    app.cleanup_context().append(noting(notes, "a"));
    app.cleanup_context().append(noting(notes, "b"));
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Runner runner(executor.context(), std::move(app), ServerOptions());
    co_await runner.setup();
    EXPECT_THAT(notes, ElementsAre("+a", "+b", "startup"));
    EXPECT_FALSE(runner.application().is_draining());
    co_await runner.shutdown(1s);
    EXPECT_TRUE(runner.application().is_draining());
    EXPECT_THAT(notes, ElementsAre("+a", "+b", "startup", "shutdown", "cleanup", "-b", "-a"));
}

CO_TEST(CleanupContext, WhatWasSetUpIsTornDownWhenALaterOneFails) {
    Notes notes;
    Application app = noting_app(notes);
    app.cleanup_context().append(noting(notes, "a"));
    app.cleanup_context().append(noting(notes, "b", Failing::InSetUp));
    app.cleanup_context().append(noting(notes, "c"));
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Runner runner(executor.context(), std::move(app), ServerOptions());
    const std::string failure = co_await failure_of(runner.setup());
    EXPECT_EQ(failure, "set-up of b");
    EXPECT_THAT(notes, ElementsAre("+a", "+b", "cleanup", "-a"));
}

CO_TEST(CleanupContext, IsTornDownWhenOnStartupFails) {
    Notes notes;
    Application app;
    app.cleanup_context().append(noting(notes, "a"));
    app.on_startup().append([](Application&) -> Task<> {
        throw std::runtime_error("no start");
        co_return;
    });
    const LoopExecutor executor = co_await asio::this_coro::executor;
    Runner runner(executor.context(), std::move(app), ServerOptions());
    const std::string failure = co_await failure_of(runner.setup());
    EXPECT_EQ(failure, "no start");
    EXPECT_THAT(notes, ElementsAre("+a", "-a"));
}

CO_TEST(CleanupContext, ErrorsOfSeveralAreKeptTogether) {
    Notes notes;
    Application app;
    app.cleanup_context().append(noting(notes, "a", Failing::InTearDown));
    app.cleanup_context().append(noting(notes, "b"));
    app.cleanup_context().append(noting(notes, "c", Failing::InTearDown));
    app.freeze();
    co_await app.startup();
    std::size_t count = 0;
    std::string text;
    try {
        co_await app.cleanup();
    } catch (const CleanupError& error) {
        count = error.errors().size();
        text = error.what();
    }
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(text, "2 errors while cleaning up; tear-down of c; tear-down of a");
    EXPECT_THAT(notes, ElementsAre("+a", "+b", "+c", "-c", "-b", "-a"));
}

CO_TEST(CleanupContext, OneErrorIsThrownAsItIs) {
    Notes notes;
    Application app;
    app.cleanup_context().append(noting(notes, "a", Failing::InTearDown));
    app.freeze();
    co_await app.startup();
    const std::string failure = co_await failure_of(app.cleanup());
    EXPECT_EQ(failure, "tear-down of a");
}

CO_TEST(CleanupContext, MayHaveNothingToTearDown) {
    Notes notes;
    Application app;
    app.cleanup_context().append([&notes](Application&, Lifetime&) -> Task<> {
        notes.push_back("only set up");
        co_return;
    });
    app.freeze();
    co_await app.startup();
    co_await app.cleanup();
    EXPECT_THAT(notes, ElementsAre("only set up"));
}

TEST(CleanupContext, CannotBeAddedOnceTheApplicationRuns) {
    Application app;
    EXPECT_THROW(app.cleanup_context().append({}), std::invalid_argument);
    app.freeze();
    EXPECT_THROW(app.cleanup_context().append([](Application&, Lifetime&) -> Task<> { co_return; }),
                 std::logic_error);
}

}  // namespace
}  // namespace indrik::web
