#include "indrik/pubsub/topics.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/core/task_group.hpp"
#include "indrik/json/value.hpp"
#include "indrik/pubsub/process_backend.hpp"
#include "tests/support/co_test.hpp"

namespace indrik::pubsub {
namespace {

using namespace std::chrono_literals;
using test::throws;
using test::yield;

std::string drain(Subscription& subscription) {
    std::string text;
    while (const auto delivery = subscription.try_next()) {
        text += delivery->is_gap() ? "gap(" + std::to_string(delivery->missed()) + ") "
                                   : delivery->topic() + "=" + delivery->text() + " ";
    }
    return text;
}

/// Two nodes on one loop.
struct Pair {
    std::shared_ptr<ProcessHub> hub = std::make_shared<ProcessHub>();
    Topics here;
    Topics there;
    Task<> connect() {
        co_await here.connect(std::make_unique<ProcessBackend>(hub));
        co_await there.connect(std::make_unique<ProcessBackend>(hub));
        co_await yield(5);
    }
    Task<> close() {
        co_await here.close();
        co_await there.close();
    }
};

CO_TEST(Topics, ReachSubscribersOfAllNodes) {
    Pair pair;
    co_await pair.connect();
    Subscription near = co_await pair.here.subscribe("news");
    Subscription far = co_await pair.there.subscribe("news");
    Subscription other = co_await pair.there.subscribe("weather");
    co_await pair.here.publish("news", "one");
    co_await pair.there.publish_bytes("news", std::string("\0two", 4));
    json::Value value = 3;
    co_await pair.here.publish_json("news", value);
    co_await yield(5);
    EXPECT_EQ(drain(near), std::string("news=one news=3 news=\0two ", 26));
    EXPECT_EQ(drain(far), std::string("news=\0two news=one news=3 ", 26));
    EXPECT_EQ(drain(other), "");
    EXPECT_EQ(pair.here.nodes(), std::vector<NodeID>{pair.there.node()});
    EXPECT_EQ(pair.here.health().sent, 2u);
    EXPECT_EQ(pair.here.health().received, 1u);
    co_await pair.close();
}

CO_TEST(Topics, PatternsGetWhatFits) {
    Pair pair;
    co_await pair.connect();
    Subscription rooms = co_await pair.there.subscribe_pattern("room:*");
    Subscription again = co_await pair.there.subscribe_pattern("room:*");
    Subscription all = co_await pair.there.subscribe_pattern("*");
    Subscription literal = co_await pair.there.subscribe("room:*");
    co_await pair.here.publish("room:1", "a");
    co_await pair.here.publish("hall", "b");
    co_await yield(5);
    EXPECT_EQ(drain(rooms), "room:1=a ");
    EXPECT_EQ(drain(again), "room:1=a ");
    EXPECT_EQ(drain(all), "room:1=a hall=b ");
    EXPECT_EQ(drain(literal), "");
    again.close();
    co_await pair.here.publish("room:2", "c");
    co_await yield(5);
    EXPECT_EQ(drain(rooms), "room:2=c ");
    EXPECT_EQ(drain(again), "");
    EXPECT_EQ(pair.here.presence("room:*").count, 1u) << "patterns are not counted";
    co_await pair.close();
}

CO_TEST(Topics, KeepTheOrderOfEachPublisher) {
    Pair pair;
    co_await pair.connect();
    Subscription far = co_await pair.there.subscribe("n", SubscribeOptions().queue_limit(1000));
    std::string expected;
    for (int i = 0; i < 300; ++i) {
        if (i % 2 == 0) co_await pair.here.publish("n", std::to_string(i));
        if (i % 2 == 1) pair.here.publish_now(Message::text("n", std::to_string(i)));
        if (i % 50 == 0) co_await yield();
        expected += "n=" + std::to_string(i) + " ";
    }
    co_await yield(5);
    EXPECT_EQ(drain(far), expected);
    co_await pair.close();
}

CO_TEST(Topics, ASlowSubscriberLosesWhatHasNoRoomAndIsToldSo) {
    Topics topics;
    co_await topics.connect(std::make_unique<ProcessBackend>());
    Subscription slow = co_await topics.subscribe("t", SubscribeOptions().queue_limit(2));
    Subscription quick = co_await topics.subscribe("t");
    for (const char* text : {"1", "2", "3", "4"}) co_await topics.publish("t", text);
    EXPECT_EQ(slow.waiting(), 2u);
    EXPECT_EQ(slow.dropped(), 2u);
    EXPECT_EQ(drain(slow), "t=1 t=2 gap(2) ");
    EXPECT_EQ(drain(quick), "t=1 t=2 t=3 t=4 ");
    co_await topics.close();
}

CO_TEST(Topics, ASlowSubscriberMayBeEnded) {
    Topics topics;
    co_await topics.connect(std::make_unique<ProcessBackend>());
    Subscription slow = co_await topics.subscribe(
        "t", SubscribeOptions().queue_limit(1).when_full(SlowSubscriber::Close));
    co_await topics.publish("t", "1");
    EXPECT_FALSE(slow.has_ended());
    co_await topics.publish("t", "2");
    EXPECT_TRUE(slow.has_ended());
    const auto first = co_await slow.next();
    CO_ASSERT(first);
    EXPECT_EQ(first->text(), "1");
    const auto gap = co_await slow.next();
    CO_ASSERT(gap);
    EXPECT_TRUE(gap->is_gap());
    const auto end = co_await slow.next();
    EXPECT_FALSE(end);
    co_await topics.close();
}

Task<> publish_three(Topics& topics, int& published) {
    for (const char* text : {"1", "2", "3"}) {
        co_await topics.publish("t", text);
        ++published;
    }
}

CO_TEST(Topics, ASubscriberMayHoldItsPublishers) {
    Topics topics;
    co_await topics.connect(std::make_unique<ProcessBackend>());
    std::optional<Subscription> slow;
    Subscription holder = co_await topics.subscribe(
        "t", SubscribeOptions().queue_limit(1).when_full(SlowSubscriber::Wait));
    slow.emplace(std::move(holder));
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    int published = 0;
    group.spawn(publish_three(topics, published));
    co_await yield(5);
    EXPECT_EQ(published, 1);
    co_await topics.publish("other", "is free");
    topics.publish_now(Message::text("t", "cannot wait"));
    const auto first = co_await slow->next();
    CO_ASSERT(first);
    EXPECT_EQ(first->text(), "1");
    co_await yield(5);
    EXPECT_EQ(published, 2);
    EXPECT_EQ(drain(*slow), "gap(1) t=2 ");
    co_await yield(5);
    EXPECT_EQ(published, 3);
    group.spawn(publish_three(topics, published));
    co_await yield(5);
    EXPECT_EQ(published, 3);
    slow.reset();  // who leaves holds nobody
    co_await yield(5);
    EXPECT_EQ(published, 6);
    co_await group.join();
    co_await topics.close();
}

CO_TEST(Topics, TellOfTheGapWhenTheBackEndWasAway) {
    Pair pair;
    co_await pair.connect();
    Subscription far = co_await pair.there.subscribe("t");
    Subscription pattern = co_await pair.there.subscribe_pattern("*");
    Subscription near = co_await pair.here.subscribe("t", SubscribeOptions().present_as("anna"));
    co_await yield(5);
    EXPECT_EQ(pair.there.presence("t").count, 2u);
    pair.hub->set_connected(false);
    co_await yield(5);
    EXPECT_FALSE(pair.here.health().is_connected);
    EXPECT_EQ(pair.there.presence("t").count, 1u) << "who cannot be reached is not there";
    co_await pair.here.publish("t", "lost");
    EXPECT_EQ(pair.here.health().dropped, 1u);
    EXPECT_EQ(drain(near), "t=lost ") << "this process has it all the same";
    pair.hub->set_connected(true);
    co_await pair.here.publish("t", "found");
    co_await yield(5);
    EXPECT_EQ(drain(far), "gap(0) t=found ");
    EXPECT_EQ(drain(pattern), "gap(0) t=found ");
    EXPECT_EQ(pair.there.presence("t").count, 2u);
    EXPECT_EQ(pair.there.presence("t").names.count("anna"), 1u);
    EXPECT_EQ(pair.there.gaps(), 1u);
    co_await pair.close();
}

CO_TEST(Topics, PresenceIsToldOnceATurn) {
    Pair pair;
    co_await pair.connect();
    std::vector<std::string> changed;
    pair.there.on_presence([&](const std::string& topic) { changed.push_back(topic); });
    {
        Subscription one = co_await pair.here.subscribe("t", SubscribeOptions().present_as("a"));
        Subscription two = co_await pair.here.subscribe("t", SubscribeOptions().present_as("a"));
        Subscription three = co_await pair.here.subscribe("t", SubscribeOptions().hidden());
        co_await yield(10);
        EXPECT_EQ(changed, std::vector<std::string>{"t"});
        EXPECT_EQ(pair.there.presence("t").count, 2u);
        EXPECT_EQ(pair.there.presence("t").names.at("a"), 2u);
    }
    co_await yield(10);
    EXPECT_EQ(pair.there.presence("t").count, 0u);
    EXPECT_EQ(changed.size(), 2u);
    co_await pair.close();
}

CO_TEST(Topics, NewcomersLearnWhoIsThere) {
    auto hub = std::make_shared<ProcessHub>();
    Topics first;
    Topics second;
    co_await first.connect(std::make_unique<ProcessBackend>(hub));
    Subscription one = co_await first.subscribe("t", SubscribeOptions().present_as("anna"));
    co_await yield(5);
    co_await second.connect(std::make_unique<ProcessBackend>(hub));
    co_await yield(5);
    EXPECT_EQ(second.presence("t").names.count("anna"), 1u);
    co_await first.close();
    co_await yield(5);
    EXPECT_EQ(second.presence("t").count, 0u);
    EXPECT_TRUE(one.has_ended());
    co_await second.close();
}

Task<> wait_for_end(Subscription& subscription, bool& has_ended) {
    const auto delivery = co_await subscription.next();
    has_ended = !delivery;
}

CO_TEST(Topics, AShutdownEndsThoseWhoWait) {
    Topics topics;
    co_await topics.connect(std::make_unique<ProcessBackend>());
    Subscription waiting = co_await topics.subscribe("t");
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool has_ended = false;
    group.spawn(wait_for_end(waiting, has_ended));
    co_await yield(2);
    topics.end_subscriptions();
    co_await group.join();
    EXPECT_TRUE(has_ended);
    Subscription late = co_await topics.subscribe("t");
    EXPECT_TRUE(late.has_ended());
    co_await topics.publish("t", "to nobody");
    co_await topics.close();
    co_await topics.close();
}

CO_TEST(Topics, ACancelledWaitLosesNothing) {
    Topics topics;
    co_await topics.connect(std::make_unique<ProcessBackend>());
    Subscription subscription = co_await topics.subscribe("t");
    const LoopExecutor executor = co_await asio::this_coro::executor;
    TaskGroup group(executor);
    bool has_ended = false;
    group.spawn(wait_for_end(subscription, has_ended));
    co_await yield(2);
    co_await topics.publish("t", "1");
    group.cancel();
    const bool was_cancelled = co_await throws<std::system_error>(group.join());
    const std::string left = drain(subscription);
    EXPECT_TRUE(was_cancelled ? left == "t=1 " : left.empty()) << was_cancelled << left;
    co_await topics.close();
}

CO_TEST(Topics, MistakesAreRefused) {
    Topics topics;
    const bool is_early = co_await throws<std::logic_error>(topics.publish("t", "x"));
    EXPECT_TRUE(is_early);
    co_await topics.connect(std::make_unique<ProcessBackend>());
    const bool is_nameless = co_await throws<std::invalid_argument>(topics.subscribe(""));
    EXPECT_TRUE(is_nameless);
    const bool is_twice =
        co_await throws<std::logic_error>(topics.connect(std::make_unique<ProcessBackend>()));
    EXPECT_TRUE(is_twice);
    EXPECT_THROW(static_cast<void>(topics.publish("", "x")), std::invalid_argument);
    co_await topics.close();
}

CO_TEST(Topics, SubscriptionsMayOutliveThem) {
    auto topics = std::make_unique<Topics>();
    co_await topics->connect(std::make_unique<ProcessBackend>());
    Subscription subscription = co_await topics->subscribe("t");
    co_await topics->publish("t", "last");
    co_await topics->close();
    topics.reset();
    EXPECT_EQ(drain(subscription), "t=last ");
    const auto end = co_await subscription.next();
    EXPECT_FALSE(end);
}

}  // namespace
}  // namespace indrik::pubsub
