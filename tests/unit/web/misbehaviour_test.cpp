// Handlers that do what they should not: whatever it is, the next request of the connection is answered as it should be, or the
// connection ends.

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "indrik/web/binding.hpp"
#include "indrik/web/multipart_reader.hpp"
#include "indrik/web/stream_response.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/asking.hpp"
#include "tests/unit/web/test_app.hpp"

// A handler without co_return: clang notices it, g++ 12 does not.
#pragma GCC diagnostic ignored "-Wreturn-type"

namespace indrik::web {
namespace {

using testing::HasSubstr;

Task<Response> return_nothing(Request& request) {
    co_await test::yield();
    if (request.head().path.empty()) co_return Response();
}
Task<std::string> return_no_text(Request& request) {
    co_await request.read();
    if (request.head().path.empty()) co_return "text";
}
Task<Response> read_half(Request& request) {
    const std::string half = co_await request.content().read(2);
    co_return Response().text(half);
}
Task<Response> read_and_throw(Request& request) {
    co_await request.read();
    throw std::runtime_error("thrown");
}
Task<Response> half_and_throw(Request& request) {
    co_await request.content().read(2);
    throw std::runtime_error("thrown");
}
Task<Response> leave_parts(Request& request) {
    MultipartReader reader = request.multipart();  // 415 for what is none
    co_await reader.next();
    co_return Response().text("parts");
}
Task<Response> stream_and_throw(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    co_await response.write("begun");
    throw std::runtime_error("thrown");
}
Task<Response> stream_and_throw_an_outcome(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    throw HTTPNotFound();
}
Task<Response> stream_and_forget_it(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    co_await response.write("begun");
    co_return Response().text("another");
}
Task<Response> prepare_twice(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    StreamResponse other;
    co_await other.prepare(request);
    co_return std::move(other);
}
Task<Response> prepare_only(Request& request) {
    StreamResponse response;
    co_await response.prepare(request);
    co_return std::move(response);
}
Task<Response> write_too_little(Request& request) {
    StreamResponse response;
    response.content_length(10);
    co_await response.prepare(request);
    co_await response.write("short");
    co_return std::move(response);
}
Task<Response> write_too_much(Request& request) {
    StreamResponse response;
    response.content_length(3);
    co_await response.prepare(request);
    co_await response.write("too long");
    co_return std::move(response);
}
Task<Response> never_prepare(Request&) {
    StreamResponse response;
    co_return std::move(response);
}
Task<Response> throw_no_exception(Request&) {
    co_await test::yield();
    throw 42;
}

const std::map<std::string, Handler>& handlers() {
    static const std::map<std::string, Handler> kHandlers = {
        {"returns nothing", return_nothing},
        {"returns no text", return_no_text},
        {"says nothing", [](Request&) { return Response(); }},
        {"says nothing but a status", [](Request&) { return Response(204); }},
        {"forgets the body", [](Request&) { return Response().text("forgot"); }},
        {"throws", [](Request&) -> Response { throw std::runtime_error("thrown"); }},
        {"throws an outcome", [](Request&) -> Response { throw HTTPConflict(); }},
        {"reads half", read_half},
        {"reads and throws", read_and_throw},
        {"reads half and throws", half_and_throw},
        {"leaves parts", leave_parts},
        {"streams and throws", stream_and_throw},
        {"streams and throws an outcome", stream_and_throw_an_outcome},
        {"streams and forgets it", stream_and_forget_it},
        {"prepares twice", prepare_twice},
        {"prepares only", prepare_only},
        {"writes too little", write_too_little},
        {"writes too much", write_too_much},
        {"never prepares", never_prepare},
        {"throws no exception", throw_no_exception},
    };
    return kHandlers;
}

/// What looks like a request within a body; it must never be taken for one.
const std::string kDecoy = "GET /decoy HTTP/1.1\r\nHost: x\r\n\r\n";

std::map<std::string, std::string> requests() {
    std::string large;
    while (large.size() < 200'000) large += kDecoy;
    std::string chunks;
    for (int i = 0; i < 3; ++i) chunks += "21\r\n" + kDecoy + "\r\n";
    const std::string multipart = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + kDecoy +
                                  "\r\n--b\r\n\r\n" + kDecoy + "\r\n--b--\r\n";
    return {{"no body", get_request("/")},
            {"small body", post_request("/", kDecoy)},
            {"large body", post_request("/", large)},
            {"chunked body", chunked_request("/", chunks + "0\r\n\r\n")},
            {"parts",
             post_request("/", multipart, "Content-Type: multipart/form-data; boundary=b\r\n")}};
}

/// What a connection brought: the first answer's status, and whether the next request was answered.
struct Outcome {
    std::string first;
    bool is_closed = false;
    int next_calls = 0;
    int decoy_calls = 0;
    std::string received;
};

Outcome try_out(const Handler& handler, const std::vector<std::string>& pieces) {
    Outcome outcome;
    Application app;
    app.add_routes({route("*", "/", handler),
                    get("/next",
                        [&](Request&) {
                            ++outcome.next_calls;
                            return Response().text("the next one");
                        }),
                    get("/decoy", [&](Request&) {
                        ++outcome.decoy_calls;
                        return Response().text("decoy");
                    })});
    test::ServerRun run(std::move(app));
    test::MemoryClient client = run.connect();
    for (const std::string& piece : pieces) {
        client.send(piece);
        run.settle();
    }
    run.pass(std::chrono::seconds(5));  // for a connection that lingers
    outcome.received = client.received();
    outcome.first = outcome.received.substr(0, 12);
    outcome.is_closed = client.is_closed();
    return outcome;
}

void expect_sound(const Outcome& outcome) {
    EXPECT_EQ(outcome.decoy_calls, 0);
    EXPECT_THAT(outcome.first, testing::StartsWith("HTTP/1.1 ")) << outcome.received;
    // Either the next one is answered, or the connection ends.
    const bool ends_with_next = outcome.received.ends_with("\r\n\r\nthe next one");
    EXPECT_EQ(outcome.next_calls, ends_with_next ? 1 : 0) << outcome.received;
    EXPECT_EQ(outcome.is_closed, !ends_with_next) << outcome.received;
}

TEST(Misbehaviour, NeverReachesTheNextRequest) {
    for (const auto& [what, handler] : handlers()) {
        for (const auto& [kind, request] : requests()) {
            SCOPED_TRACE(what + ", " + kind);
            expect_sound(try_out(handler, {request + get_request("/next")}));
            // The same with a body that comes late, and in two pieces.
            const std::size_t cut = request.find("\r\n\r\n") + 4;
            const std::size_t half = cut + (request.size() - cut) / 2;
            expect_sound(try_out(handler,
                                 {request.substr(0, cut),
                                  request.substr(cut, half - cut),
                                  request.substr(half),
                                  get_request("/next")}));
        }
    }
}

TEST(Misbehaviour, HasItsStatus) {
    const std::map<std::string, std::string> statuses = {
        {"returns nothing", "500"},
        {"returns no text", "500"},
        {"says nothing", "200"},
        {"says nothing but a status", "204"},
        {"forgets the body", "200"},
        {"throws", "500"},
        {"throws an outcome", "409"},
        {"reads half", "200"},
        {"reads and throws", "500"},
        {"reads half and throws", "500"},
        {"leaves parts", "415"},
        {"streams and throws", "200"},  // the head had gone
        {"streams and throws an outcome", "200"},
        {"streams and forgets it", "200"},
        {"prepares twice", "200"},
        {"prepares only", "200"},
        {"writes too little", "200"},
        {"writes too much", "200"},
        {"never prepares", "500"},
        {"throws no exception", "500"},
    };
    for (const auto& [what, handler] : handlers()) {
        EXPECT_EQ(try_out(handler, {post_request("/", "body")}).first,
                  "HTTP/1.1 " + statuses.at(what))
            << what;
    }
}

TEST(Misbehaviour, AStreamThatBreaksOffHasNoEnd) {
    for (const std::string what :
         {"streams and throws", "streams and throws an outcome", "streams and forgets it"}) {
        const Outcome outcome =
            try_out(handlers().at(what), {get_request("/") + get_request("/next")});
        EXPECT_THAT(outcome.received, HasSubstr("Transfer-Encoding: chunked\r\n")) << what;
        EXPECT_THAT(outcome.received, testing::Not(testing::EndsWith("0\r\n\r\n"))) << what;
        EXPECT_TRUE(outcome.is_closed) << what;
    }
}

TEST(Misbehaviour, OfAnEmptyHandlerIsAnErrorAtOnce) {
    const std::function<Response(Request&)> nothing;
    Task<Response> (*const null)(Request&) = nullptr;
    Application app;
    EXPECT_THAT(error_of([&] { app.add_route(get("/a", nothing)); }),
                HasSubstr("misbehaviour_test.cpp"));
    EXPECT_THAT(error_of([&] { app.add_route(get("/a", nothing)); }),
                HasSubstr("the handler is an empty function"));
    EXPECT_THAT(error_of([&] { app.add_route(get("/a", null)); }),
                HasSubstr("the handler is an empty function"));
}

}  // namespace
}  // namespace indrik::web
