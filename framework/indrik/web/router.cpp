#include "indrik/web/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kAnyMethod = "*";

bool is_method(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::string join(const std::set<std::string_view>& methods) {
    std::string joined;
    for (const std::string_view method : methods) {
        if (!joined.empty()) joined += ',';
        joined += method;
    }
    return joined;
}

}  // namespace

Resource::Resource(std::string_view pattern) : pattern_(pattern) {}

bool Resource::has(std::string_view method) const {
    return std::any_of(
        routes_.begin(), routes_.end(), [&](const auto& route) { return route->method == method; });
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
    return join(methods);
}

const Handler* Resource::find(http::Method method, std::string_view method_name) const {
    if (const Handler* const handler = by_method_[static_cast<std::size_t>(method)]) return handler;
    if (method == http::Method::Other) {
        for (const auto& route : routes_) {
            if (route->method == method_name) return &route->handler;
        }
    }
    return any_method_;
}

Router::Router()
    : not_found_([](Request&) -> Response { throw HTTPNotFound(); }),
      method_not_allowed_([](Request& request) -> Response {
          const Router& router = request.app().router();
          throw HTTPMethodNotAllowed(request.method_name(),
                                     router.allowed_methods(request.raw_path()));
      }),
      server_options_([](Request&) { return Response(http::Status::NoContent); }) {}

void Router::add(const RouteDefinition& route) {
    if (frozen_) {
        throw std::logic_error("route '" + route.path() +
                               "': routes cannot be added once the application runs");
    }
    if (route.method() != kAnyMethod && !is_method(route.method())) {
        throw std::invalid_argument("route " + route.path() + ": '" + route.method() +
                                    "' is no method; they are upper-case, and '*' is any");
    }
    Resource& resource = resource_for(route);
    if (has_same(resource, route.method())) {
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

/// Two routes on the same static path are one resource; two on equal patterns only if they follow each other, because what is
/// registered between them may come first.
Resource& Router::resource_for(const RouteDefinition& route) {
    auto resource = std::make_unique<Resource>(route.path());
    const RoutePattern& pattern = resource->pattern();
    const std::string key(pattern.index_key());
    if (pattern.is_static()) {
        const auto [known, is_new] = static_.try_emplace(key, resource.get());
        if (!is_new) return *known->second;
    } else {
        if (!resources_.empty() && resources_.back()->pattern().text() == pattern.text()) {
            return *resources_.back();
        }
        patterns_[key].push_back(resource.get());
        longest_key_ = std::max(longest_key_, key.size());
    }
    return *resources_.emplace_back(std::move(resource));
}

/// Whether a method has been registered on the very path of a resource: the earlier one would always win.
bool Router::has_same(const Resource& resource, std::string_view method) const {
    if (resource.pattern().is_static()) return resource.has(method);
    const auto& candidates = patterns_.find(resource.pattern().index_key())->second;
    return std::any_of(candidates.begin(), candidates.end(), [&](const Resource* other) {
        return other->pattern().text() == resource.pattern().text() && other->has(method);
    });
}

/// Calls `visit` with each resource that matches `path`, in their order, until it returns true. The variables in `info` are
/// then those of that resource.
template <class Visit>
void Router::visit_matches(std::string_view path, MatchInfo& info, Visit visit) const {
    if (const auto known = static_.find(path); known != static_.end() && visit(*known->second))
        return;
    if (patterns_.empty()) return;
    // "/a/b/c": patterns that begin with "/a/b/c", then "/a/b", "/a" and "".
    std::string_view key = path;
    for (;;) {
        const auto candidates = key.size() <= longest_key_ ? patterns_.find(key) : patterns_.end();
        if (candidates != patterns_.end()) {
            for (const Resource* const resource : candidates->second) {
                if (!resource->pattern().match(path, info)) continue;
                if (visit(*resource)) return;
                info.drop_variables();
            }
        }
        const std::size_t slash = key.rfind('/');
        if (slash == std::string_view::npos) return;
        key = key.substr(0, slash);
    }
}

const Handler& Router::resolve(http::Method method,
                               std::string_view method_name,
                               std::string_view path,
                               MatchInfo& info) const {
    if (path.find('%') != std::string_view::npos) path = info.keep(decode_for_matching(path));
    const Handler* found = nullptr;
    bool exists = false;
    visit_matches(path, info, [&](const Resource& resource) {
        exists = true;
        found = resource.find(method, method_name);
        return found != nullptr;
    });
    if (found != nullptr) return *found;
    if (exists) return method_not_allowed_;
    // The asterisk stands for the server as a whole, which is there.
    return path == "*" ? server_options_ : not_found_;
}

std::string Router::allowed_methods(std::string_view path) const {
    std::set<std::string_view> methods;
    MatchInfo ignored;
    const std::string decoded = decode_for_matching(path);
    visit_matches(decoded, ignored, [&](const Resource& resource) {
        for (const auto& route : resource.routes_) methods.insert(route->method);
        return false;
    });
    return join(methods);
}

const Resource* Router::find(std::string_view name) const {
    const auto known = names_.find(name);
    return known == names_.end() ? nullptr : known->second;
}

std::string Router::url_for(std::string_view name,
                            std::span<const RoutePattern::Part> parts) const {
    const auto known = names_.find(name);
    if (known == names_.end()) {
        throw std::invalid_argument("no route is named '" + std::string(name) + "'");
    }
    return known->second->pattern().format(parts);
}

}  // namespace indrik::web
