#include "indrik/web/route_def.hpp"

#include <iterator>
#include <stdexcept>

namespace indrik::web {

RouteDefinition::RouteDefinition(std::vector<RouteDefinition> routes) : is_table_(true) {
    for (RouteDefinition& route : routes) {
        if (route.is_table_) {
            routes_.insert(routes_.end(),
                           std::make_move_iterator(route.routes_.begin()),
                           std::make_move_iterator(route.routes_.end()));
        } else {
            routes_.push_back(std::move(route));
        }
    }
}

/// Does to each route of a table what it does to a single one.
template <class Change>
RouteDefinition&& RouteDefinition::change(Change change_one) {
    if (!is_table_) {
        change_one(*this);
    } else {
        for (RouteDefinition& route : routes_) change_one(route);
    }
    return std::move(*this);
}

RouteDefinition&& RouteDefinition::name(std::string_view name) && {
    return change([&](RouteDefinition& route) { route.name_ = name; });
}

RouteDefinition&& RouteDefinition::allow_head(bool allow) && {
    return change([&](RouteDefinition& route) { route.allow_head_ = allow; });
}

RouteDefinition&& RouteDefinition::cancel_on_disconnect() && {
    return change([](RouteDefinition& route) {
        route.handler_ = web::cancel_on_disconnect(std::move(route.handler_));
    });
}

RouteDefinition&& RouteDefinition::middleware(Middleware middleware) && {
    if (!middleware) throw std::invalid_argument("the middleware of a route is empty");
    if (!is_table_) {
        middlewares_.push_back(std::move(middleware));
        return std::move(*this);
    }
    for (RouteDefinition& route : routes_) {
        const auto place =
            route.middlewares_.begin() + static_cast<std::ptrdiff_t>(table_middlewares_);
        route.middlewares_.insert(place, middleware);
    }
    ++table_middlewares_;
    return std::move(*this);
}

RouteDefinition&& RouteDefinition::when(Condition condition) && {
    return change([&](RouteDefinition& route) { route.conditions_.push_back(condition); });
}
RouteDefinition&& RouteDefinition::header(std::string_view name, std::string_view value) && {
    return std::move(*this).when(header_is(name, value));
}
RouteDefinition&& RouteDefinition::host(std::string_view host) && {
    return std::move(*this).when(host_is(host));
}
RouteDefinition&& RouteDefinition::scheme(std::string_view scheme) && {
    return std::move(*this).when(scheme_is(scheme));
}
RouteDefinition&& RouteDefinition::content_type(std::string_view type) && {
    return std::move(*this).when(content_type_is(type));
}
RouteDefinition&& RouteDefinition::accepts(std::string_view type) && {
    return std::move(*this).when(web::accepts(type));
}

RouteDefinition group(std::string_view prefix,
                      std::string_view name_prefix,
                      std::vector<RouteDefinition> routes) {
    if (!prefix.empty() && prefix.front() != '/') {
        throw std::invalid_argument("group '" + std::string(prefix) +
                                    "': the prefix must begin with '/'");
    }
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    RouteDefinition table(std::move(routes));
    for (RouteDefinition& route : table.routes_) {
        route.path_.insert(0, prefix);
        if (!route.name_.empty()) route.name_.insert(0, name_prefix);
    }
    return table;
}

}  // namespace indrik::web
