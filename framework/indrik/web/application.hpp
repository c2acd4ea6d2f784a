#pragma once
// A web application: routes, middlewares, shared state, and what happens when it starts and stops.
//
//   web::Application make_app() {
//       web::Application app;
//       app.add_middleware(timing);
//       app.add_routes({web::get("/", hello)});
//       app.on_startup().append(open_database);
//       app.on_cleanup().append(close_database);
//       return app;
//   }
//
// Every worker process makes an application of its own. It is changed while it is being made and frozen when it starts.

#include <initializer_list>
#include <span>
#include <vector>

#include "indrik/core/signal.hpp"
#include "indrik/web/app_key.hpp"
#include "indrik/web/cleanup_context.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/router.hpp"

namespace indrik::web {

/// Movable until it starts, not copyable. Errors: changing routes, middlewares or signals once it runs is a std::logic_error.
class Application {
public:
    using LifecycleSignal = Signal<Application&>;
    using PrepareSignal = Signal<Request&, Response&>;

    Application();
    Application(Application&&) noexcept;
    Application& operator=(Application&&) noexcept;
    ~Application();

    // ---- routes

    /// Errors: see Router::add; a mistake names the route.
    void add_route(const RouteDefinition& route);
    void add_routes(std::initializer_list<RouteDefinition> routes);
    void add_routes(const std::vector<RouteDefinition>& routes);
    Router& router() { return router_; }
    const Router& router() const { return router_; }

    // ---- middlewares

    /// Wraps all handlers, those that answer 404 and 405 too; the first one added is the outermost.
    void add_middleware(Middleware middleware);
    std::span<const Middleware> middlewares() const { return middlewares_; }

    // ---- shared state

    /// Builds a value under a key, or replaces it. Returned by reference; the application owns it.
    template <class T, class... Args>
    T& emplace(const AppKey<T>& key, Args&&... args) {
        return storage_.emplace(key, std::forward<Args>(args)...);
    }
    template <class T>
    T& set(const AppKey<T>& key, T value) {
        return storage_.emplace(key, std::move(value));
    }
    /// Errors: std::out_of_range that names the key.
    template <class T>
    T& get(const AppKey<T>& key) const {
        return storage_.get(key);
    }
    template <class T>
    T* find(const AppKey<T>& key) const {
        return storage_.find(key);
    }

    // ---- signals, sent in the order of append

    /// Before the first connection is accepted. What throws here stops the worker from starting.
    LifecycleSignal& on_startup() { return on_startup_; }
    /// When the server has stopped accepting: long-lived connections should be told to end.
    LifecycleSignal& on_shutdown() { return on_shutdown_; }
    /// After the last request; in case start-up failed half way, too. Every callback runs, also if an earlier one throws.
    LifecycleSignal& on_cleanup() { return on_cleanup_; }
    /// Just before a response's head is sent; may change its fields.
    PrepareSignal& on_response_prepare() { return on_response_prepare_; }
    /// Set-up and tear-down in one coroutine: around on_startup and on_cleanup.
    CleanupContexts& cleanup_context() { return cleanup_contexts_; }

    // ---- called by whoever runs it

    /// No changes from here on.
    void freeze();
    Task<> startup();
    Task<> shutdown();
    /// Errors: what a callback or context threw; CleanupError if several did.
    Task<> cleanup();
    /// The server takes no new connections any more.
    void begin_drain() { is_draining_ = true; }
    bool is_draining() const { return is_draining_; }

private:
    Router router_;
    std::vector<Middleware> middlewares_;
    LifecycleSignal on_startup_;
    LifecycleSignal on_shutdown_;
    LifecycleSignal on_cleanup_;
    PrepareSignal on_response_prepare_;
    bool frozen_ = false;
    bool is_draining_ = false;
    TypedStorage storage_;
    CleanupContexts cleanup_contexts_;  // behind the storage, which contexts use
};

}  // namespace indrik::web
