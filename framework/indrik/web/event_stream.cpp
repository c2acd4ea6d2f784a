#include "indrik/web/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "indrik/core/race.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::web {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kDrainInterval{2'000};  // how often a stream looks whether it shall end

std::string without(std::string_view text, std::string_view unwanted) {
    std::string kept;
    for (const char character : text) {
        if (unwanted.find(character) == std::string_view::npos) kept += character;
    }
    return kept;
}

/// Each line of the text behind a name.
void append_lines(std::string& out, std::string_view name, std::string_view text) {
    for (;;) {
        const std::size_t end = text.find_first_of("\r\n");
        out.append(name).append(text.substr(0, end)).append("\n");
        if (end == std::string_view::npos) return;
        const bool is_pair = text.substr(end, 2) == "\r\n";
        text.remove_prefix(end + (is_pair ? 2 : 1));
    }
}

}  // namespace

ServerSentEvent& ServerSentEvent::data(std::string text) & {
    data_ = std::move(text);
    has_data_ = true;
    return *this;
}
ServerSentEvent& ServerSentEvent::id(std::string_view id) & {
    id_ = without(id, std::string_view("\r\n\0", 3));
    has_id_ = true;
    return *this;
}
ServerSentEvent& ServerSentEvent::event(std::string_view type) & {
    event_ = without(type, "\r\n");
    return *this;
}
ServerSentEvent& ServerSentEvent::retry(Milliseconds time) & {
    retry_ = time;
    return *this;
}
ServerSentEvent& ServerSentEvent::comment(std::string text) & {
    comment_ = std::move(text);
    return *this;
}

std::string ServerSentEvent::format() const {
    std::string out;
    if (!comment_.empty()) append_lines(out, ": ", comment_);
    if (has_id_) append_lines(out, "id: ", id_);
    if (!event_.empty()) append_lines(out, "event: ", event_);
    if (retry_) append_lines(out, "retry: ", std::to_string(retry_->count()));
    if (has_data_) append_lines(out, "data: ", data_);
    return out += '\n';
}

EventStream::EventStream(Milliseconds ping_interval) : ping_interval_(ping_interval) {
    response_.header("Content-Type", "text/event-stream");
    response_.header("Cache-Control", "no-cache");
    response_.header("X-Accel-Buffering", "no");
}

EventStream& EventStream::header(std::string_view name, std::string_view value) {
    response_.header(name, value);
    return *this;
}

EventStream& EventStream::enable_compression() {
    response_.enable_compression();
    return *this;
}

Task<> EventStream::prepare(Request& request) {
    const std::string_view last = request.header(http::Field::LastEventID);
    if (!last.empty()) last_event_id_ = last;
    co_await response_.prepare(request);
    request_ = &request;
    // The head goes out now, not with the first event, which may be long in coming.
    if (request.method() != http::Method::Head) co_await ping();
}

std::optional<std::int64_t> EventStream::last_event_number() const {
    if (!last_event_id_) return std::nullopt;
    std::int64_t number = 0;
    const char* const end = last_event_id_->data() + last_event_id_->size();
    const auto [at, error] = std::from_chars(last_event_id_->data(), end, number);
    if (error != std::errc() || at != end) return std::nullopt;
    return number;
}

Task<> EventStream::send(ServerSentEvent event) {
    return response_.write(event.format());
}
Task<> EventStream::send(std::string data) {
    return send(ServerSentEvent(std::move(data)));
}
Task<> EventStream::ping() {
    return response_.write(": ping\n\n");
}

bool EventStream::is_connected() const {
    if (request_ == nullptr) throw std::logic_error("the event stream was not prepared");
    return !request_->response_channel().is_draining() && !request_->is_disconnected();
}

Task<bool> EventStream::sleep(Milliseconds time) {
    Milliseconds silence{0};
    while (is_connected()) {
        const Milliseconds pause = std::min(time, kDrainInterval);
        const auto first = co_await race(sleep_for(pause), request_->disconnected());
        if (first.index() != 0) break;
        time -= pause;
        silence += pause;
        if (time.count() <= 0) co_return is_connected();
        const bool is_ping_due = ping_interval_.count() != 0 && silence >= ping_interval_;
        if (!is_ping_due) continue;
        silence = Milliseconds(0);
        co_await ping();
    }
    co_return false;
}

Task<> EventStream::wait_disconnected() {
    bool is_there = is_connected();
    while (is_there) {
        constexpr Milliseconds kLong{3'600'000};
        is_there = co_await sleep(kLong);
    }
}

EventStream::operator Response() && {
    return std::move(response_);
}

}  // namespace indrik::web
