#pragma once
// Resources are paths, routes are methods on them.

#include <array>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/http/method.hpp"
#include "indrik/http/status.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/route_pattern.hpp"

namespace indrik::web {

class Application;
class Resource;

/// What is asked of a router.
struct RouteQuestion {
    http::Method method;
    std::string_view method_name;
    const Request* request;  // null: routes with conditions are passed over
};

/// A method on a resource. Lifetime: as long as the router; its address never changes.
class Route {
public:
    Route(const Resource& resource, std::string_view method, const RouteDefinition& definition);
    Route(const Route&) = delete;

    const Resource& resource() const { return resource_; }
    /// "*" for any.
    const std::string& method() const { return method_; }
    /// Where it was registered.
    const std::source_location& place() const { return place_; }
    const std::vector<Condition>& conditions() const { return conditions_; }
    /// What answers: the endpoint inside the route's own middlewares.
    const Handler& handler() const { return handler_; }
    /// The handler as it was registered.
    const Handler& endpoint() const { return endpoint_ ? *endpoint_ : handler_; }
    /// Whether this is the HEAD that comes with a GET.
    bool is_implied() const { return is_implied_; }

    /// How a request stands to the conditions: Ok if all hold, a refusal if only such a one does not, otherwise NotFound.
    http::Status judge(const Request* request) const;
    /// Whether a route of the same method that is tried after this one could never be reached, as far as can be told.
    bool hides(const RouteDefinition& later) const;

private:
    friend class Resource;

    const Resource& resource_;
    std::string method_;
    std::source_location place_;
    std::vector<Condition> conditions_;
    Handler handler_;
    std::unique_ptr<Handler> endpoint_;  // if that is another one
    bool is_implied_ = false;
    Route* next_ = nullptr;  // of the same method
};

/// "file.cpp:12"
std::string format_place(const std::source_location& place);

/// A path and what its methods do; or the path beneath which another application answers. Lifetime: as long as the router; its
/// address never changes.
class Resource {
public:
    explicit Resource(std::string_view pattern);
    Resource(std::string_view prefix, Application& application, std::source_location place);
    Resource(const Resource&) = delete;

    const RoutePattern& pattern() const { return pattern_; }
    /// "" for one without a name.
    const std::string& name() const { return name_; }
    /// The methods that have a route of their own or by "*", sorted: what Allow says.
    std::string allowed_methods() const;
    const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }
    /// Where its first route, or its application, was registered.
    const std::source_location& place() const { return place_; }

    /// The application that answers for every path here and beneath; null for an ordinary resource.
    Application* application() const { return application_; }

    /// Whether a path, in the form of decode_for_matching, is this one. Variables are added to `info`.
    bool match(std::string_view path, MatchInfo& info) const {
        return application_ != nullptr || pattern_.match(path, info);
    }
    /// The first route of the method whose conditions hold, or null.
    const Route* find_route(const RouteQuestion& question) const;
    /// The handler of the first route of a method, whatever its conditions, or null.
    const Handler* find(http::Method method, std::string_view method_name) const;

private:
    friend class Router;

    const Route* find_route_of(std::string_view method) const;
    bool has_unconditional(std::string_view method) const;
    Route& add(std::string_view method, const RouteDefinition& definition);

    RoutePattern pattern_;
    std::string name_;
    std::source_location place_;
    Application* application_ = nullptr;
    std::vector<std::unique_ptr<Route>> routes_;
    std::array<Route*, 10> by_method_{};  // by http::Method; Method::Other is looked up by name
    Route* any_method_ = nullptr;
};

}  // namespace indrik::web
