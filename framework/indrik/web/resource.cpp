#include "indrik/web/resource.hpp"

#include <algorithm>
#include <set>

namespace indrik::web {
namespace {

constexpr std::string_view kAnyMethod = "*";

/// A handler with the middlewares around it.
struct Wrapped {
    std::vector<Middleware> middlewares;
    Handler handler;
};

Handler wrap(const RouteDefinition& definition) {
    if (definition.middlewares().empty()) return definition.handler();
    auto kept =
        std::make_shared<const Wrapped>(Wrapped{definition.middlewares(), definition.handler()});
    return [kept](Request& request) -> Task<Response> {
        const Middleware* const begin = kept->middlewares.data();
        return Next(begin, begin + kept->middlewares.size(), kept->handler)(request);
    };
}

}  // namespace

std::string format_place(const std::source_location& place) {
    return std::string(place.file_name()) + ":" + std::to_string(place.line());
}

Route::Route(const Resource& resource, std::string_view method, const RouteDefinition& definition)
    : resource_(resource),
      method_(method),
      place_(definition.place()),
      conditions_(definition.conditions()),
      handler_(wrap(definition)),
      is_implied_(method != definition.method()) {
    if (!definition.middlewares().empty()) {
        endpoint_ = std::make_unique<Handler>(definition.handler());
    }
}

http::Status Route::judge(const Request* request) const {
    if (conditions_.empty()) return http::Status::Ok;
    if (request == nullptr) return http::Status::NotFound;
    http::Status verdict = http::Status::Ok;
    for (const Condition& condition : conditions_) {
        if (condition.holds(*request)) continue;
        if (condition.refusal() == http::Status::NotFound) return http::Status::NotFound;
        if (verdict == http::Status::Ok) verdict = condition.refusal();
    }
    return verdict;
}

bool Route::hides(const RouteDefinition& later) const {
    if (conditions_.empty()) return true;
    // The same questions again; of functions nobody knows what they ask.
    return std::equal(conditions_.begin(),
                      conditions_.end(),
                      later.conditions().begin(),
                      later.conditions().end(),
                      [](const Condition& left, const Condition& right) {
                          return !left.description().empty() &&
                                 left.description() == right.description();
                      });
}

Resource::Resource(std::string_view pattern) : pattern_(pattern) {}

Resource::Resource(std::string_view prefix, Application& application, std::source_location place)
    : pattern_(prefix), place_(place), application_(&application) {}

Route& Resource::add(std::string_view method, const RouteDefinition& definition) {
    routes_.push_back(std::make_unique<Route>(*this, method, definition));
    Route* const added = routes_.back().get();
    if (routes_.size() == 1) place_ = added->place();
    Route** first = nullptr;
    if (method == kAnyMethod) {
        first = &any_method_;
    } else if (const auto known = http::parse_method(method); known != http::Method::Other) {
        first = &by_method_[static_cast<std::size_t>(known)];
    } else {
        return *added;
    }
    while (*first != nullptr) first = &(*first)->next_;
    *first = added;
    return *added;
}

std::string Resource::allowed_methods() const {
    std::set<std::string_view> methods;
    for (const auto& route : routes_) methods.insert(route->method());
    std::string joined;
    for (const std::string_view method : methods) {
        if (!joined.empty()) joined += ',';
        joined += method;
    }
    return joined;
}

const Route* Resource::find_route_of(std::string_view method) const {
    const auto found = std::find_if(routes_.begin(), routes_.end(), [&](const auto& route) {
        return route->method() == method;
    });
    return found == routes_.end() ? nullptr : found->get();
}

bool Resource::has_unconditional(std::string_view method) const {
    return std::any_of(routes_.begin(), routes_.end(), [&](const auto& route) {
        return route->method() == method && route->conditions().empty();
    });
}

const Route* Resource::find_route(const RouteQuestion& question) const {
    const Route* route = by_method_[static_cast<std::size_t>(question.method)];
    for (; route != nullptr; route = route->next_) {
        if (route->judge(question.request) == http::Status::Ok) return route;
    }
    if (question.method == http::Method::Other) {
        for (const auto& other : routes_) {
            if (other->method() == question.method_name &&
                other->judge(question.request) == http::Status::Ok) {
                return other.get();
            }
        }
    }
    for (route = any_method_; route != nullptr; route = route->next_) {
        if (route->judge(question.request) == http::Status::Ok) return route;
    }
    return nullptr;
}

const Handler* Resource::find(http::Method method, std::string_view method_name) const {
    const Route* route = by_method_[static_cast<std::size_t>(method)];
    if (route == nullptr && method == http::Method::Other) route = find_route_of(method_name);
    if (route == nullptr) route = any_method_;
    return route == nullptr ? nullptr : &route->handler();
}

}  // namespace indrik::web
