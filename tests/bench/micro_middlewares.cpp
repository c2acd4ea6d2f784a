// Micro-benchmarks of the web module: nanoseconds of a request from bytes to bytes, without a network.
#include <string>

#include <asio/io_context.hpp>
#include <benchmark/benchmark.h>

#include "indrik/web/application.hpp"
#include "indrik/web/middlewares.hpp"
#include "indrik/web/server.hpp"
#include "tests/support/memory_client.hpp"

namespace {

using namespace indrik;

constexpr std::size_t kPipelined = 16;

/// A middleware as users write them: a coroutine that looks at the response on its way back.
Task<web::Response> look_on(web::Request& request, web::Next next) {
    web::Response response = co_await next(request);
    benchmark::DoNotOptimize(response.body().data());
    co_return std::move(response);
}

/// One that only looks at the request, and needs no coroutine for that.
Task<web::Response> pass_on(web::Request& request, web::Next next) {
    return next(request);
}

Task<web::Response> hello(web::Request&) {
    co_return web::Response().text("Hello, world");
}

/// Batches of pipelined requests are answered by a server with the application's middlewares.
void serve(benchmark::State& state, web::Application app) {
    app.add_route(web::get("/", hello));
    app.freeze();
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    web::Server server(loop.get_executor(), app, web::ServerOptions());
    test::MemoryClient client;
    server.serve(client.stream());
    std::string batch;
    for (std::size_t i = 0; i < kPipelined; ++i) batch += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    for (auto _ : state) {
        client.send(batch);
        loop.poll();
        loop.restart();
        benchmark::DoNotOptimize(client.take_received().data());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kPipelined));
    server.cancel();
    client.end();
    loop.poll();
}

void no_middleware(benchmark::State& state) {
    serve(state, web::Application());
}
BENCHMARK(no_middleware);

void middlewares(benchmark::State& state, const web::Middleware& middleware, int count) {
    web::Application app;
    for (int i = 0; i < count; ++i) app.add_middleware(middleware);
    serve(state, std::move(app));
}
BENCHMARK_CAPTURE(middlewares, one_coroutine, look_on, 1);
BENCHMARK_CAPTURE(middlewares, five_coroutines, look_on, 5);
BENCHMARK_CAPTURE(middlewares, five_that_pass_on, pass_on, 5);

void security(benchmark::State& state) {
    web::Application app;
    app.add_middleware(web::request_ids());
    app.add_middleware(web::security_headers());
    app.add_middleware(web::error_pages());
    serve(state, std::move(app));
}
BENCHMARK(security);

void rate_limited(benchmark::State& state) {
    web::Application app;
    app.add_middleware(
        web::rate_limit(web::RateLimit(1'000'000, std::chrono::seconds(1)).key([](web::Request&) {
            return "key";
        })));
    serve(state, std::move(app));
}
BENCHMARK(rate_limited);

}  // namespace
