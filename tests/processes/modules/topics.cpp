// The application of topics_test.py: publishes, forwards and counts as it is asked to.
#include <charconv>
#include <cstdint>
#include <memory>
#include <string>

#include <indrik/core/sleep.hpp>
#include <indrik/core/task_group.hpp>
#include <indrik/pubsub/setup.hpp>
#include <indrik/web.hpp>
#include <unistd.h>

namespace json = indrik::json;
namespace pubsub = indrik::pubsub;
namespace web = indrik::web;
using indrik::Task;
using namespace std::chrono_literals;

namespace {

/// What this worker has got of the topic "flood".
struct Count {
    std::uint64_t messages = 0;
    std::uint64_t gaps = 0;
    std::uint64_t out_of_order = 0;
    std::uint64_t last = 0;
};
const web::AppKey<Count> kCount{"count"};

std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Task<web::Response> publish(web::Request& request) {
    std::string topic(request.match_info("topic"));
    std::string text(request.match_info("text"));
    co_await pubsub::topics_of(request.app()).publish(std::move(topic), std::move(text));
    co_return web::Response().text(std::to_string(::getpid()));
}

/// Messages that begin with their number, each `bytes` long.
Task<web::Response> flood(web::Request& request) {
    pubsub::Topics& topics = pubsub::topics_of(request.app());
    const std::uint64_t count = number_of(request.match_info("count"));
    const std::uint64_t bytes = number_of(request.match_info("bytes"));
    for (std::uint64_t i = 1; i <= count; ++i) {
        std::string text = std::to_string(i) + " ";
        text.resize(bytes, 'x');
        co_await topics.publish("flood", std::move(text));
    }
    co_return web::Response().text(std::to_string(::getpid()));
}

/// Says its process, and "gap" where messages are missing. With ?hold= it stays a while when the worker retires.
Task<web::Response> attend(web::Request& request) {
    web::WebSocketResponse socket;
    co_await socket.prepare(request);
    pubsub::ForwardOptions options;
    options.gap_message("gap").present_as(std::string(request.match_info("name")));
    std::string topic(request.match_info("topic"));
    const auto forwarding =
        co_await pubsub::topics_of(request.app()).forward(std::move(topic), socket.peer(), options);
    co_await socket.send_str(std::to_string(::getpid()));
    while (auto message = co_await socket.receive()) {
    }
    if (request.query().get("hold")) co_await indrik::sleep_for(2s);
    co_return std::move(socket);
}

web::Response state(web::Request& request) {
    const pubsub::Topics& topics = pubsub::topics_of(request.app());
    const pubsub::BackendHealth health = topics.health();
    const Count& count = request.app().get(kCount);
    const pubsub::TopicPresence& presence = topics.presence("room");
    json::Object names;
    for (const auto& [name, windows] : presence.names) names[name] = windows;
    json::Object state;
    state["pid"] = ::getpid();
    state["nodes"] = health.nodes;
    state["dropped"] = health.dropped;
    state["waiting"] = health.waiting_bytes;
    state["messages"] = count.messages;
    state["gaps"] = count.gaps;
    state["out_of_order"] = count.out_of_order;
    state["present"] = presence.count;
    state["names"] = names;
    return web::json_response(json::Value(state));
}

Task<> count_messages(Count& count, pubsub::Subscription subscription) {
    while (auto delivery = co_await subscription.next()) {
        if (delivery->is_gap()) {
            ++count.gaps;
            count.last = 0;
            continue;
        }
        const std::uint64_t number = number_of(delivery->data());
        if (count.last != 0 && number != 1 && number != count.last + 1) ++count.out_of_order;
        count.last = number;
        ++count.messages;
    }
}

Task<> keep_count(web::Application& app, web::Lifetime& lifetime) {
    const indrik::LoopExecutor executor = co_await asio::this_coro::executor;
    Count& count = app.get(kCount);
    pubsub::SubscribeOptions options;
    options.queue_limit(1'000'000);
    pubsub::Subscription subscription = co_await pubsub::topics_of(app).subscribe("flood", options);
    indrik::TaskGroup group(executor);
    group.spawn(count_messages(count, std::move(subscription)));
    co_await lifetime.until_cleanup();
    co_await group.join();  // it ends with the shutdown
}

}  // namespace

web::Application make_app() {
    web::Application app;
    pubsub::setup(app);
    app.emplace(kCount);
    app.cleanup_context().append(keep_count);
    app.add_routes({
        web::get("/state", state),
        web::get("/publish/{topic}/{text}", publish),
        web::get("/flood/{count}/{bytes}", flood),
        web::get("/listen/{topic}/{name}", attend),
    });
    return app;
}
INDRIK_APPLICATION(make_app)
