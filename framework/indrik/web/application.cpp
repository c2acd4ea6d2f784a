#include "indrik/web/application.hpp"

#include <functional>
#include <stdexcept>
#include <utility>

namespace indrik::web {

Application::Application() = default;
Application::~Application() = default;

Application::Application(Application&& other) noexcept
    : router_(std::move(other.router_)),
      middlewares_(std::move(other.middlewares_)),
      on_startup_(std::move(other.on_startup_)),
      on_shutdown_(std::move(other.on_shutdown_)),
      on_cleanup_(std::move(other.on_cleanup_)),
      on_response_prepare_(std::move(other.on_response_prepare_)),
      frozen_(other.frozen_),
      started_(other.started_),
      is_draining_(other.is_draining_),
      prepares_responses_(other.prepares_responses_),
      parent_(other.parent_),
      name_(std::move(other.name_)),
      pipeline_(other.pipeline_),
      chained_(std::move(other.chained_)),
      storage_(std::move(other.storage_)),
      cleanup_contexts_(std::move(other.cleanup_contexts_)),
      children_(std::move(other.children_)) {
    adopt_children();
}

Application& Application::operator=(Application&& other) noexcept {
    router_ = std::move(other.router_);
    middlewares_ = std::move(other.middlewares_);
    on_startup_ = std::move(other.on_startup_);
    on_shutdown_ = std::move(other.on_shutdown_);
    on_cleanup_ = std::move(other.on_cleanup_);
    on_response_prepare_ = std::move(other.on_response_prepare_);
    frozen_ = other.frozen_;
    started_ = other.started_;
    is_draining_ = other.is_draining_;
    prepares_responses_ = other.prepares_responses_;
    parent_ = other.parent_;
    name_ = std::move(other.name_);
    pipeline_ = other.pipeline_;
    chained_ = std::move(other.chained_);
    children_ = std::move(other.children_);
    cleanup_contexts_ = std::move(other.cleanup_contexts_);
    storage_ = std::move(other.storage_);
    adopt_children();
    return *this;
}

/// Tells the applications within where this one is.
void Application::adopt_children() {
    for (const auto& child : children_) child->parent_ = this;
}

// ---- routes

void Application::add_route(const RouteDefinition& route) {
    router_.add(route);
}

void Application::add_routes(std::initializer_list<RouteDefinition> routes) {
    for (const RouteDefinition& route : routes) add_route(route);
}

void Application::add_routes(const std::vector<RouteDefinition>& routes) {
    for (const RouteDefinition& route : routes) add_route(route);
}

const Resource* Application::find_route_within(std::string_view name) const {
    if (const Resource* const own = router_.find(name)) return own;
    for (const auto& child : children_) {
        const std::size_t size = child->name_.size();
        const bool is_named = size > 0 && name.starts_with(child->name_) && name.size() > size;
        if (!is_named || name[size] != ':') continue;
        if (const auto* const found = child->find_route_within(name.substr(size + 1))) return found;
    }
    return nullptr;
}

const Resource* Application::find_route(std::string_view name) const {
    for (const Application* app = this; app != nullptr; app = app->parent_) {
        if (const Resource* const found = app->find_route_within(name)) return found;
    }
    return nullptr;
}

RouteURL Application::url_for_parts(std::string_view route,
                                    std::span<const RoutePart> parts) const {
    const Resource* const resource = find_route(route);
    if (resource != nullptr) return RouteURL(Router::format(route, *resource, parts));
    std::string message = "no route is named '" + std::string(route) + "'";
    if (!parts.empty()) message += "; it was asked for with";
    for (const RoutePart& part : parts) message += " '" + std::string(part.first) + "'";
    throw std::invalid_argument(message);
}

// ---- applications within

Application& Application::adopt(Application application, std::string_view name) {
    if (frozen_) {
        throw std::logic_error(
            "applications cannot be added once this one runs, or is part of another one");
    }
    for (const auto& child : children_) {
        if (!name.empty() && child->name_ == name) {
            throw std::invalid_argument("the name '" + std::string(name) +
                                        "' is given to two applications");
        }
    }
    children_.push_back(std::make_unique<Application>(std::move(application)));
    Application& child = *children_.back();
    child.parent_ = this;
    child.name_ = name;
    child.freeze();
    on_startup_.append([&child](Application&) { return child.startup(); });
    on_shutdown_.append([&child](Application&) { return child.shutdown(); });
    on_cleanup_.append([&child](Application&) { return child.cleanup(); });
    return child;
}

Application& Application::add_subapp(std::string_view prefix,
                                     Application application,
                                     std::string_view name,
                                     std::source_location place) {
    const std::string_view given = prefix;
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (prefix.empty() || prefix.front() != '/' ||
        prefix.find_first_of("{}") != std::string_view::npos) {
        throw std::invalid_argument(
            "the prefix '" + std::string(given) + "' of an application (" + format_place(place) +
            ") must be a path with a name behind its '/', and without variables");
    }
    application.router_.add_prefix(prefix);
    Application& child = adopt(std::move(application), name);
    router_.add_application(prefix, child, place);
    return child;
}

Application& Application::add_domain(std::string_view host,
                                     Application application,
                                     std::string_view name,
                                     std::source_location place) {
    Application& child = adopt(std::move(application), name);
    router_.add_domain(host, child, place);
    return child;
}

// ---- middlewares, signals, storage

void Application::add_middleware(Middleware middleware) {
    if (frozen_) {
        throw std::logic_error(
            "middlewares cannot be added once the application runs, or is part of another one");
    }
    if (!middleware) throw std::invalid_argument("the middleware is empty");
    middlewares_.push_back(std::move(middleware));
}

void Application::check_storable(const char* key) const {
    if (started_) {
        throw std::logic_error(std::string("the value '") + key +
                               "' cannot be stored once the application runs");
    }
}

Task<> Application::prepare_response(Request& request, Response& response) {
    if (parent_ != nullptr && parent_->prepares_responses_) {
        co_await parent_->prepare_response(request, response);
    }
    co_await on_response_prepare_.send(request, response);
}

// ---- called by whoever runs it

void Application::freeze() {
    frozen_ = true;
    router_.freeze();
    on_startup_.freeze();
    on_shutdown_.freeze();
    on_cleanup_.freeze();
    on_response_prepare_.freeze();
    cleanup_contexts_.freeze();
    pipeline_ = middlewares_;
    prepares_responses_ = !on_response_prepare_.empty();
    if (parent_ != nullptr) {
        // Not copies: a middleware that keeps count must see all requests.
        chained_.clear();
        for (const Middleware& outer : parent_->pipeline_) chained_.emplace_back(std::cref(outer));
        for (const Middleware& own : middlewares_) chained_.emplace_back(std::cref(own));
        pipeline_ = chained_;
        prepares_responses_ = prepares_responses_ || parent_->prepares_responses_;
    }
    for (const auto& child : children_) child->freeze();
}

Task<> Application::startup() {
    co_await cleanup_contexts_.set_up(*this);
    co_await on_startup_.send(*this);
    started_ = true;
}

Task<> Application::shutdown() {
    return on_shutdown_.send(*this);
}

Task<> Application::cleanup() {
    std::exception_ptr failure;
    try {
        co_await on_cleanup_.send_all(*this);
    } catch (...) {
        failure = std::current_exception();
    }
    auto errors = co_await cleanup_contexts_.tear_down();
    if (failure) errors.insert(errors.begin(), failure);
    if (errors.size() == 1) std::rethrow_exception(errors.front());
    if (!errors.empty()) throw CleanupError(std::move(errors));
}

}  // namespace indrik::web
