// The part of the request handler that tells logs and observers what happened.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <time.h>

#include "indrik/core/stack_trace.hpp"
#include "indrik/web/access_log.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/failure_report.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/request_handler.hpp"
#include "indrik/web/request_observer.hpp"
#include "indrik/web/server.hpp"

namespace indrik::web {

/// A client's mistake fills no log, but a client that is told nothing (its TLS library shows no text) is its operator's riddle.
void RequestHandler::note_handshake() {
    constexpr char kHandshakeRecord = 0x16;  // RFC 8446 section 5.1; no request begins with it
    if (!workspace_->input.view().starts_with(kHandshakeRecord)) return;
    server_.log_.debug("{} began a TLS handshake on a port without TLS",
                       stream_->remote_endpoint().address);
}

void RequestHandler::log_failure(const FailureReport& report) {
    for (RequestObserver* const observer : server_.options_.observers) observer->request_failed();
    const Request& request = workspace_->request;
    const std::string_view id = request_id(request);
    server_.log_.error("Error handling request {} {}{}{}: {}: {}",
                       request.method_name(),
                       request.target(),
                       id.empty() ? "" : " ",
                       id,
                       report.type,
                       report.text);
    if (!report.frames.empty()) server_.log_.log(LogLevel::Error, format_frames(report.frames));
}

void RequestHandler::note_end(const Response& response,
                              const http::RequestHead* head,
                              std::uint64_t body_bytes,
                              std::uint64_t sent_bytes) {
    using std::chrono::microseconds;
    const auto now = std::chrono::steady_clock::now();
    const auto duration = std::chrono::duration_cast<microseconds>(now - started_);
    const std::string_view id = head != nullptr ? request_id(workspace_->request) : "";
    for (RequestObserver* const observer : server_.options_.observers)
        observer->request_done({head, id, response.status(), duration});
    if (server_.options_.access_log == nullptr) return;

    AccessRecord record;
    const std::string remote = client_name(head);
    record.remote = remote;
    record.request = head;
    record.request_id = id;
    record.response_headers = &response.headers();
    record.status = response.status();
    const bool has_body = http::may_have_body(record.status) &&
                          (head == nullptr || head->method != http::Method::Head);
    record.body_bytes = has_body ? body_bytes : 0;
    record.sent_bytes = sent_bytes;
    record.duration = duration;
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    const microseconds started =
        std::chrono::seconds(time.tv_sec) + microseconds(time.tv_nsec / 1'000) - duration;
    record.started = started.count() / 1'000'000;
    record.started_ms = static_cast<unsigned>(started.count() / 1'000 % 1'000);
    server_.log_access(record);
}

/// Who asks, in the access log: whom trusted proxies name, else the peer.
std::string RequestHandler::client_name(const http::RequestHead* head) const {
    if (head != nullptr && server_.options_.forwarded_allow_ips) {
        try {
            return std::string(workspace_->request.remote());
        } catch (const HTTPException&) {
            // What the proxies say makes no sense.
        }
    }
    return stream_->remote_endpoint().address;
}

}  // namespace indrik::web
