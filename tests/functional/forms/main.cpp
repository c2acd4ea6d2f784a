// A server that takes forms, for the tests beside it.
//
//   functional_forms DIRECTORY     serves on a free port of 127.0.0.1, which it prints, until SIGTERM; large files of forms go to
//                                  DIRECTORY

#include <csignal>
#include <cstdio>
#include <string>

#include <asio/signal_set.hpp>

#include "indrik/core/task_group.hpp"
#include "indrik/web.hpp"
#include "indrik/web/runner.hpp"
#include "tests/support/sockets.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace {

/// A line for each field: name, and value or file name, content type, size and first bytes.
Task<web::Response> form(web::Request& request) {
    const web::FormData form = co_await request.post();
    std::string text;
    for (const web::FormField& field : form) {
        if (field.is_file()) {
            text += field.name + "=" + field.file->filename + "," + field.file->content_type + "," +
                    std::to_string(field.file->size) + "," + field.file->file.read(0, 5) + "\n";
        } else {
            text += field.name + "=" + field.text + "\n";
        }
    }
    co_return web::Response().text(text);
}

/// Writes every part to a file as it comes; says how many bytes there were.
Task<web::Response> upload(web::Request& request) {
    web::MultipartReader reader = request.multipart();
    web::TemporaryFile file;
    while (auto part = co_await reader.next()) {
        for (;;) {
            const std::string_view piece = co_await part.read_chunk();
            if (piece.empty()) break;
            file.append(piece);
        }
    }
    co_return web::Response().text(std::to_string(file.size()));
}

web::Application make_app() {
    web::Application app;
    app.add_middleware(web::compression());
    app.add_routes({
        web::get("/", [](web::Request&) { return web::Response().text(std::string(5000, 'x')); }),
        web::post("/form", form),
        web::post("/upload", upload),
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
    options.body_limit_bytes = 200 * 1024 * 1024;
    options.upload_directory = argv[1];
    web::Runner runner(loop, make_app(), options);
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
