#pragma once
// The application that the tests of the server talk to, and requests to it.

#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/sync.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {

/// Handlers of "/slow" wait for `gate`; `calls` are the paths in the order in which handlers began.
struct TestState {
    Event gate;
    std::vector<std::string> calls;
    int cancelled = 0;
};

inline Task<Response> echo(Request& request) {
    const std::string_view body = co_await request.read();
    co_return Response().body(std::string(body));
}

inline Task<Response> wait_for_gate(TestState& state, Request& request) {
    state.calls.emplace_back(request.target());
    try {
        co_await state.gate.wait();
    } catch (const std::system_error&) {
        ++state.cancelled;
        throw;
    }
    // The request must be the same after the wait, whatever the connection did meanwhile.
    std::string text = "slow " + std::string(request.target()) + " " +
                       std::string(request.header("X-Mark")) + " " +
                       std::string(request.query().get("q").value_or("-"));
    co_return Response().text(std::move(text));
}

/// GET /          "hello"
/// GET /size/{n}  n bytes 'x'
/// POST /echo     the body;  POST /ignore does not read it
/// GET /slow      waits for the gate
inline Application make_test_app(TestState& state) {
    Application app;
    app.add_routes({
        get("/",
            [&state](Request& request) {
                state.calls.emplace_back(request.target());
                return Response().text("hello");
            }),
        get(R"(/size/{n:\d+})",
            [](Request& request) {
                const std::string digits(request.match_info("n"));
                return Response().body(std::string(std::stoul(digits), 'x'));
            }),
        post("/echo", echo),
        post("/ignore",
             [&state](Request& request) {
                 state.calls.emplace_back(request.target());
                 return Response().text("ignored");
             }),
        route("*", "/slow", [&state](Request& request) { return wait_for_gate(state, request); }),
        get(R"(/status/{code:\d+})",
            [](Request& request) {
                const std::string digits(request.match_info("code"));
                return Response(std::stoi(digits)).text("body");
            }),
    });
    return app;
}

inline std::string get_request(std::string_view target, std::string_view more_fields = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more_fields) +
           "\r\n";
}

inline std::string post_request(std::string_view target,
                                std::string_view body,
                                std::string_view more_fields = {}) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
           std::string(more_fields) + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

/// `chunks` is the coded body, its last chunk and trailers included.
inline std::string chunked_request(std::string_view target,
                                   std::string_view chunks,
                                   std::string_view more_fields = {}) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
           std::string(more_fields) + "Transfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

}  // namespace indrik::web
