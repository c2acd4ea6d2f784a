#pragma once
// Server-sent events: a response that tells a browser's EventSource what happens, line by line (WHATWG HTML, section 9.2).
//
//   Task<web::Response> ticks(web::Request& request) {
//       web::EventStream events;
//       co_await events.prepare(request);
//       for (int i = events.last_event_number().value_or(0) + 1; events.is_connected(); ++i) {
//           co_await events.send(web::ServerSentEvent("tick").id(std::to_string(i)));
//           co_await events.sleep(1s);
//       }
//       co_return std::move(events);
//   }
//
// While nobody sends, a comment goes out every 15 seconds, so that proxies do not give up and a client that has gone is noticed.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/web/stream_response.hpp"

namespace indrik::web {

/// One event. Value type; setters return the object. Line breaks in id and event are left out, as there is no way to send them.
class ServerSentEvent {
public:
    ServerSentEvent() = default;
    /// Lines end with LF, CR or CRLF; each becomes a line of its own, which the browser joins again.
    explicit ServerSentEvent(std::string data) : data_(std::move(data)), has_data_(true) {}

    ServerSentEvent& data(std::string text) &;
    /// What Last-Event-ID says when the client comes back. NUL makes browsers ignore it, and is left out.
    ServerSentEvent& id(std::string_view id) &;
    /// The event's type, "message" for browsers unless said otherwise.
    ServerSentEvent& event(std::string_view type) &;
    /// How long the client shall wait before it comes back.
    ServerSentEvent& retry(std::chrono::milliseconds time) &;
    /// A line that clients ignore.
    ServerSentEvent& comment(std::string text) &;
    ServerSentEvent&& data(std::string text) && { return std::move(data(std::move(text))); }
    ServerSentEvent&& id(std::string_view text) && { return std::move(id(text)); }
    ServerSentEvent&& event(std::string_view type) && { return std::move(event(type)); }
    ServerSentEvent&& retry(std::chrono::milliseconds time) && { return std::move(retry(time)); }
    ServerSentEvent&& comment(std::string text) && { return std::move(comment(std::move(text))); }

    /// As it goes over the wire, with the empty line.
    std::string format() const;

private:
    std::string data_;
    std::string id_;
    std::string event_;
    std::string comment_;
    std::optional<std::chrono::milliseconds> retry_;
    bool has_data_ = false;
    bool has_id_ = false;
};

/// Movable, not copyable. One coroutine sends. Lifetime: used only while its request's handler runs.
class EventStream {
public:
    static constexpr std::chrono::milliseconds kPingInterval{15'000};

    explicit EventStream(std::chrono::milliseconds ping_interval = kPingInterval);

    /// Further fields of the head. Errors: std::logic_error after prepare()
    EventStream& header(std::string_view name, std::string_view value);
    /// Compresses what is sent, event by event, if the client likes that.
    EventStream& enable_compression();

    /// Sends the head. Errors: as StreamResponse::prepare().
    Task<> prepare(Request& request);
    /// What the client saw last, if it comes back: Last-Event-ID. REQUIRES: prepare() was called
    const std::optional<std::string>& last_event_id() const { return last_event_id_; }
    /// The same as a number; nothing if it is none.
    std::optional<std::int64_t> last_event_number() const;

    /// Errors of all that sends: std::system_error if the client is gone; the handler need not catch it.
    Task<> send(ServerSentEvent event);
    Task<> send(std::string data);
    /// A comment, by which a client that has gone is noticed.
    Task<> ping();
    /// Whether the client is still there, as far as is known, and the worker does not retire. Costs a system call.
    bool is_connected() const;
    /// Waits so long, sends pings meanwhile, and ends early when the client goes, or (in two seconds) the worker retires: false then.
    Task<bool> sleep(std::chrono::milliseconds time);
    /// Waits until sleep() would be false, and sends pings meanwhile; for race() with whatever makes events.
    Task<> wait_disconnected();

    /// What the handler returns: `co_return std::move(events)`.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a response
    operator Response() &&;

private:
    StreamResponse response_;
    std::optional<std::string> last_event_id_;
    std::chrono::milliseconds ping_interval_;
    Request* request_ = nullptr;
};

}  // namespace indrik::web
