// Micro-benchmarks of templates: the fortunes page of TechEmpower and a table of 1,000 rows with inheritance, macros and filters,
// each beside C++ that appends the same strings by hand. tests/bench/jinja_templates.py runs the same templates in Jinja2.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench_pages.hpp"
#include "indrik/templates/compiled.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;

/// The same templates, interpreted or as the C++ that the build made of them (tests/bench/templates).
enum class Way { Interpreted, Compiled };

void set_up(Environment& environment, Way way) {
    const auto compiled = std::make_shared<CompiledLoader>(bench_pages::templates());
    environment.set_auto_reload(false);
    if (way == Way::Compiled) {
        environment.set_loader(compiled);
        return;
    }
    std::map<std::string, std::string, std::less<>> sources;
    for (const std::string& name : compiled->names()) sources[name] = compiled->load(name)->text;
    environment.set_loader(std::make_shared<DictLoader>(std::move(sources)));
}

/// Skips a benchmark that would measure something else.
bool is_as_meant(benchmark::State& state, const Template& page, Way way) {
    if (page.is_native() == (way == Way::Compiled)) return true;
    state.SkipWithError("the code does not fit the template");
    return false;
}

struct Fortune {
    int id;
    std::string message;
};

std::vector<Fortune> fortunes() {
    return {
        {11, "<script>alert(\"This should not be displayed in a browser alert box.\");</script>"},
        {4, "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1"},
        {5, "A computer program does what you tell it to do, not what you want it to do."},
        {2, "A computer scientist is someone who fixes things that aren't broken."},
        {8, "A list is only as strong as its weakest link. \xE2\x80\x94 Donald Knuth"},
        {0, "Additional fortune added at request time."},
        {3, "After enough decimal places, nobody gives a damn."},
        {7, "Any program that runs right is obsolete."},
        {10, "Computers make very fast, very accurate mistakes."},
        {6, "Emacs is a nice operating system, but I prefer UNIX. \xE2\x80\x94 Tom Christaensen"},
        {9, "Feature: A bug with seniority."},
        {1, "fortune: No such file or directory"},
        {12,
         "\xE3\x83\x95\xE3\x83\xAC\xE3\x83\xBC\xE3\x83\xA0\xE3\x83\xAF\xE3\x83\xBC\xE3\x82\xAF\xE3"
         "\x81\xAE\xE3\x83\x99\xE3\x83\xB3\xE3\x83\x81\xE3\x83\x9E\xE3\x83\xBC\xE3\x82\xAF"}};
}

void render_fortunes(benchmark::State& state, Way way) {
    Environment environment;
    set_up(environment, way);
    const Template page = environment.get_template("fortunes.html");
    if (!is_as_meant(state, page, way)) return;
    Values list;
    for (const Fortune& fortune : fortunes())
        list.push_back(Value::dict({{"id", fortune.id}, {"message", Value(fortune.message)}}));
    Dict values;
    values.set(Value("fortunes"), Value::list(std::move(list)));
    for (auto _ : state) benchmark::DoNotOptimize(page.render(values));
}

void fortunes_by_hand(benchmark::State& state) {
    const std::vector<Fortune> list = fortunes();
    for (auto _ : state) {
        std::string out =
            "<!DOCTYPE "
            "html><html><head><title>Fortunes</title></head><body><table><tr><th>id</"
            "th><th>message</th></tr>";
        for (const Fortune& fortune : list) {
            out += "<tr><td>";
            out += std::to_string(fortune.id);
            out += "</td><td>";
            append_escaped(out, std::string_view(fortune.message));
            out += "</td></tr>";
        }
        out += "</table></body></html>";
        benchmark::DoNotOptimize(out);
    }
}

struct Row {
    int id;
    std::string name, city;
    bool is_active;
};

std::vector<Row> rows() {
    std::vector<Row> result;
    for (int i = 0; i < 1000; ++i) {
        result.push_back(
            {i, "Name <" + std::to_string(i) + ">", i % 2 ? "Amsterdam" : "Berlin", i % 3 == 0});
    }
    return result;
}

void render_table(benchmark::State& state, Way way) {
    Environment environment;
    set_up(environment, way);
    const Template page = environment.get_template("table.html");
    if (!is_as_meant(state, page, way)) return;
    Values list;
    for (const Row& row : rows()) {
        list.push_back(Value::dict({{"id", row.id},
                                    {"name", Value(row.name)},
                                    {"city", Value(row.city)},
                                    {"active", row.is_active}}));
    }
    Dict values;
    values.set(Value("title"), Value("people"));
    values.set(Value("rows"), Value::list(std::move(list)));
    for (auto _ : state) benchmark::DoNotOptimize(page.render(values));
}

void table_by_hand(benchmark::State& state) {
    const std::vector<Row> list = rows();
    for (auto _ : state) {
        std::string out = "<html><head><title>PEOPLE</title></head><body><table>";
        bool is_odd = true;
        for (const Row& row : list) {
            out += "<tr class=\"";
            out += is_odd ? "odd" : "even";
            is_odd = !is_odd;
            out += "\"><td>";
            out += std::to_string(row.id);
            out += "</td><td>";
            append_escaped(out, std::string_view(row.name));
            out += "</td><td>";
            std::string city = row.city;
            for (char& c : city) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
            append_escaped(out, std::string_view(city));
            out += row.is_active ? "</td><td>yes</td></tr>" : "</td><td>no</td></tr>";
        }
        out += "</table></body></html>";
        benchmark::DoNotOptimize(out);
    }
}

void fortunes_template(benchmark::State& state) {
    render_fortunes(state, Way::Interpreted);
}
void fortunes_compiled(benchmark::State& state) {
    render_fortunes(state, Way::Compiled);
}
void table_template(benchmark::State& state) {
    render_table(state, Way::Interpreted);
}
void table_compiled(benchmark::State& state) {
    render_table(state, Way::Compiled);
}

BENCHMARK(fortunes_template);
BENCHMARK(fortunes_compiled);
BENCHMARK(fortunes_by_hand);
BENCHMARK(table_template);
BENCHMARK(table_compiled);
BENCHMARK(table_by_hand);

}  // namespace
