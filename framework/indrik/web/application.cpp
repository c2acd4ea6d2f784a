#include "indrik/web/application.hpp"

#include <stdexcept>
#include <utility>

namespace indrik::web {

Application::Application() = default;
Application::Application(Application&&) noexcept = default;
Application& Application::operator=(Application&&) noexcept = default;
Application::~Application() = default;

void Application::add_route(const RouteDefinition& route) {
    router_.add(route);
}

void Application::add_routes(std::initializer_list<RouteDefinition> routes) {
    for (const RouteDefinition& route : routes) add_route(route);
}

void Application::add_routes(const std::vector<RouteDefinition>& routes) {
    for (const RouteDefinition& route : routes) add_route(route);
}

void Application::add_middleware(Middleware middleware) {
    if (frozen_) {
        throw std::logic_error("middlewares cannot be added once the application runs");
    }
    if (!middleware) throw std::invalid_argument("the middleware is empty");
    middlewares_.push_back(std::move(middleware));
}

void Application::freeze() {
    frozen_ = true;
    router_.freeze();
    on_startup_.freeze();
    on_shutdown_.freeze();
    on_cleanup_.freeze();
    on_response_prepare_.freeze();
    cleanup_contexts_.freeze();
}

Task<> Application::startup() {
    co_await cleanup_contexts_.set_up(*this);
    co_await on_startup_.send(*this);
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
