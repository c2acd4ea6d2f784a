#include "indrik/web/event_stream.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/server_run.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::ServerRun;

TEST(ServerSentEvent, IsWrittenLineByLine) {
    EXPECT_EQ(ServerSentEvent("hello").format(), "data: hello\n\n");
    EXPECT_EQ(ServerSentEvent("").format(), "data: \n\n");
    EXPECT_EQ(ServerSentEvent("a\nb\r\nc\rd\n").format(),
              "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
    EXPECT_EQ(ServerSentEvent("x").id("7").event("news").retry(1500ms).comment("c").format(),
              ": c\nid: 7\nevent: news\nretry: 1500\ndata: x\n\n");
    EXPECT_EQ(ServerSentEvent().id("").format(), "id: \n\n") << "forgets the last id";
    EXPECT_EQ(ServerSentEvent().comment("one\ntwo").format(), ": one\n: two\n\n");
}

TEST(ServerSentEvent, CannotBeMadeToSayMore) {
    EXPECT_EQ(ServerSentEvent("x").id("1\ndata: forged").event("a\r\nb").format(),
              "id: 1data: forged\nevent: ab\ndata: x\n\n");
    EXPECT_EQ(ServerSentEvent("x").id(std::string_view("a\0b", 3)).format(), "id: ab\ndata: x\n\n");
}

std::string seen;

Task<Response> ticking(Request& request) {
    EventStream events;
    events.header("X-Extra", "1");
    co_await events.prepare(request);
    seen = events.last_event_id().value_or("none");
    if (events.last_event_number()) seen += " " + std::to_string(*events.last_event_number());
    co_await events.send("first");
    ServerSentEvent second("second");
    co_await events.send(second.id("2"));
    const bool is_there = co_await events.sleep(1h);
    seen += is_there ? " there" : " gone";
    co_return std::move(events);
}

web::Application app() {
    web::Application application;
    application.add_route(web::get("/", ticking));
    return application;
}

TEST(EventStream, SendsEventsAsTheyHappen) {
    ServerRun run(app());
    MemoryClient client = run.connect();
    client.send("GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 41\r\n\r\n");
    run.settle();
    const std::string received = client.take_received();
    for (const char* const line : {"\r\nContent-Type: text/event-stream\r\n",
                                   "\r\nCache-Control: no-cache\r\n",
                                   "\r\nX-Accel-Buffering: no\r\n",
                                   "\r\nX-Extra: 1\r\n",
                                   "data: first\n\n",
                                   "id: 2\ndata: second\n\n"}) {
        EXPECT_NE(received.find(line), std::string::npos) << line << received;
    }
    EXPECT_EQ(seen, "41 41");
}

TEST(EventStream, NoticesThatTheClientHasGone) {
    ServerRun run(app());
    MemoryClient client = run.connect();
    client.send("GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: a1\r\n\r\n");
    run.settle();
    client.fail();
    EXPECT_TRUE(run.run_until([] { return seen == "a1 gone"; })) << seen;
}

TEST(EventStream, EndsWhenTheWorkerRetires) {
    ServerRun run(app());
    MemoryClient client = run.connect();
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    run.settle();
    run.server().drain();
    EXPECT_TRUE(run.run_until([&] { return client.is_ended(); })) << seen;
    EXPECT_EQ(seen, "none gone");
    EXPECT_EQ(client.received().substr(client.received().size() - 5), "0\r\n\r\n");
}

Task<Response> unprepared(Request&) {
    EventStream events;
    static_cast<void>(events.is_connected());
    co_return Response();
}

TEST(EventStream, MustBePrepared) {
    web::Application application;
    application.add_route(web::get("/", unprepared));
    ServerRun run(std::move(application));
    const auto responses =
        test::parse_responses(run.answers_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(responses.at(0).status, 500);
}

}  // namespace
}  // namespace indrik::web
