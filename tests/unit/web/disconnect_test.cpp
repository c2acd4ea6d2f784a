// Clients that go away while their request is being handled, and what is sent before the answer.

#include <string>

#include <gmock/gmock.h>

#include "indrik/core/race.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/web/stream_response.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::MemoryClient;
using test::summary;
using testing::EndsWith;
using testing::StartsWith;

// ---- early hints

Task<Response> hint(Request& request) {
    http::Headers fields;
    fields.append("Link", "</style.css>; rel=preload; as=style");
    co_await request.send_early_hints(std::move(fields));
    co_return Response().text("page");
}

Application make_hinting_app() {
    Application app;
    app.add_routes({get("/", hint), get("/next", [](Request&) { return Response().text("ok"); })});
    return app;
}

TEST(EarlyHints, ComeBeforeTheAnswerAndBehindEarlierOnes) {
    test::ServerRun run(make_hinting_app());
    const std::string received = run.answers_to(get_request("/next") + get_request("/"));
    const std::size_t hints = received.find("HTTP/1.1 103 Early Hints\r\n");
    ASSERT_NE(hints, std::string::npos);
    EXPECT_EQ(summary(received.substr(0, hints)), "200 ok");
    const std::size_t end = received.find("\r\n\r\n", hints) + 4;
    const std::string interim = received.substr(hints, end - hints);
    EXPECT_NE(interim.find("Link: </style.css>; rel=preload; as=style\r\n"), std::string::npos);
    EXPECT_EQ(interim.find("Content-Length"), std::string::npos);
    EXPECT_EQ(interim.find("Connection"), std::string::npos);
    EXPECT_EQ(summary(received.substr(end)), "200 page");
}

TEST(EarlyHints, OldClientsGetNone) {
    test::ServerRun run(make_hinting_app());
    EXPECT_THAT(run.answers_to("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(EarlyHints, AreRefusedOnceTheAnswerHasBegun) {
    Application app;
    app.add_route(get("/", [](Request& request) -> Task<Response> {
        StreamResponse response;
        co_await response.prepare(request);
        std::string outcome = "sent";
        try {
            co_await request.send_early_hints(http::Headers());
        } catch (const std::logic_error&) {
            outcome = "refused";
        }
        co_await response.write(outcome);
        co_return std::move(response);
    }));
    test::ServerRun run(std::move(app));
    EXPECT_THAT(run.answers_to(get_request("/")), EndsWith("\r\nrefused\r\n0\r\n\r\n"));
}

// ---- clients that go away

class DisconnectTest : public testing::Test {
protected:
    /// "/watch" waits for the client to go, or for the gate; "/kept" and "/cut" for the gate, the latter cancelled on disconnect.
    Application make_app() {
        Application app;
        auto watch = [this](Request& request) -> Task<Response> {
            seen += request.is_disconnected() ? "gone;" : "here;";
            auto first = co_await race(gate.wait(), request.disconnected());
            seen += first.index() == 0 ? "gate;" : "left;";
            seen += request.is_disconnected() ? "gone;" : "here;";
            co_return Response().text("watched");
        };
        auto wait = [this](Request& request) -> Task<Response> {
            const std::string_view body = co_await request.read();
            seen += "begun" + std::string(body) + ";";
            try {
                co_await gate.wait();
            } catch (const std::system_error&) {
                seen += "cancelled;";
                throw;
            }
            seen += "ended;";
            co_return Response().text("waited");
        };
        app.add_routes({get("/watch", watch),
                        route("*", "/kept", wait),
                        route("*", "/cut", wait).cancel_on_disconnect(),
                        get("/plain", [](Request&) {
                            return Response().text("plain");
                        }).cancel_on_disconnect()});
        return app;
    }
    MemoryClient ask(std::string_view request) {
        MemoryClient client = run.connect();
        client.send(request);
        run.settle();
        return client;
    }

    Event gate;
    std::string seen;
    test::ServerRun run{make_app()};
};

TEST_F(DisconnectTest, IsWaitedFor) {
    MemoryClient client = ask(get_request("/watch"));
    EXPECT_EQ(seen, "here;");
    client.end();
    run.settle();
    EXPECT_EQ(seen, "here;left;gone;");
}

TEST_F(DisconnectTest, BrokenConnectionsCountToo) {
    MemoryClient client = ask(get_request("/watch"));
    client.fail();
    run.settle();
    EXPECT_EQ(seen, "here;left;gone;");
}

TEST_F(DisconnectTest, WaitingForItDoesNotDisturbTheConnection) {
    MemoryClient client = ask(get_request("/watch"));
    gate.set();
    run.settle();
    EXPECT_EQ(seen, "here;gate;here;");
    client.send(get_request("/plain"));
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 watched|200 plain");
}

TEST_F(DisconnectTest, IsSeenBehindARequestThatWaits) {
    MemoryClient client = ask(get_request("/watch"));
    client.send(get_request("/plain"));
    client.end();
    EXPECT_TRUE(run.run_until([this] { return seen == "here;left;gone;"; }));
    run.settle();
    EXPECT_EQ(summary(client.received()), "200 watched|200 plain");
}

TEST_F(DisconnectTest, HandlersAreProtectedUnlessTheRouteSaysOtherwise) {
    MemoryClient client = ask(get_request("/kept"));
    client.end();
    run.settle();
    EXPECT_EQ(seen, "begun;");
    gate.set();
    run.settle();
    EXPECT_EQ(seen, "begun;ended;");
}

TEST_F(DisconnectTest, HandlersAreCancelledWhereTheRouteSaysSo) {
    MemoryClient client = ask(get_request("/cut"));
    EXPECT_EQ(seen, "begun;");
    client.end();
    run.settle();
    EXPECT_EQ(seen, "begun;cancelled;");
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(run.log(), "");
}

TEST_F(DisconnectTest, CancellableHandlersAnswerAsOthers) {
    gate.set();
    EXPECT_EQ(summary(run.answers_to(get_request("/plain"))), "200 plain");
    MemoryClient client = ask(get_request("/cut") + get_request("/cut"));
    EXPECT_EQ(summary(client.received()), "200 waited|200 waited");
    client.send("POST /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
    run.settle();
    client.send("dy");
    run.settle();
    EXPECT_EQ(seen, "begun;ended;begun;ended;begunbody;ended;");
}

TEST_F(DisconnectTest, HandlersThatHaveReadTheirBodyAreWatchedToo) {
    MemoryClient client = ask("POST /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
    client.send("dy");
    run.settle();
    client.end();
    EXPECT_TRUE(run.run_until([this] { return seen == "begunbody;cancelled;"; })) << seen;
}

}  // namespace
}  // namespace indrik::web
