#include "indrik/web/health.hpp"

#include <memory>

#include <boost/json/value.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/timeout.hpp"
#include "indrik/web/application.hpp"

namespace indrik::web {
namespace {

using Clock = std::chrono::steady_clock;

class Probe {
public:
    explicit Probe(Health options) : options_(std::move(options)) {}

    static Task<Response> answer(std::shared_ptr<Probe> self, Request& request) {
        Application& application = request.app();
        if (application.is_draining()) co_return say("ending", {}, false);
        if (!self->has_outcome_ || Clock::now() >= self->fresh_until_) {
            co_await self->run(application);
        }
        co_return say(self->is_well_ ? "ready" : "unready", self->outcomes_, self->is_well_);
    }

private:
    Task<> run(Application& application) {
        boost::json::object outcomes;
        bool is_well = true;
        for (const auto& [name, check] : options_.checks()) {
            const char* outcome = "ok";
            std::exception_ptr failure;
            try {
                co_await with_timeout(options_.timeout(), check(application));
            } catch (const TimeoutError&) {
                outcome = "timed out";
            } catch (...) {
                failure = std::current_exception();
                outcome = "failed";
            }
            // The probe itself was cancelled: that says nothing of the check.
            if (failure && is_cancelled(failure)) std::rethrow_exception(failure);
            is_well = is_well && std::string_view(outcome) == "ok";
            outcomes[name] = outcome;
        }
        outcomes_ = std::move(outcomes);
        is_well_ = is_well;
        has_outcome_ = true;
        fresh_until_ = Clock::now() + options_.cache_for();
    }

    static Response say(std::string_view status, const boost::json::object& checks, bool is_well) {
        boost::json::object text;
        text["status"] = status;
        if (!checks.empty()) text["checks"] = checks;
        Response response(is_well ? http::Status::Ok : http::Status::ServiceUnavailable);
        response.json(text).header(http::Field::CacheControl, "no-store");
        return response;
    }

    Health options_;
    boost::json::object outcomes_;
    bool is_well_ = false;
    bool has_outcome_ = false;
    Clock::time_point fresh_until_;
};

Response alive(Request&) {
    return Response()
        .json_text(R"({"status":"alive"})")
        .header(http::Field::CacheControl, "no-store");
}

}  // namespace

std::vector<RouteDefinition> health(Health options) {
    const std::string live = options.live_path();
    const std::string ready = options.ready_path();
    auto probe = std::make_shared<Probe>(std::move(options));
    std::vector<RouteDefinition> routes;
    routes.push_back(get(live, alive));
    routes.push_back(
        get(ready, [probe](Request& request) { return Probe::answer(probe, request); }));
    return routes;
}

}  // namespace indrik::web
