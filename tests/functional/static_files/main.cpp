// A server of one folder for the test beside it, without the supervisor.
//
//   functional_static_files FOLDER      serves it on a free port of 127.0.0.1, which it prints, until SIGTERM

#include <csignal>
#include <cstdio>

#include <asio/signal_set.hpp>

#include "indrik/core/task_group.hpp"
#include "indrik/web.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/sockets.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

web::Application make_app(const char* folder) {
    web::Application app;
    app.add_routes({
        web::static_files("/static", folder).name("static"),
        web::static_files("/listed", folder).show_index(true).follow_symlinks(true),
        web::get("/url",
                 [](web::Request& request) {
                     const std::string_view name = request.query_string();
                     return web::Response().text(web::static_url(request, "static", name));
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
    web::Runner runner(loop, make_app(argv[1]), web::ServerOptions());
    indrik::UniqueFd tcp = indrik::test::listen_on_loopback();
    const unsigned port = indrik::test::port_of(tcp);
    runner.listen(std::move(tcp));
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
