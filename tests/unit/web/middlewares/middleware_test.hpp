#pragma once
// One answer of an application with middlewares.

#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>

#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/stream_response.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {

inline Task<Response> stream_three(Request& request) {
    StreamResponse response;
    response.content_type("text/plain");
    co_await response.prepare(request);
    co_await response.write("one ");
    co_await response.write("two ");
    co_await response.write("three");
    co_return std::move(response);
}

inline Task<Response> crash(Request&) {
    throw std::runtime_error("the secret is 42");
    co_return Response();
}

/// "/" says hello, "/gone" throws HTTPGone, "/crash" an error, "/stream" is streamed, "/echo" answers what is posted.
inline Application make_plain_app() {
    Application app;
    app.add_routes({
        get("/", [](Request&) { return Response().text("hello"); }),
        get("/gone", [](Request&) -> Response { throw HTTPGone("it left"); }),
        get("/crash", crash),
        get("/stream", stream_three),
        post("/echo", echo),
    });
    return app;
}

template <class... Middlewares>
Application app_with(Middlewares... middlewares) {
    Application app = make_plain_app();
    (app.add_middleware(std::move(middlewares)), ...);
    return app;
}

/// The only response to `request`. A streamed one has its chunks in `body`.
inline test::WireResponse answer_of(test::ServerRun& run, std::string_view request) {
    const std::string bytes = run.answers_to(request);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (bytes.substr(0, 9) != "HTTP/1.1 " || end == std::string::npos) {
        ADD_FAILURE() << "no response: " << bytes;
        return {};
    }
    test::WireResponse response;
    response.status = std::stoi(bytes.substr(9, 3));
    response.head = bytes.substr(0, end + 4);
    response.body = bytes.substr(end + 4);
    return response;
}

inline test::WireResponse answer_of(Application app, std::string_view request) {
    test::ServerRun run(std::move(app));
    return answer_of(run, request);
}

inline std::string request_of(std::string_view method,
                              std::string_view target,
                              std::string_view more_fields = {}) {
    return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
           std::string(more_fields) + "\r\n";
}

}  // namespace indrik::web
