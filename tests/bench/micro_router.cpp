// Micro-benchmark of the router: nanoseconds per match, of one route and of a thousand.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "indrik/web/match_info.hpp"
#include "indrik/web/router.hpp"

namespace {

using namespace indrik;

std::string path_of(std::size_t number) {
    constexpr const char* kAreas[] = {"accounts", "invoices", "projects", "articles"};
    return std::string("/api/v1/") + kAreas[number % 4] + "/resource" +
           std::to_string(1000 + number);
}

/// `state.range(0)` resources, asked for in turn: their lists, or their members ("{id}").
void match(benchmark::State& state, bool members) {
    const auto count = static_cast<std::size_t>(state.range(0));
    web::Router router;
    const web::Handler handler([](web::Request&) { return web::Response(); });
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < count; ++i) {
        router.add(web::get(path_of(i) + (members ? "/{id}" : ""), handler));
        paths.push_back(path_of(i) + (members ? "/12345" : ""));
    }
    std::size_t at = 0;
    for (auto _ : state) {
        web::MatchInfo info;
        benchmark::DoNotOptimize(&router.resolve(http::Method::Get, "GET", paths[at], info));
        if (++at == count) at = 0;
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(match, lists, false)->Arg(1)->Arg(1000);
BENCHMARK_CAPTURE(match, members, true)->Arg(1)->Arg(1000);

}  // namespace
