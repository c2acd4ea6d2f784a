// Micro-benchmarks of the json module: described structs to text and back, beside Boost.JSON's trees.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/json/serialize.hpp>

#include "indrik/json/described.hpp"
#include "indrik/json/parameters.hpp"

namespace {

using namespace indrik;

struct Message {
    std::string message;
};
INDRIK_DESCRIBE(Message, message)

struct Tag {
    std::string name;
    int weight = 0;
};
INDRIK_DESCRIBE(Tag, name, weight)

struct Project {
    int id = 0;
    std::string title;
    std::optional<std::string> note;
    double rating = 0;
    std::vector<Tag> tags;
};
INDRIK_DESCRIBE(Project, id, title, note, rating, tags)

Project make_project() {
    return {4711,
            "A project with a title of some length",
            "and a note",
            4.25,
            {{"beast", 1}, {"folklore", 20}, {"unicorn", 300}}};
}

void write_message_into_reused_text(benchmark::State& state) {
    const Message message{"Hello, World!"};
    std::string text;
    for (auto _ : state) {
        text.clear();
        json::append_text(text, message);
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(write_message_into_reused_text);

void write_message(benchmark::State& state) {
    const Message message{"Hello, World!"};
    for (auto _ : state) {
        const std::string text = json::to_text(message);
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(write_message);

void write_message_as_tree(benchmark::State& state) {
    for (auto _ : state) {
        const std::string text = json::serialize({{"message", "Hello, World!"}});
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(write_message_as_tree);

void write_project(benchmark::State& state) {
    const Project project = make_project();
    for (auto _ : state) {
        const std::string text = json::to_text(project);
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(write_project);

void write_long_string(benchmark::State& state) {
    const std::string value(10'000, 'x');
    std::string text;
    for (auto _ : state) {
        text.clear();
        json::append_text(text, value);
        benchmark::DoNotOptimize(text.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * value.size()));
}
BENCHMARK(write_long_string);

void read_project(benchmark::State& state) {
    const std::string text = json::to_text(make_project());
    for (auto _ : state) {
        auto project = json::from_text<Project>(text);
        benchmark::DoNotOptimize(project);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_project);

void read_project_as_tree(benchmark::State& state) {
    const std::string text = json::to_text(make_project());
    for (auto _ : state) {
        auto project = json::parse(text);
        benchmark::DoNotOptimize(project);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_project_as_tree);

void read_parameters(benchmark::State& state) {
    const std::vector<std::pair<std::string, std::string>> parameters{{"weight", "12"},
                                                                      {"name", "beast"}};
    for (auto _ : state) {
        auto tag = json::from_parameters<Tag>(parameters);
        benchmark::DoNotOptimize(tag);
    }
}
BENCHMARK(read_parameters);

}  // namespace
