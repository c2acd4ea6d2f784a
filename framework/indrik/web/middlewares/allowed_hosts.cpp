#include "indrik/web/middlewares/allowed_hosts.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "indrik/core/strings.hpp"
#include "indrik/http/authority.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

std::string_view without_end_dot(std::string_view host) {
    return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

bool matches(std::string_view host, std::string_view allowed) {
    if (allowed == "*") return true;
    if (!allowed.starts_with('.')) return iequals(host, allowed);
    if (iequals(host, allowed.substr(1))) return true;
    return host.size() > allowed.size() &&
           iequals(host.substr(host.size() - allowed.size()), allowed);
}

void check(std::string_view allowed) {
    if (allowed == "*") return;
    const std::string_view name = allowed.starts_with('.') ? allowed.substr(1) : allowed;
    const auto authority = http::parse_authority(name);
    if (!authority || !authority->port.empty() || name.ends_with(':')) {
        throw std::invalid_argument("allowed_hosts: '" + std::string(allowed) +
                                    "' is no host; a port is not named");
    }
}

}  // namespace

Middleware allowed_hosts(std::vector<std::string> hosts) {
    if (hosts.empty()) throw std::invalid_argument("allowed_hosts: no host is allowed");
    for (const std::string& host : hosts) check(host);
    return [hosts = std::move(hosts)](Request& request, Next next) {
        const auto authority = http::parse_authority(request.host());
        const std::string_view host = authority ? without_end_dot(authority->host) : "";
        const bool is_allowed =
            !host.empty() && std::any_of(hosts.begin(), hosts.end(), [&](const std::string& one) {
                return matches(host, one);
            });
        if (!is_allowed) throw HTTPBadRequest("This host is not served here.");
        return next(request);
    };
}

}  // namespace indrik::web
