#include "indrik/sessions/setup.hpp"

#include <stdexcept>
#include <string>

#include "indrik/sessions/detail/exchange.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::sessions {
namespace {

using detail::Exchange;
using detail::Setup;

const web::AppKey<Setup> kSetup{"sessions"};
const web::RequestKey<Exchange> kExchange{"session"};

Task<> finish(web::Request& request, web::Response& response) {
    return request.storage().get(kExchange).finish(response);
}

/// Whatever becomes of the load, those who wait for it go on.
class Loading {
public:
    explicit Loading(Exchange& exchange) : exchange_(exchange) { exchange.has_failed = true; }
    Loading(const Loading&) = delete;
    ~Loading() { exchange_.is_loaded.set(); }
    void succeed() const { exchange_.has_failed = false; }

private:
    Exchange& exchange_;
};

Task<Exchange*> exchange_of(web::Request& request) {
    if (Exchange* const found = request.storage().find(kExchange)) {
        if (!found->is_loaded.is_set()) co_await found->is_loaded.wait();
        if (found->has_failed)
            throw web::HTTPServiceUnavailable("Sessions are not available at the moment.");
        co_return found;
    }
    Setup* const setup = request.app().find(kSetup);
    if (setup == nullptr)
        throw std::logic_error("the application has no sessions: call sessions::setup(app, ...)");
    Exchange& exchange = request.storage().emplace(kExchange, *setup, request);
    const Loading loading(exchange);
    co_await exchange.load(request);
    loading.succeed();
    if (!exchange.has_begun) request.on_response_prepare(finish);
    co_return &exchange;
}

/// What no browser would take is refused here, and not with the first response.
void check(const Setup& setup) {
    for (const std::string& name : {setup.name, setup.secure_name}) {
        http::Cookie cookie(name, "");
        cookie.path(setup.options.path()).domain(setup.options.domain());
        cookie.same_site(setup.options.same_site());
        const bool is_host_bound = name.starts_with("__Host-");
        cookie.secure(setup.options.secure().value_or(is_host_bound));
        http::format_set_cookie(cookie);
    }
    const auto age = setup.options.max_age();
    if (age && *age <= Seconds(0))
        throw std::invalid_argument("sessions: max_age must be longer than nothing");
}

}  // namespace

void setup(web::Application& app, std::shared_ptr<Storage> storage, Options options) {
    Setup setup;
    setup.name = options.cookie_name().empty() ? std::string(storage->default_cookie_name())
                                               : options.cookie_name();
    setup.secure_name = options.has_host_prefix() ? "__Host-" + setup.name : setup.name;
    setup.options = std::move(options);
    setup.storage = std::move(storage);
    check(setup);
    setup.storage->attach(app, setup.options);
    app.emplace(kSetup, std::move(setup));
}

Task<Session> get(web::Request& request) {
    Exchange* const exchange = co_await exchange_of(request);
    co_return Session(*exchange);
}

Task<Session> new_session(web::Request& request) {
    Exchange* const exchange = co_await exchange_of(request);
    exchange->invalidate();
    co_return Session(*exchange);
}

std::optional<Session> loaded(web::Request& request) {
    Exchange* const exchange = request.storage().find(kExchange);
    if (exchange == nullptr || !exchange->is_loaded.is_set() || exchange->has_failed)
        return std::nullopt;
    return Session(*exchange);
}

Task<> save(web::Request& request) {
    Exchange* const exchange = co_await exchange_of(request);
    if (!exchange->has_begun && !exchange->setup.storage->keeps_data()) co_return;
    if (!exchange->data.is_changed()) co_return;
    std::function<void(Session&)> nothing = [](Session&) {};
    co_await exchange->update(std::move(nothing));
}

Task<Session> detail::update(web::Request& request, std::function<void(Session&)> change) {
    Exchange* const exchange = co_await exchange_of(request);
    co_await exchange->update(std::move(change));
    co_return Session(*exchange);
}

web::Middleware load_always() {
    return [](web::Request& request, web::Next next) -> Task<web::Response> {
        co_await exchange_of(request);
        co_return co_await next(request);
    };
}

}  // namespace indrik::sessions
