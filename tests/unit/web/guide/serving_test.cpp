// The code of framework/docs/timeouts.md, graceful-shutdown.md and lowlevel.md.

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <asio/signal_set.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "indrik/core/race.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/socket_client.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::Event;
using indrik::LoopExecutor;
using indrik::Task;
using indrik::TaskGroup;
using indrik::UniqueFd;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TestApplication;

namespace {

namespace timeouts_page {

Task<web::Response> patient(web::Request&) {
    co_await indrik::sleep_for(1h);
    co_return web::Response().text("done");
}

Task<web::Response> store_film(web::Request& request) {
    const std::string_view film = co_await request.read();
    co_return web::Response().text(std::to_string(film.size()));
}

Task<std::string> ask_index() {
    co_await indrik::sleep_for(1h);
    co_return std::string("found");
}

Task<web::Response> search(web::Request&) {
    std::string found;
    try {
        found = co_await indrik::with_timeout(20ms, ask_index());
    } catch (const indrik::TimeoutError&) {
        found = "the index is slow today";
    }
    co_return web::Response().text(std::move(found));
}

web::Application make_app() {
    web::Application app;
    app.add_middleware(web::request_timeout(30s));
    app.add_routes({
        web::get("/patient", patient),
        web::get("/hasty", web::wrap(web::request_timeout(20ms), patient)),
        web::post("/films", web::wrap(web::body_limit(2'000'000'000), store_film)),
        web::get("/search", search),
    });
    return app;
}

TEST(TimeoutsPage, EndWaits) {
    TestApplication app(make_app());
    EXPECT_EQ(full_answer(app, "GET", "/hasty").status, 504);
    EXPECT_EQ(answer(app, "GET", "/search"), "200 the index is slow today");
    EXPECT_EQ(answer(app, "POST", "/films", "", std::string(1'100'000, 'x')), "200 1100000");
}

}  // namespace timeouts_page

namespace graceful_shutdown_page {

using indrik::race;

struct Inbox {
    Task<std::string> next() {
        co_await has_message.wait();
        co_return message;
    }
    Event has_message;
    std::string message;
};
const web::AppKey<Inbox> kInbox{"inbox"};

inline const web::AppKey<Event> kGoodbye{"goodbye"};

Task<> say_goodbye(web::Application& app) {
    app.get(kGoodbye).set();
    co_return;
}

Task<web::Response> next_message(web::Request& request) {
    web::Application& app = request.app();
    const auto first = co_await race(app.get(kInbox).next(), app.get(kGoodbye).wait());
    if (first.index() == 1) co_return web::no_content();
    co_return web::Response().text(std::get<0>(first));
}

web::Application make_app() {
    web::Application app;
    app.emplace(kInbox);
    app.emplace(kGoodbye);
    app.on_shutdown().append(say_goodbye);
    app.add_routes({web::get("/next", next_message)});
    return app;
}

void add_probes(web::Application& app) {
    app.add_routes(web::health());
}

Task<> serve_until(Event& end, web::Runner& runner) {
    co_await runner.setup();
    runner.start_accepting();
    co_await end.wait();
    co_await runner.shutdown(30s);
}

CO_TEST(GracefulShutdownPage, LetsWaitingHandlersGo) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    web::Application app = make_app();
    add_probes(app);
    web::Runner runner(executor.context(), std::move(app), web::ServerOptions());
    UniqueFd socket = indrik::test::listen_on_loopback();
    const std::uint16_t port = indrik::test::port_of(socket);
    runner.listen(std::move(socket));
    Event end;
    TaskGroup group(executor);
    group.spawn(serve_until(end, runner));
    indrik::test::SocketClient client(executor, indrik::test::connect_to(port));
    client.send(
        "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string ready = co_await client.receive_until("\"ready\"");
    EXPECT_THAT(ready, testing::StartsWith("HTTP/1.1 200 OK"));
    while (runner.statistics().in_flight == 0) {
        co_await indrik::sleep_for(1ms);
    }
    end.set();
    const std::string last = co_await client.receive_all();
    EXPECT_THAT(last, testing::HasSubstr("HTTP/1.1 204 No Content"));
    EXPECT_THAT(last, testing::HasSubstr("Connection: close"));
    co_await group.join();
}

TEST(GracefulShutdownPage, HandlersAnswerUntilThen) {
    TestApplication app(make_app());
    Inbox& inbox = app.app().get(kInbox);
    inbox.message = "hello";
    inbox.has_message.set();
    EXPECT_EQ(answer(app, "GET", "/next"), "200 hello");
}

}  // namespace graceful_shutdown_page

namespace lowlevel_page {

web::Response echo(web::Request& request) {
    return web::Response().text(std::string(request.method_name()) + " " +
                                std::string(request.path()));
}

web::Application make_app() {
    web::Application app;
    app.add_route(web::route("*", "/{rest:.*}", echo));
    return app;
}

/// Listens on all addresses of IPv4.
UniqueFd listen_on(std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.get(), 1024) != 0) {
        throw std::system_error(errno, std::generic_category(), "port " + std::to_string(port));
    }
    return socket;
}

Task<> live(web::Runner& runner) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    asio::basic_signal_set<LoopExecutor> signals(executor, SIGTERM, SIGINT);
    co_await runner.setup();
    runner.start_accepting();
    co_await signals.async_wait(indrik::use_task);
    co_await runner.shutdown(30s);
    executor.context().stop();
}

void serve(UniqueFd socket, web::ServerOptions options) {
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    web::Runner runner(loop, make_app(), std::move(options));
    runner.listen(std::move(socket));
    TaskGroup group(loop.get_executor());
    group.spawn(live(runner));
    loop.run();
}

TEST(LowlevelPage, ServesUntilItIsToldToEnd) {
    UniqueFd socket = listen_on(0);
    const std::uint16_t port = indrik::test::port_of(socket);
    std::string received;
    std::thread client([&] {
        const UniqueFd connection = indrik::test::connect_to(port);
        indrik::test::send_all(connection,
                               "PURGE /a/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        char space[1024];
        ssize_t size = 0;
        while ((size = ::recv(connection.get(), space, sizeof space, 0)) > 0) {
            received.append(space, static_cast<std::size_t>(size));
        }
        ::kill(::getpid(), SIGTERM);
    });
    serve(std::move(socket), web::ServerOptions());
    client.join();
    EXPECT_THAT(received, testing::EndsWith("PURGE /a/b"));
}

}  // namespace lowlevel_page

}  // namespace
