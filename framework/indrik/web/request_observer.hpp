#pragma once
// Somebody who is told of every request: metrics, a log of slow requests, hooks.
//
//   class Meter final : public web::RequestObserver {
//       void request_done(const web::RequestOutcome& outcome) override { durations.record(outcome.duration); }
//   };
//   options.observers.push_back(&meter);

#include <chrono>
#include <ctime>
#include <string_view>

#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"

namespace indrik::web {

class Request;

/// What became of one request. Lifetime: during RequestObserver::request_done().
struct RequestOutcome {
    const http::RequestHead* request = nullptr;  // null if it could not be parsed
    std::string_view id;                         // "" without the middleware request_ids()
    http::Status status = http::Status::Ok;
    std::chrono::microseconds duration{0};
};

/// Called in the loop, so it must not wait; it must not throw. Interface.
class RequestObserver {
public:
    virtual ~RequestObserver() = default;
    /// The response is written, or the connection was upgraded and has ended (status 101).
    virtual void request_done(const RequestOutcome&) {}
    /// Before the first middleware, for requests that could be parsed.
    virtual void request_begins(Request&) {}
    /// The last moment of the request; `status` is that of its response, 0: there was none.
    virtual void request_ends(Request&, int /*status*/) {}
    /// An exception of a handler is about to be logged.
    virtual void request_failed() {}
};

/// A request that is being answered. Lifetime of the views: until the loop goes on.
struct RequestInFlight {
    std::string_view method;
    std::string_view target;
    std::time_t since = 0;
};

}  // namespace indrik::web
