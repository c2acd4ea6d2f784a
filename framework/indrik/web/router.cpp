#include "indrik/web/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "indrik/http/url.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kAnyMethod = "*";

/// "%41" becomes "A", but "%2F" and "%25" stay: they are no separators, and are decoded with the variable that holds them.
std::string decode_for_matching(std::string_view path) {
    std::string decoded;
    decoded.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::string_view escape = path.substr(i, 3);
        if (path[i] != '%') {
            decoded += path[i];
            continue;
        }
        const auto octet = http::percent_decode(escape);
        if (escape.size() == 3 && octet && *octet != "/" && *octet != "%") {
            decoded += *octet;
        } else {
            decoded += escape;
        }
        i += escape.size() - 1;
    }
    return decoded;
}

Response refuse_method(std::string_view method, const Resource& resource) {
    throw HTTPMethodNotAllowed(method, resource.allowed_methods());
}

}  // namespace

Resource::Resource(std::string_view pattern)
    : pattern_(pattern), method_not_allowed_([this](Request& request) {
          return refuse_method(request.method_name(), *this);
      }) {}

bool Resource::has(std::string_view method) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& route) {
        return route->method == method;
    });
}

void Resource::add(std::string_view method, const Handler& handler) {
    routes_.push_back(std::make_unique<Route>(Route{std::string(method), handler}));
    const Handler* const added = &routes_.back()->handler;
    if (method == kAnyMethod) {
        any_method_ = added;
    } else if (const auto known = http::parse_method(method); known != http::Method::Other) {
        by_method_[static_cast<std::size_t>(known)] = added;
    }
}

std::string Resource::allowed_methods() const {
    std::set<std::string_view> methods;
    for (const auto& route : routes_) methods.insert(route->method);
    std::string joined;
    for (const std::string_view method : methods) {
        if (!joined.empty()) joined += ',';
        joined += method;
    }
    return joined;
}

const Handler& Resource::find(http::Method method, std::string_view method_name) const {
    if (const Handler* const handler = by_method_[static_cast<std::size_t>(method)]) return *handler;
    if (method == http::Method::Other) {
        for (const auto& route : routes_) {
            if (route->method == method_name) return route->handler;
        }
    }
    return any_method_ != nullptr ? *any_method_ : method_not_allowed_;
}

Router::Router() : not_found_([](Request&) -> Response { throw HTTPNotFound(); }) {}

void Router::add(const RouteDefinition& route) {
    if (frozen_) {
        throw std::logic_error("route '" + route.path() +
                               "': routes cannot be added once the application runs");
    }
    Resource& resource = resource_for(route);
    if (resource.has(route.method())) {
        throw std::invalid_argument("route " + route.method() + " " + route.path() +
                                    " is registered twice");
    }
    if (!route.name().empty()) {
        const auto [known, is_new] = names_.try_emplace(route.name(), &resource);
        if (!is_new && known->second != &resource) {
            throw std::invalid_argument("the route name '" + route.name() + "' is given to both " +
                                        known->second->pattern().text() + " and " + route.path());
        }
        resource.name_ = route.name();
    }
    resource.add(route.method(), route.handler());
    if (route.answers_head() && !resource.has("HEAD")) resource.add("HEAD", route.handler());
}

Resource& Router::resource_for(const RouteDefinition& route) {
    // Two routes on the same static path are one resource; two equal patterns only if they follow each other, because what
    // is registered between them may come first.
    if (const auto known = static_.find(route.path()); known != static_.end()) return *known->second;
    if (!resources_.empty() && resources_.back()->pattern().text() == route.path()) {
        return *resources_.back();
    }
    Resource& resource = *resources_.emplace_back(std::make_unique<Resource>(route.path()));
    if (resource.pattern().is_static()) {
        static_.emplace(route.path(), &resource);
    } else {
        patterns_[std::string(resource.pattern().index_key())].push_back(&resource);
    }
    return resource;
}

const Resource* Router::find_resource(std::string_view path, MatchInfo& info) const {
    if (const auto known = static_.find(path); known != static_.end()) return known->second;
    if (patterns_.empty()) return nullptr;
    // "/a/b/c": patterns that begin with "/a/b/c", then "/a/b", "/a" and "".
    std::string_view key = path;
    for (;;) {
        if (const Resource* const found = find_pattern(path, key, info)) return found;
        const std::size_t slash = key.rfind('/');
        if (slash == std::string_view::npos) return nullptr;
        key = key.substr(0, slash);
    }
}

const Resource* Router::find_pattern(std::string_view path,
                                     std::string_view key,
                                     MatchInfo& info) const {
    const auto candidates = patterns_.find(key);
    if (candidates == patterns_.end()) return nullptr;
    for (const Resource* const resource : candidates->second) {
        if (resource->pattern().match(path, info)) return resource;
    }
    return nullptr;
}

const Handler& Router::resolve(http::Method method,
                               std::string_view method_name,
                               std::string_view path,
                               MatchInfo& info) const {
    const Resource* resource;
    if (path.find('%') == std::string_view::npos) {
        resource = find_resource(path, info);
    } else {
        const std::string_view decoded = info.keep(decode_for_matching(path));
        resource = find_resource(decoded, info);
    }
    return resource != nullptr ? resource->find(method, method_name) : not_found_;
}

std::string Router::url_for(std::string_view name, std::span<const RoutePattern::Part> parts) const {
    const auto known = names_.find(name);
    if (known == names_.end()) {
        throw std::invalid_argument("no route is named '" + std::string(name) + "'");
    }
    return known->second->pattern().format(parts);
}

}  // namespace indrik::web
