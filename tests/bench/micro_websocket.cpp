// Micro-benchmarks of the websocket module: bytes per second of masking and UTF-8, nanoseconds per frame.
#include <string>

#include <benchmark/benchmark.h>

#include "indrik/websocket/masking.hpp"
#include "indrik/websocket/protocol.hpp"
#include "indrik/websocket/utf8.hpp"

namespace {

using namespace indrik;
using namespace indrik::websocket;

void count_bytes(benchmark::State& state, std::size_t size) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * size));
}

void mask(benchmark::State& state) {
    std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    const MaskKey key{'a', 'b', 'c', 'd'};
    for (auto _ : state) {
        apply_mask(text, key, 1);
        benchmark::DoNotOptimize(text.data());
        benchmark::ClobberMemory();
    }
    count_bytes(state, text.size());
}
BENCHMARK(mask)->Arg(125)->Arg(65536);

void validate(benchmark::State& state, std::string_view character) {
    std::string text;
    while (text.size() < static_cast<std::size_t>(state.range(0))) text += character;
    for (auto _ : state) benchmark::DoNotOptimize(is_utf8(text));
    count_bytes(state, text.size());
}

void validate_ascii(benchmark::State& state) {
    validate(state, "x");
}
void validate_cyrillic(benchmark::State& state) {
    validate(state, "\u0434");
}
void validate_mixed(benchmark::State& state) {
    validate(state, "plain words, then \u00e9\u20ac and more words ");
}
BENCHMARK(validate_ascii)->Arg(125)->Arg(65536);
BENCHMARK(validate_cyrillic)->Arg(125)->Arg(65536);
BENCHMARK(validate_mixed)->Arg(125)->Arg(65536);

/// Frames as a client sends them, `batch` in one buffer.
void receive(benchmark::State& state) {
    constexpr int kBatch = 16;
    Sender client(Role::Client, std::nullopt, DeflateOptions(), nullptr);
    Buffer frames;
    for (int i = 0; i < kBatch; ++i)
        client.message(frames, MessageType::Text, std::string(125, 'x'));
    Protocol server(Role::Server, ProtocolOptions(), std::nullopt, nullptr);
    Buffer output;
    std::string input;
    for (auto _ : state) {
        input = frames.view();
        std::span<char> rest(input);
        for (;;) {
            const Step step = server.receive(rest, output);
            if (step.event == Event::None) break;
            rest = rest.subspan(step.consumed);
            benchmark::DoNotOptimize(step.data.data());
        }
    }
    state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(receive);

void send(benchmark::State& state) {
    Sender server(Role::Server, std::nullopt, DeflateOptions(), nullptr);
    const std::string text(125, 'x');
    Buffer output;
    for (auto _ : state) {
        server.message(output, MessageType::Text, text);
        benchmark::DoNotOptimize(output.data());
        output.clear();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(send);

}  // namespace
