#pragma once
// Refuses requests for hosts that are not ours: links in mails, caches and redirections made of a forged Host lead nowhere.
//
//   app.add_middleware(web::allowed_hosts("example.com", ".example.org", "127.0.0.1"));

#include <string>
#include <utility>
#include <vector>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// A middleware that answers 400 to requests for other hosts. "example.com" is that host; ".example.com" it and all below it; "*"
/// all. Port, case and a dot at the end make no difference; addresses of IPv6 are written in brackets.
/// Errors: std::invalid_argument if there is none, or for one with a port.
Middleware allowed_hosts(std::vector<std::string> hosts);

template <class... Hosts>
Middleware allowed_hosts(std::string first, Hosts... rest) {
    std::vector<std::string> hosts;
    hosts.push_back(std::move(first));
    (hosts.emplace_back(std::move(rest)), ...);
    return allowed_hosts(std::move(hosts));
}

}  // namespace indrik::web
