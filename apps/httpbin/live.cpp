// What stays open: a WebSocket that echoes, and a stream of events.

#include <algorithm>
#include <chrono>
#include <string>

#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMaxMessageBytes = 64 * 1024 * 1024;
constexpr std::int64_t kMaxEvents = 1000;
constexpr std::chrono::milliseconds kMaxInterval = 60s;

/// A whole number from the query, between 0 and a maximum.
std::int64_t number_from(web::Request& request,
                         std::string_view name,
                         std::int64_t usual,
                         std::int64_t maximum) {
    const auto text = request.query().get(name);
    if (!text) return usual;
    const auto number = parse_number<std::int64_t>(*text);
    if (!number || *number < 0)
        throw web::HTTPBadRequest("'" + std::string(name) + "' must be a whole number");
    return std::min(*number, maximum);
}

}  // namespace

/// Sends every message back as it came.
Task<web::Response> websocket_echo(web::Request& request) {
    web::WebSocketOptions options;
    options.max_msg_size(kMaxMessageBytes).allowed_origins("*");
    web::WebSocketResponse socket(options);
    co_await socket.prepare(request);
    while (auto message = co_await socket.receive()) {
        if (message->is_text()) {
            co_await socket.send_str(std::move(*message).data());
        } else {
            co_await socket.send_bytes(std::move(*message).data());
        }
    }
    co_return std::move(socket);
}

/// /sse?count=10&interval=100: numbered events, so many milliseconds apart; goes on behind Last-Event-ID.
Task<web::Response> events(web::Request& request) {
    const std::int64_t count = number_from(request, "count", 10, kMaxEvents);
    const std::chrono::milliseconds interval(
        number_from(request, "interval", 1000, kMaxInterval.count()));
    web::EventStream stream;
    co_await stream.prepare(request);
    const std::int64_t seen = std::clamp<std::int64_t>(stream.last_event_number().value_or(0), 0, count);
    for (std::int64_t number = seen + 1; number <= count; ++number) {
        const std::string text = std::to_string(number);
        web::ServerSentEvent event("event " + text);
        event.id(text).event("count");
        co_await stream.send(event);
        if (number == count) break;
        const bool is_there = co_await stream.sleep(interval);
        if (!is_there) break;
    }
    co_return std::move(stream);
}

}  // namespace httpbin
