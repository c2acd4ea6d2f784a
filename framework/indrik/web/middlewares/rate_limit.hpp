#pragma once
// How often somebody may ask.
//
//   app.add_middleware(web::rate_limit(web::RateLimit(600, 1min)));
//   app.add_route(web::post("/login", web::wrap(web::rate_limit(web::RateLimit(5, 1min).name("login")), login)));
//   web::RateLimit(100, 1s).key([](web::Request& request) { return std::string(web::authenticated_user(request)); })
//
// Under the supervisor all workers of a host count together, in memory that they share; without it, the process counts.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "indrik/web/handler.hpp"
#include "indrik/web/middlewares/rate_table.hpp"

namespace indrik::web {

/// Where counts are kept. An interface: another one may ask Redis, so that all hosts count together.
class RateStore {
public:
    virtual ~RateStore() = default;
    /// Takes a token of a key. Errors: what it throws is the request's.
    virtual Task<RateDecision> take(Request& request, std::string key, RateRule rule) = 0;
};

/// Every setter returns the object.
class RateLimit {
public:
    using Key = std::function<std::string(Request&)>;

    /// So many a period for each key. Errors: as RateRule.
    RateLimit(std::uint32_t count, std::chrono::microseconds period)
        : count_(count), period_(period) {
        rule();
    }
    /// How many may come at once; as many as in a period by default.
    RateLimit& burst(std::uint32_t count) { return burst_ = count, *this; }
    /// Who is counted; "" for who is not. By default the client's address, of IPv6 the first 64 bits: behind a proxy see
    /// ServerOptions::forwarded_allow_ips.
    RateLimit& key(Key key) { return key_ = std::move(key), *this; }
    /// Limits of the same name count together; give different ones to limits that are not one. A name is letters, digits and
    /// "-_". The default is "default".
    RateLimit& name(std::string name) { return name_ = std::move(name), *this; }
    RateLimit& store(std::shared_ptr<RateStore> store) { return store_ = std::move(store), *this; }

    RateRule rule() const { return {count_, period_, burst_}; }
    const Key& key() const { return key_; }
    const std::string& name() const { return name_; }
    const std::shared_ptr<RateStore>& store() const { return store_; }

private:
    std::uint32_t count_;
    std::chrono::microseconds period_;
    std::uint32_t burst_ = 0;
    Key key_;
    std::string name_ = "default";
    std::shared_ptr<RateStore> store_;
};

/// A middleware that answers 429 with Retry-After to those who ask too often, and says in RateLimit and RateLimit-Policy
/// (draft-ietf-httpapi-ratelimit-headers) how much is left. Errors: std::invalid_argument for a bad name; as RateRule.
Middleware rate_limit(RateLimit options);

}  // namespace indrik::web
