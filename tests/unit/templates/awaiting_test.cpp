#include "indrik/templates/awaiting.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "indrik/core/gather.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::templates {
namespace {

using namespace std::chrono_literals;
using test::yield;

/// Answers with its argument in brackets, after some turns of the loop.
Task<Value> bracket(Value value, int turns) {
    co_await yield(turns);
    co_return Value("[" + to_str(value) + "]");
}

Value slow(int turns = 3) {
    return async_function([turns](const Arguments& arguments) {
        return bracket(arguments.positional.empty() ? Value("") : arguments.positional[0], turns);
    });
}

Dict with(std::string_view name, Value value) {
    Dict values;
    values.set(Value(name), std::move(value));
    return values;
}

CO_TEST(RenderAsync, AwaitsWhereverACallStands) {
    Environment environment;
    environment.add_filter("later", [](const Arguments& arguments) {
        return await(bracket(arguments.positional[0], 2));
    });
    environment.add_test("slowly_odd", [](const Arguments& arguments) {
        return Value(to_str(await(bracket(arguments.positional[0], 1))) == "[1]");
    });
    environment.add_global("later_list", async_function([](const Arguments&) -> Task<Value> {
                               co_await yield();
                               co_return Value::list({Value(1), Value(2)});
                           }));
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"a{{ f(1) }}b{{ f(2) }}c", "a[1]b[2]c"},
        {"{% if f(1) == '[1]' %}yes{% endif %}", "yes"},
        {"{% for i in later_list() %}{{ f(i) }}{% endfor %}", "[1][2]"},
        {"{% macro m(x) %}<{{ f(x) }}>{% endmacro %}{{ m(f(3)) }}", "<[[3]]>"},
        {"{{ 5|later }}{{ [1, 2]|map('later')|join }}", "[5][1][2]"},
        {"{{ 1 is slowly_odd }}{{ [1, 2, 1]|select('slowly_odd')|list|length }}", "True2"},
        {"{% set x %}{{ f(1) }}{% endset %}{{ x }}{{ x }}", "[1][1]"},
        {"{{ f(f(f('x'))) }}", "[[[x]]]"},
        {"nothing to wait for", "nothing to wait for"}};
    for (const auto& [source, expected] : cases) {
        const std::string text =
            co_await render_async(environment.from_string(source, "a.txt"), with("f", slow()));
        EXPECT_EQ(text, expected) << source;
    }
}

CO_TEST(RenderAsync, WaitsAcrossIncludesBlocksAndImports) {
    Environment environment;
    environment.set_loader(
        std::make_shared<DictLoader>(std::map<std::string, std::string, std::less<>>{
            {"base.txt", "({% block body %}{% endblock %})"},
            {"part.txt", "part {{ f(1) }}"},
            {"lib.txt", "{% macro twice(f, x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}"},
            {"page.txt",
             "{% extends 'base.txt' %}{% block body %}{% from 'lib.txt' import twice %}{% include "
             "'part.txt' %} {{ twice(f, 2) }}{% endblock %}"}}));
    const std::string text =
        co_await render_async(environment.get_template("page.txt"), with("f", slow()));
    EXPECT_EQ(text, "(part [1] [2][2])");
}

CO_TEST(RenderAsync, OthersRenderMeanwhile) {
    Environment environment;
    const Template page =
        environment.from_string("{% for i in range(3) %}{{ f(i) }}{% endfor %}", "a.txt");
    std::vector<std::string> order;
    const auto logged = [&order](std::string name) {
        return async_function([&order, name](const Arguments& arguments) -> Task<Value> {
            order.push_back(name);
            const Value value = arguments.positional[0];
            co_await yield(2);
            co_return value;
        });
    };
    auto [first, second] = co_await gather(render_async(page, with("f", logged("a"))),
                                           render_async(page, with("f", logged("b"))));
    EXPECT_EQ(first, "012");
    EXPECT_EQ(second, "012");
    EXPECT_EQ(order, (std::vector<std::string>{"a", "b", "a", "b", "a", "b"}));
}

CO_TEST(RenderAsync, ErrorsHaveTheirLine) {
    Environment environment;
    const Value failing = async_function([](const Arguments&) -> Task<Value> {
        co_await yield();
        fail(ErrorKind::Value, "no such user");
        co_return Value();
    });
    std::string report;
    try {
        co_await render_async(environment.from_string("\n\n{{ f() }}", "a.txt"),
                              with("f", failing));
    } catch (const TemplateError& error) {
        report = error.report();
    }
    EXPECT_NE(report.find("no such user"), std::string::npos) << report;
    EXPECT_NE(report.find("a.txt"), std::string::npos) << report;
    EXPECT_NE(report.find("3"), std::string::npos) << report;
}

CO_TEST(RenderAsync, OtherErrorsComeThroughAsTheyAre) {
    Environment environment;
    const Value failing = async_function([](const Arguments&) -> Task<Value> {
        co_await yield();
        throw std::out_of_range("away");
        co_return Value();
    });
    const bool is_thrown = co_await test::throws<std::out_of_range>(
        render_async(environment.from_string("{{ f() }}"), with("f", failing)));
    EXPECT_TRUE(is_thrown);
}

CO_TEST(RenderAsync, ACancelledWaitUnwindsTheTemplate) {
    Environment environment;
    auto alive = std::make_shared<int>();
    const Value waiting = async_function([alive](const Arguments&) -> Task<Value> {
        co_await sleep_for(1h);
        co_return Value();
    });
    bool is_late = false;
    try {
        Dict values = with("f", waiting);
        values.set(Value("g"), slow());
        co_await with_timeout(
            20ms,
            render_async(
                environment.from_string("{% for i in [1, 2] %}{{ g(i) }}{{ f() }}{% endfor %}"),
                std::move(values)));
    } catch (const TimeoutError&) {
        is_late = true;
    }
    EXPECT_TRUE(is_late);
}

TEST(RenderAsync, ARenderingThatIsAbandonedIsUnwound) {
    auto alive = std::make_shared<int>();
    std::weak_ptr<int> watched = alive;
    Environment environment;
    {
        asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
        const Value waiting =
            async_function([kept = std::move(alive)](const Arguments&) -> Task<Value> {
                co_await sleep_for(1h);
                co_return Value(*kept);
            });
        asio::co_spawn(
            loop.get_executor(),
            render_async(environment.from_string("{% for i in [1, 2] %}{{ f(i) }}{% endfor %}"),
                         with("f", waiting)),
            asio::detached);
        loop.poll();
        EXPECT_FALSE(watched.expired());
    }
    EXPECT_TRUE(watched.expired());
}

TEST(RenderAsync, RenderSaysWhatItTakes) {
    Environment environment;
    try {
        environment.from_string("\n{{ f() }}", "a.txt").render(with("f", slow()));
        FAIL();
    } catch (const TemplateError& error) {
        EXPECT_NE(error.report().find("render_async()"), std::string::npos) << error.report();
        EXPECT_NE(error.report().find("a.txt"), std::string::npos) << error.report();
    }
}

CO_TEST(RenderAsync, ManyWaitAtOnce) {
    Environment environment;
    const Template page = environment.from_string("{{ f(1) }}{{ f(2) }}", "a.txt");
    int done = 0;
    TaskGroup group(co_await asio::this_coro::executor);
    const auto one = [&]() -> Task<> {
        const std::string text = co_await render_async(page, with("f", slow(5)));
        if (text == "[1][2]") ++done;
    };
    for (int i = 0; i < 100; ++i) group.spawn(one);
    co_await group.join();
    EXPECT_EQ(done, 100);
}

TEST(Fiber, UnwindsWhatSwallowsTheFirstAttempt) {
    int swallowed = 0;
    {
        detail::Fiber fiber([&swallowed] {
            for (int i = 0; i < 3; ++i) {
                try {
                    detail::Fiber::current()->suspend();
                } catch (...) {
                    ++swallowed;
                }
            }
        });
        EXPECT_TRUE(fiber.resume());
        EXPECT_EQ(detail::Fiber::current(), nullptr);
    }
    EXPECT_EQ(swallowed, 3);
}

TEST(Fiber, OneThatNeverBeganIsNothing) {
    bool has_run = false;
    {
        detail::Fiber fiber([&] { has_run = true; });
    }
    EXPECT_FALSE(has_run);
}

TEST(Fiber, RunsWithinAnother) {
    std::string order;
    detail::Fiber outer([&] {
        detail::Fiber inner([&] {
            order += "b";
            detail::Fiber::current()->suspend();
            order += "d";
        });
        order += "a";
        EXPECT_TRUE(inner.resume());
        order += "c";
        detail::Fiber::current()->suspend();
        EXPECT_FALSE(inner.resume());
        order += "e";
    });
    EXPECT_TRUE(outer.resume());
    EXPECT_FALSE(outer.resume());
    EXPECT_EQ(order, "abcde");
}

}  // namespace
}  // namespace indrik::templates
