#include "indrik/web/middlewares/rate_limit.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <time.h>

#include "indrik/http/ip_network.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/shared_memory.hpp"

namespace indrik::web {
namespace {

using std::chrono::microseconds;

constexpr std::size_t kTableWords = 128 * 1024;  // 1 MiB; pages that are not needed are not taken

microseconds now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);  // the same in all processes
    return std::chrono::duration_cast<microseconds>(std::chrono::seconds(time.tv_sec) +
                                                    std::chrono::nanoseconds(time.tv_nsec));
}

/// The table that the workers share, or the process's own.
class TableStore final : public RateStore {
public:
    Task<RateDecision> take(Request& request, std::string key, RateRule rule) override {
        if (!table_) {
            secret_ = shared_key(request.app(), "indrik rate limit");
            table_.emplace(words_.words(request.app()));
        }
        co_return table_->take(keyed_hash(secret_, key), rule, now());
    }

private:
    SharedWords words_{"indrik rate limit", kTableWords};
    std::string secret_;
    std::optional<RateTable> table_;
};

/// The client's address; of IPv6 the network, for whoever has one address there has 2^64.
std::string address_key(Request& request) {
    const std::string_view remote = request.remote();
    const auto address = http::parse_ip_address(remote);
    if (!address) return remote.empty() ? "-" : std::string(remote);
    if (address->is_v4()) return std::string(remote);
    return {address->bytes.begin(), address->bytes.begin() + 8};
}

std::chrono::seconds whole_seconds(microseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time);
}

std::string seconds_text(microseconds time) {
    return std::to_string(whole_seconds(time).count());
}

class Limiter {
public:
    explicit Limiter(RateLimit options)
        : options_(std::move(options)),
          rule_(options_.rule()),
          store_(options_.store() ? options_.store() : std::make_shared<TableStore>()),
          policy_("\"" + options_.name() + "\";q=" + std::to_string(rule_.count()) +
                  ";w=" + seconds_text(rule_.period())) {}

    static Task<Response> run(std::shared_ptr<Limiter> self, Request& request, Next next) {
        std::string key =
            self->options_.key() ? self->options_.key()(request) : address_key(request);
        if (!key.empty()) {
            key = self->options_.name() + '\n' + key;
            const RateRule rule = self->rule_;
            const RateDecision decision =
                co_await self->store_->take(request, std::move(key), rule);
            self->announce(request, decision);
            if (!decision.is_allowed)
                throw HTTPTooManyRequests(whole_seconds(decision.retry_after));
        }
        co_return co_await next(request);
    }

private:
    void announce(Request& request, const RateDecision& decision) const {
        std::string limit = "\"" + options_.name() + "\";r=" + std::to_string(decision.remaining) +
                            ";t=" + seconds_text(decision.full_after);
        request.on_response_prepare([this, limit = std::move(limit)](Request&, Response& response) {
            response.add_header("RateLimit", limit).add_header("RateLimit-Policy", policy_);
        });
    }

    RateLimit options_;
    RateRule rule_;
    std::shared_ptr<RateStore> store_;
    std::string policy_;
};

}  // namespace

Middleware rate_limit(RateLimit options) {
    const std::string& name = options.name();
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    if (!is_name) throw std::invalid_argument("rate_limit: '" + name + "' is no name");
    return [limiter = std::make_shared<Limiter>(std::move(options))](Request& request, Next next) {
        return Limiter::run(limiter, request, next);
    };
}

}  // namespace indrik::web
