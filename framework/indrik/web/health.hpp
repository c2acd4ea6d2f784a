#pragma once
// Whether the application lives, and whether it wants requests: for load balancers and Kubernetes.
//
//   app.add_routes(web::health(web::Health().check("database", ping_database)));
//
// GET /health/live answers 200 as long as the loop turns. GET /health/ready answers 200 when all checks pass, and 503 when one
// does not, or when the server is ending.

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/web/route_def.hpp"

namespace indrik::web {

class Application;

/// Every setter returns the object.
class Health {
public:
    /// Throws if all is not well.
    using Check = std::function<Task<>(Application&)>;

    /// Checks run one after the other, in this order.
    Health& check(std::string name, Check check) {
        checks_.emplace_back(std::move(name), std::move(check));
        return *this;
    }
    /// What a check that takes longer counts as failed. Two seconds by default.
    Health& timeout(std::chrono::milliseconds limit) { return timeout_ = limit, *this; }
    /// How long an outcome is given again, so that probes cost little. A second by default.
    Health& cache_for(std::chrono::milliseconds time) { return cache_for_ = time, *this; }
    /// "/health/live" by default; a path as in web::get.
    Health& live_path(std::string path) { return live_path_ = std::move(path), *this; }
    /// "/health/ready" by default.
    Health& ready_path(std::string path) { return ready_path_ = std::move(path), *this; }

    const std::vector<std::pair<std::string, Check>>& checks() const { return checks_; }
    std::chrono::milliseconds timeout() const { return timeout_; }
    std::chrono::milliseconds cache_for() const { return cache_for_; }
    const std::string& live_path() const { return live_path_; }
    const std::string& ready_path() const { return ready_path_; }

private:
    std::vector<std::pair<std::string, Check>> checks_;
    std::chrono::milliseconds timeout_{2'000};
    std::chrono::milliseconds cache_for_{1'000};
    std::string live_path_ = "/health/live";
    std::string ready_path_ = "/health/ready";
};

/// Both routes. The answers are JSON that names each check and says "ok", "failed" or "timed out", but not why.
std::vector<RouteDefinition> health(Health options = {});

}  // namespace indrik::web
