// The code of framework/docs/topics.md, and what the page says about it.
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/pubsub/setup.hpp"
#include "indrik/web.hpp"
#include "indrik/web/event_stream.hpp"
#include "tests/support/co_test.hpp"

namespace pubsub = indrik::pubsub;
namespace web = indrik::web;
using indrik::Task;

namespace {

using testing::HasSubstr;

Task<web::Response> tell(web::Request& request) {
    const std::string_view news = co_await request.text();
    co_await pubsub::topics_of(request.app()).publish("news", std::string(news));
    co_return web::Response(204);
}

Task<web::Response> live(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    pubsub::Topics& topics = pubsub::topics_of(request.app());
    const auto forwarding = co_await topics.forward("news", socket.peer());
    while (auto message = co_await socket.receive()) {
        co_await topics.publish("news", std::move(*message).text());
    }
    co_return std::move(socket);
}

Task<web::Response> events(web::Request& request) {
    web::EventStream stream;
    co_await stream.prepare(request);
    pubsub::Topics& topics = pubsub::topics_of(request.app());
    pubsub::Subscription news = co_await topics.subscribe("news");
    while (auto delivery = co_await news.next()) {
        std::string text = delivery->is_gap() ? "some news were missed" : delivery->text();
        co_await stream.send(std::move(text));
    }
    co_return std::move(stream);
}

web::Application make_news() {
    web::Application app;
    pubsub::setup(app);
    app.add_routes({
        web::post("/news", tell),
        web::get("/live", live),
        web::get("/events", events),
    });
    return app;
}

Task<pubsub::Subscription> follow(pubsub::Topics& topics) {
    pubsub::SubscribeOptions options;
    options.queue_limit(10'000).when_full(pubsub::SlowSubscriber::Close).present_as("archive");
    co_return co_await topics.subscribe("news", options);
}

void show_people(pubsub::Topics& topics) {
    topics.on_presence([&topics](const std::string& topic) {
        const std::size_t count = topics.presence(topic).count;
        topics.publish_here(pubsub::Message::text("people", std::to_string(count)));
    });
}

// ---- what it does

Task<> use_topics(web::Application& app) {
    pubsub::Topics& topics = pubsub::topics_of(app);
    show_people(topics);
    pubsub::Subscription people = co_await topics.subscribe("people");
    pubsub::Subscription archive = co_await follow(topics);
    co_await topics.publish("news", "one");
    const auto first = co_await archive.next();
    CO_ASSERT(first);
    EXPECT_EQ(first->text(), "one");
    EXPECT_EQ(topics.presence("news").names.count("archive"), 1u);
    const auto count = co_await people.next();
    CO_ASSERT(count);
    EXPECT_EQ(count->text(), "1");
}

Task<> run_through(web::Application& app) {
    app.freeze();
    co_await app.startup();
    co_await use_topics(app);
    co_await app.shutdown();
    co_await app.cleanup();
}

TEST(TopicsGuide, TopicsLiveWithTheApplication) {
    web::Application app = make_news();
    indrik::test::run_on_loop(run_through(app));
}

TEST(TopicsGuide, SetUpTwiceIsAMistake) {
    web::Application app = make_news();
    EXPECT_THROW(pubsub::setup(app), std::logic_error);
    EXPECT_THROW(pubsub::topics_of(web::Application()), std::out_of_range);
}

// ---- the page

std::string page() {
    std::ostringstream text;
    text << std::ifstream(INDRIK_TOPICS_PAGE).rdbuf();
    return text.str();
}

TEST(TopicsGuide, ShowsTheCodeOfThisFile) {
    std::ostringstream own;
    own << std::ifstream(INDRIK_TOPICS_TEST).rdbuf();
    const std::string text = page();
    int blocks = 0;
    for (std::size_t at = 0; (at = text.find("```cpp\n", at)) != std::string::npos; ++blocks) {
        at += 7;
        const std::size_t end = text.find("```", at);
        EXPECT_THAT(own.str(), HasSubstr(text.substr(at, end - at)));
        at = end;
    }
    EXPECT_EQ(blocks, 6);
}

}  // namespace
