// Micro-benchmarks of requests through a whole server, without sockets: what binding and JSON cost beside plain text. The unit
// is the CPU time of one request of 64 that come in one piece.
#include <string>

#include <benchmark/benchmark.h>

#include "indrik/web/binding.hpp"
#include "tests/support/server_run.hpp"

namespace {

using namespace indrik;

constexpr int kDepth = 64;

struct Message {
    std::string message;
};
INDRIK_DESCRIBE(Message, message)

struct Filter {
    std::string q;
    int page = 1;
};
INDRIK_DESCRIBE(Filter, q, page)

web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/plain", [](web::Request&) { return web::Response().text("Hello, World!"); }),
        web::get("/text", [] { return "Hello, World!"; }),
        web::get("/json", [] { return Message{"Hello, World!"}; }),
        web::get("/tree",
                 [](web::Request&) {
                     return web::json_response({{"message", "Hello, World!"}});
                 }),
        web::get("/path/{id}/{name}", [](int, std::string_view) { return "Hello, World!"; }),
        web::get("/query", [](web::Query<Filter>) { return "Hello, World!"; }),
        web::get("/plain_task",
                 [](web::Request&) -> Task<web::Response> {
                     co_return web::Response().text("Hello, World!");
                 }),
        web::get("/json_task",
                 []() -> Task<Message> {
                     Message message{"Hello, World!"};
                     co_return message;
                 }),
    });
    return app;
}

void request(benchmark::State& state, const std::string& target) {
    test::ServerRun run(make_app());
    test::MemoryClient client = run.connect();
    std::string batch;
    for (int i = 0; i < kDepth; ++i) batch += "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    for (auto _ : state) {
        client.send(batch);
        run.settle();
        benchmark::DoNotOptimize(client.take_received());
    }
    state.SetItemsProcessed(state.iterations() * kDepth);
}

BENCHMARK_CAPTURE(request, plain, "/plain");
BENCHMARK_CAPTURE(request, text, "/text");
BENCHMARK_CAPTURE(request, json, "/json");
BENCHMARK_CAPTURE(request, json_tree, "/tree");
BENCHMARK_CAPTURE(request, path, "/path/12/name");
BENCHMARK_CAPTURE(request, query, "/query?q=a&page=2");
BENCHMARK_CAPTURE(request, plain_task, "/plain_task");
BENCHMARK_CAPTURE(request, json_task, "/json_task");

}  // namespace
