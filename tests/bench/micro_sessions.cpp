// What a session costs: a request that reads 1 KiB of session data, and one that changes it, against the same request without a
// session, from bytes to bytes, without a network. The difference is the price.
#include <string>

#include <asio/io_context.hpp>
#include <benchmark/benchmark.h>

#include "indrik/sessions.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/server.hpp"
#include "tests/support/memory_client.hpp"

namespace {

using namespace indrik;

constexpr std::size_t kPipelined = 16;

std::string test_key() {
    return std::string(32, 'k');
}

/// About 1 KiB of JSON, as shops have it: a user, roles, a cart, addresses.
void fill(sessions::Session& session) {
    session.set("user", "0123456789abcdef0123456789abcdef");
    session.set("name", "Ada Lovelace");
    session.set("n", 1);
    session.set("roles", std::vector<std::string>{"reader", "writer", "owner"});
    std::vector<std::pair<std::string, int>> cart;
    for (int i = 0; i < 20; ++i) cart.emplace_back("product-" + std::to_string(1000 + i), i);
    session.set("cart", cart);
    session.set("address", std::string(220, 'a'));
    session.set("csrf", std::string(43, 'c'));
    session.set("notes", std::string(250, 'n'));
}

Task<web::Response> begin(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    fill(session);
    co_return web::Response().text(std::to_string(session.to_json().size()));
}

Task<web::Response> without(web::Request& request) {
    benchmark::DoNotOptimize(&request);
    co_return web::Response().text("Hello, world");
}

Task<web::Response> read(web::Request& request) {
    const sessions::Session session = co_await sessions::get(request);
    benchmark::DoNotOptimize(session.get<int>("n", 0));
    co_return web::Response().text("Hello, world");
}

Task<web::Response> change(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session.set("n", session.get<int>("n", 0) + 1);
    co_return web::Response().text("Hello, world");
}

std::string request_text(std::string_view path, const std::string& cookie) {
    std::string text = "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n";
    if (!cookie.empty()) text += "Cookie: " + cookie + "\r\n";
    return text + "\r\n";
}

/// Batches of pipelined requests to `path`, with a session's cookie if `has_session`.
void serve(benchmark::State& state,
           std::shared_ptr<sessions::Storage> storage,
           std::string_view path) {
    web::Application app;
    const bool has_session = storage != nullptr;
    sessions::setup(app, has_session ? std::move(storage) : sessions::shared_memory());
    app.add_routes({web::get("/begin", begin),
                    web::get("/without", without),
                    web::get("/read", read),
                    web::get("/change", change)});
    app.freeze();
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    web::Server server(loop.get_executor(), app, web::ServerOptions());
    test::MemoryClient client;
    server.serve(client.stream());
    const auto ask = [&](const std::string& text) {
        client.send(text);
        loop.poll();
        loop.restart();
        return client.take_received();
    };
    std::string cookie;
    if (has_session) {
        const std::string answer = ask(request_text("/begin", ""));
        const std::size_t at = answer.find("Set-Cookie: ") + 12;
        cookie = answer.substr(at, answer.find(';', at) - at);
    }
    std::string batch;
    for (std::size_t i = 0; i < kPipelined; ++i) batch += request_text(path, cookie);
    for (auto _ : state) benchmark::DoNotOptimize(ask(batch).data());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kPipelined));
    state.counters["us"] =
        benchmark::Counter(static_cast<double>(state.iterations() * kPipelined) / 1e6,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    server.cancel();
    client.end();
    loop.poll();
}

void no_session(benchmark::State& state) {
    serve(state, nullptr, "/without");
}
BENCHMARK(no_session);

void aes_gcm(benchmark::State& state, const char* path) {
    serve(state, sessions::encrypted_cookie(test_key()), path);
}
BENCHMARK_CAPTURE(aes_gcm, sent_but_not_asked_for, "/without");
BENCHMARK_CAPTURE(aes_gcm, read, "/read");
BENCHMARK_CAPTURE(aes_gcm, change, "/change");

void fernet(benchmark::State& state, const char* path) {
    serve(state, sessions::fernet_cookie(test_key()), path);
}
BENCHMARK_CAPTURE(fernet, read, "/read");
BENCHMARK_CAPTURE(fernet, change, "/change");

void signed_only(benchmark::State& state, const char* path) {
    serve(state, sessions::signed_cookie(test_key()), path);
}
BENCHMARK_CAPTURE(signed_only, read, "/read");
BENCHMARK_CAPTURE(signed_only, change, "/change");

void shared_memory(benchmark::State& state, const char* path) {
    serve(state, sessions::shared_memory(), path);
}
BENCHMARK_CAPTURE(shared_memory, read, "/read");
BENCHMARK_CAPTURE(shared_memory, change, "/change");

}  // namespace
