// The application that the process tests serve; its start, its end and its requests can be made to go wrong.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <indrik/core/gather.hpp>
#include <indrik/web.hpp>
#include <signal.h>
#include <unistd.h>

namespace web = indrik::web;
using indrik::Task;

namespace {

// The file that an environment variable names, as a test may have changed it since.
std::string content_of(const char* variable) {
    const char* const path = std::getenv(variable);
    if (path == nullptr) return {};
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    return line;
}

// One line in one write, for the test to read.
void journal(const std::string& line) {
    const char* const path = std::getenv("TEST_JOURNAL");
    if (path != nullptr)
        std::ofstream(path, std::ios::app) << line + " " + std::to_string(::getpid()) + "\n";
}

std::chrono::milliseconds pause_in(const web::Request& request) {
    const std::string_view text = request.match_info("milliseconds");
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::chrono::milliseconds(value);
}

std::string own_pid() {
    return std::to_string(::getpid());
}

Task<web::Response> pid(web::Request&) {
    co_return web::Response().text(own_pid());
}

Task<web::Response> slow(web::Request& request) {
    journal("slow");
    co_await indrik::sleep_for(pause_in(request));
    co_return web::Response().text(own_pid());
}

Task<web::Response> block(web::Request&) {
    journal("block");
    for (;;) ::pause();
    co_return web::Response();
}

Task<web::Response> crash(web::Request&) {
    ::signal(SIGSEGV, SIG_DFL);  // a sanitizer may have taken it
    ::raise(SIGSEGV);
    co_return web::Response();
}

web::Response size(web::Request& request) {
    return web::Response().body(std::string(std::stoul(std::string(request.match_info("n"))), 'x'));
}

Task<web::Response> echo(web::Request& request) {
    const std::string_view body = co_await request.read();
    co_return web::Response().body(std::string(body));
}

web::Response environment(web::Request& request) {
    const char* const value = std::getenv(std::string(request.match_info("name")).c_str());
    return web::Response().text(value != nullptr ? value : "");
}

// How many threads work at the same time, of as many as are let.
Task<web::Response> threads(web::Request& request) {
    auto& pool = request.app().get(web::kThreadPool);
    const auto rest = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
    std::vector<Task<>> jobs;
    for (int job = 0; job < 20; ++job) jobs.push_back(indrik::run_in_executor(pool, rest));
    co_await indrik::gather(std::move(jobs));
    co_return web::Response().text(std::to_string(pool.threads()));
}

web::Response underscores(web::Request& request) {
    std::string names;
    for (const std::string name : {"SCRIPT_NAME", "X_Odd"}) {
        if (request.header(name).empty()) continue;
        if (!names.empty()) names += ',';
        names += name;
    }
    return web::Response().text(names);
}

Task<web::Response> file(web::Request& request) {
    co_return co_await web::send_file(request, "file");
}

Task<web::Response> fail(web::Request&) {
    throw std::runtime_error("the secret of the failing handler");
    co_return web::Response();
}

Task<> start(web::Application&) {
    const std::string behaviour = content_of("TEST_STARTUP");
    if (behaviour == "throw") throw std::runtime_error("no database today");
    if (behaviour == "block") {
        for (;;) ::pause();
    }
    if (behaviour == "slow") co_await indrik::sleep_for(std::chrono::milliseconds(700));
    if (behaviour == "crash") {
        ::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
    }
    if (std::getenv("TEST_PRINT") != nullptr) std::puts("printed by the application");
    std::fflush(stdout);
    journal("started");
}

Task<> clean_up(web::Application&) {
    journal("cleaned");
    co_return;
}

}  // namespace

web::Application make_app() {
    if (std::getenv("TEST_PRELOAD") != nullptr) journal("made");
    const std::string text = content_of("TEST_TEXT");  // of this generation
    web::Application app;
    app.on_startup().append(start);
    app.on_cleanup().append(clean_up);
    app.add_routes({
        web::get(
            "/",
            [text](web::Request&) -> Task<web::Response> { co_return web::Response().text(text); }),
        web::get("/pid", pid),
        web::get("/slow/{milliseconds}", slow),
        web::get("/block", block),
        web::get("/crash", crash),
        web::get("/fail", fail),
        web::get("/environment/{name}", environment),
        web::get("/threads", threads),
        web::get("/underscores", underscores),
        web::get("/file", file),
        web::get("/limited",
                 web::wrap(web::rate_limit(web::RateLimit(10, std::chrono::hours(24))),
                           [](web::Request&) { return web::Response().text(own_pid()); })),
        web::get(R"(/size/{n:\d+})", size),
        web::post("/echo", echo),
    });
    return app;
}

web::Application make_other() {
    web::Application app;
    app.add_routes({web::get("/", [](web::Request&) -> Task<web::Response> {
        co_return web::Response().text("other");
    })});
    return app;
}

web::Application make_nothing() {
    throw std::runtime_error("nothing can be made");
}

INDRIK_APPLICATION(make_app)
INDRIK_NAMED_APPLICATION(other, make_other)
INDRIK_NAMED_APPLICATION(nothing, make_nothing)
