// An application whose handlers block the loop, crash, and take their time, each in a function with a name to look for.
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <indrik/web.hpp>
#include <unistd.h>

#include "indrik/web/middlewares/request_ids.hpp"

namespace web = indrik::web;
using indrik::Task;

namespace troubled {

std::chrono::milliseconds time_in(const web::Request& request) {
    const std::string_view text = request.match_info("milliseconds");
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::chrono::milliseconds(value);
}

[[gnu::noinline]] void wait_for_ever() {
    for (;;) ::pause();
}

[[gnu::noinline]] void compute_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
    }
    asm volatile("");
}

// Most of the time the interrupted code is inside malloc, with its lock held: with a second thread it needs one.
[[gnu::noinline]] void allocate_for_ever() {
    std::thread([] {
        for (;;) ::pause();
    }).detach();
    for (std::size_t size = 2'000;; size = size * 7 % 1'000'003 + 2'000) {
        void* volatile block = std::malloc(size);
        std::free(block);
    }
}

[[gnu::noinline]] int read_null(const int* pointer) {
    return *pointer;
}

[[gnu::noinline]] int descend(int depth) {
    volatile char room[1000];
    room[0] = static_cast<char>(depth);
    return depth < 0 ? 0 : descend(depth + 1) + room[0];
}

Task<web::Response> answer() {
    co_return web::Response().text(std::to_string(::getpid()));
}

Task<web::Response> fail_with(std::string text) {
    throw std::runtime_error(text);
    co_return web::Response();
}

Task<web::Response> pid(web::Request&) {
    return answer();
}

Task<web::Response> block(web::Request&) {
    wait_for_ever();
    return answer();
}

Task<web::Response> spin(web::Request& request) {
    compute_for(time_in(request));
    return answer();
}

Task<web::Response> spin_later(web::Request& request) {
    const auto time = time_in(request);
    co_await indrik::sleep_for(std::chrono::milliseconds(1));
    compute_for(time);
    co_return web::Response().text("done");
}

Task<web::Response> slow(web::Request& request) {
    co_await indrik::sleep_for(time_in(request));
    co_return web::Response().text("done");
}

Task<web::Response> allocate(web::Request&) {
    allocate_for_ever();
    return answer();
}

Task<web::Response> null(web::Request&) {
    const int* volatile pointer = nullptr;
    if (read_null(pointer) == 1) return fail_with("one");
    return answer();
}

Task<web::Response> overflow(web::Request&) {
    if (descend(1) == 1) return fail_with("one");
    return answer();
}

Task<web::Response> give_up(web::Request&) {
    std::abort();
}

Task<web::Response> fail(web::Request&) {
    return fail_with("failed on purpose");
}

web::Response status(web::Request& request) {
    return web::Response(static_cast<indrik::http::Status>(time_in(request).count()));
}

}  // namespace troubled

web::Application make_app() {
    using namespace troubled;
    web::Application app;
    app.add_middleware(web::request_ids());
    app.add_routes({
        web::get("/pid", pid),
        web::get("/healthz", pid),
        web::get("/block", block),
        web::get("/spin/{milliseconds}", spin),
        web::get("/spin_later/{milliseconds}", spin_later),
        web::get("/slow/{milliseconds}", slow),
        web::get("/allocate", allocate),
        web::get("/null", null),
        web::get("/overflow", overflow),
        web::get("/abort", give_up),
        web::get("/fail", fail),
        web::get("/status/{milliseconds}", status),
    });
    return app;
}

INDRIK_APPLICATION(make_app)
