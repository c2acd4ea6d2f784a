// Micro-benchmarks of the router: nanoseconds and allocations per match.
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "indrik/web/router.hpp"

namespace {

std::int64_t allocations = 0;

}  // namespace

// Not inlined: the compiler would take malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using namespace indrik;
using web::MatchInfo;
using web::Router;

web::Response answer(web::Request&) {
    return {};
}

/// Asks for each path in turn; the time is that of one match.
void match_all(benchmark::State& state,
               const std::vector<std::string>& patterns,
               const std::vector<std::string>& paths) {
    Router router;
    for (const std::string& pattern : patterns) router.add(web::get(pattern, answer));
    MatchInfo info;
    const auto ask = [&](const std::string& path) {
        const web::Handler& handler = router.resolve(http::Method::Get, "GET", path, info);
        benchmark::DoNotOptimize(&handler);
        info.clear();
    };
    for (const std::string& path : paths)
        ask(path);  // the first match makes room for the variables
    const std::int64_t before = allocations;
    std::size_t next = 0;
    for (auto _ : state) {
        ask(paths[next]);
        if (++next == paths.size()) next = 0;
    }
    state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                       benchmark::Counter::kAvgIterations);
}

std::string replace(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what)) {
        text.replace(at, what.size(), by);
    }
    return text;
}

/// As many routes as the argument says, as a large application has them: a sixth each of paths without variables, and with
/// plain, typed and regular variables, at the end and in the middle.
void mixed(benchmark::State& state) {
    const std::string kinds[] = {"/section-#/about/team",
                                 "/users-#/{name}",
                                 "/projects-#/{id:int}/files/{file}",
                                 R"(/articles-#/{year:\d{4}}/{slug:[a-z-]+})",
                                 "/api/v1/{tenant}/things-#/{id:uuid}",
                                 R"(/orders/{id:\d+}/lines-#)"};
    const std::string asked[] = {"/section-#/about/team",
                                 "/users-#/indrik",
                                 "/projects-#/1234/files/readme",
                                 "/articles-#/2026/the-beast-that-rules",
                                 "/api/v1/acme/things-#/123e4567-e89b-12d3-a456-426614174000",
                                 "/orders/987654/lines-#"};
    std::vector<std::string> patterns;
    std::vector<std::string> paths;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        patterns.push_back(replace(kinds[i % 6], "#", std::to_string(i)));
        // In an order that is not that of registration.
        const std::int64_t j = i * 7 % state.range(0);
        paths.push_back(replace(asked[j % 6], "#", std::to_string(j)));
    }
    match_all(state, patterns, paths);
}
BENCHMARK(mixed)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000);

/// All routes under one prefix, told apart only behind a variable.
void one_prefix(benchmark::State& state) {
    std::vector<std::string> patterns;
    std::vector<std::string> paths;
    for (std::int64_t i = 1; i <= state.range(0); ++i) {
        patterns.push_back("/api/{id}/a" + std::to_string(i));
        paths.push_back("/api/42/a" + std::to_string(i * 7 % state.range(0) + 1));
    }
    match_all(state, patterns, paths);
}
BENCHMARK(one_prefix)->Arg(10)->Arg(1000);

/// No route at all: what a scanner asks for.
void not_found(benchmark::State& state) {
    std::vector<std::string> patterns;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        patterns.push_back("/api/{id}/a" + std::to_string(i));
    }
    match_all(state, patterns, {"/wp-login.php", "/api/1/b", "/.git/config", "/api/1/a1/x"});
}
BENCHMARK(not_found)->Arg(1000);

/// What hello world pays.
void one_static(benchmark::State& state) {
    match_all(state, {"/"}, {"/"});
}
BENCHMARK(one_static);

/// A pattern that needs RE2.
void regular_expression(benchmark::State& state) {
    match_all(state, {"/{name}-{size:[0-9]+x[0-9]+}.png"}, {"/logo-640x480.png"});
}
BENCHMARK(regular_expression);

}  // namespace
