#include "indrik/web/handler.hpp"

#include <chrono>
#include <memory>
#include <system_error>

#include <asio/error.hpp>

#include "indrik/core/race.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::web {
namespace {

constexpr std::chrono::milliseconds kBodyInterval{250};
constexpr int kClientClosedRequest = 499;  // as nginx logs it

/// Whoever reads the body notices a disconnect himself; from then on it is this task's business.
Task<> watch_client(Request& request) {
    while (!request.is_body_read()) co_await sleep_for(kBodyInterval);
    co_await request.disconnected();
}

Task<Response> run_while_connected(std::shared_ptr<const Handler> handler, Request& request) {
    auto first = co_await race((*handler)(request), watch_client(request));
    if (first.index() == 0) co_return std::move(std::get<0>(first));
    if (request.response_channel().has_started()) {
        throw std::system_error(asio::error::connection_aborted);
    }
    co_return Response(kClientClosedRequest).force_close();
}

}  // namespace

Task<Response> Handler::call_plain(const Handler& handler, Request& request) {
    co_return handler.plain_(request);
}

Handler cancel_on_disconnect(Handler handler) {
    if (handler.is_plain()) return handler;  // it never waits
    auto kept = std::make_shared<const Handler>(std::move(handler));
    Handler watched = [kept](Request& request) { return run_while_connected(kept, request); };
    watched.take_path_of(*kept);
    return watched;
}

}  // namespace indrik::web
