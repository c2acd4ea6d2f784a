// What stays open: a WebSocket that echoes, and a stream of events.

#include <algorithm>
#include <chrono>
#include <string>

#include <indrik/web/event_stream.hpp>
#include <indrik/web/websocket_response.hpp>

#include "handlers.hpp"
#include "parameters.hpp"

namespace httpbin {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMaxMessageBytes = 64 * 1024 * 1024;
constexpr std::int64_t kMaxEvents = 1000;
constexpr Seconds kInterval = 1s;
constexpr Seconds kMaxInterval = 60s;

}  // namespace

/// Sends every message back as it came.
Task<web::Response> websocket_echo(web::Request& request) {
    web::WebSocketResponse socket(
        web::WebSocketOptions().max_msg_size(kMaxMessageBytes).allowed_origins("*"));
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

/// /sse?count=10&interval=0.5: numbered events, so many seconds apart; goes on behind Last-Event-ID.
Task<web::Response> events(web::Request& request) {
    const std::int64_t wanted = number_parameter(request, "count", 10);
    const std::int64_t count = std::clamp<std::int64_t>(wanted, 0, kMaxEvents);
    const Seconds pause = seconds_parameter(request, "interval", kInterval, kMaxInterval);
    const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(pause);
    web::EventStream stream;
    co_await stream.prepare(request);
    const std::int64_t seen =
        std::clamp<std::int64_t>(stream.last_event_number().value_or(0), 0, count);
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
