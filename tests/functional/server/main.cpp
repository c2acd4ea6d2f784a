// A small server for the tests beside it: an application on web::Runner, without the supervisor.
//
//   functional_server PATH       serves on a free port of 127.0.0.1, which it prints, and on the Unix socket PATH, until SIGTERM

#include <csignal>
#include <cstdio>
#include <string>

#include <asio/signal_set.hpp>

#include "indrik/core/sleep.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/web.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/sockets.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

Task<web::Response> echo(web::Request& request) {
    const std::string_view body = co_await request.read();
    co_return web::Response().body(std::string(body));
}

Task<web::Response> delay(web::Request& request) {
    const std::string milliseconds(request.match_info("milliseconds"));
    co_await indrik::sleep_for(std::chrono::milliseconds(std::stoi(milliseconds)));
    co_return web::Response().text("slept");
}

web::Response repeat(web::Request& request) {
    return web::Response().body(std::string(std::stoul(std::string(request.match_info("n"))), 'x'));
}

web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/", [](web::Request&) { return web::Response().text("hello"); }),
        web::post("/echo", echo),
        web::get(R"(/delay/{milliseconds:\d+})", delay),
        web::get(R"(/size/{n:\d+})", repeat),
        web::get("/remote",
                 [](web::Request& request) {
                     return web::Response().text(std::string(request.remote()));
                 }),
    });
    return app;
}

Task<> serve(web::Runner& runner, asio::basic_signal_set<indrik::LoopExecutor>& signals) {
    co_await runner.setup();
    runner.start_accepting();
    co_await signals.async_wait(indrik::use_task);
    co_await runner.shutdown(std::chrono::seconds(5));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    web::ServerOptions options;
    options.body_limit_bytes = 64 * 1024 * 1024;
    web::Runner runner(loop, make_app(), options);
    indrik::UniqueFd tcp = indrik::test::listen_on_loopback();
    const unsigned port = indrik::test::port_of(tcp);
    runner.listen(std::move(tcp));
    runner.listen(indrik::test::listen_on_path(argv[1]));
    asio::basic_signal_set<indrik::LoopExecutor> signals(loop.get_executor(), SIGTERM);
    indrik::TaskGroup group(loop.get_executor());
    int status = 0;
    group.on_error([&status](const std::exception_ptr&) { status = 1; });
    group.spawn(serve(runner, signals));
    std::printf("%u\n", port);
    std::fflush(stdout);
    loop.run();
    return status;
}
