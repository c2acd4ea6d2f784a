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
// Applications may hold others, beneath a prefix or for a host (add_subapp, add_domain).

#include <initializer_list>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/signal.hpp"
#include "indrik/web/app_key.hpp"
#include "indrik/web/cleanup_context.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/route_url.hpp"
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

    /// Errors: see Router::add; a mistake names the route, and where it was written.
    void add_route(const RouteDefinition& route);
    void add_routes(std::initializer_list<RouteDefinition> routes);
    void add_routes(const std::vector<RouteDefinition>& routes);
    Router& router() { return router_; }
    const Router& router() const { return router_; }

    /// The address of a named route: url_for("project", "id", 12). "admin:login" is the route "login" of the application named
    /// "admin"; what is not found here is looked for in the application around this one.
    /// Errors: std::invalid_argument that names the route, and the part that is missing, unknown or wrong.
    template <class... Parts>
    RouteURL url_for(std::string_view route, const Parts&... parts) const {
        return detail::with_parts(
            [&](std::span<const RoutePart> pairs) { return url_for_parts(route, pairs); },
            parts...);
    }
    RouteURL url_for_parts(std::string_view route, std::span<const RoutePart> parts) const;
    /// The resource that url_for would take, or nullptr.
    const Resource* find_route(std::string_view name) const;

    // ---- applications within

    /// Lets another application answer for all paths at `prefix` and beneath, its 404 included. Its middlewares are inside those
    /// of this one, its signals are sent at this place among the callbacks of this one, and it finds what is stored here.
    /// It is frozen but for its storage. `name` is for url_for.
    /// Errors: std::invalid_argument for a bad prefix, or one that another application has; as Router::add.
    Application& add_subapp(std::string_view prefix,
                            Application application,
                            std::string_view name = {},
                            std::source_location place = std::source_location::current());
    /// The same for all requests to a host: "api.example.com", "*.example.com", "localhost:8080"; before all paths.
    Application& add_domain(std::string_view host,
                            Application application,
                            std::string_view name = {},
                            std::source_location place = std::source_location::current());
    /// The application around this one; null for the outermost.
    Application* parent() const { return parent_; }
    /// Its name in the application around this one, or "".
    const std::string& name() const { return name_; }

    // ---- middlewares

    /// Wraps all handlers, those that answer 404 and 405 too; the first one added is the outermost.
    void add_middleware(Middleware middleware);
    std::span<const Middleware> middlewares() const { return middlewares_; }
    /// Those of the applications around this one, outermost first, and its own. Empty before freeze().
    std::span<const Middleware> pipeline() const { return pipeline_; }

    // ---- shared state

    /// Builds a value under a key, or replaces it. Returned by reference; the application owns it.
    /// Errors: std::logic_error that names the key once on_startup is over; change the value that is there instead.
    template <class T, class... Args>
    T& emplace(const AppKey<T>& key, Args&&... args) {
        check_storable(key.name());
        return storage_.emplace(key, std::forward<Args>(args)...);
    }
    template <class T>
    T& set(const AppKey<T>& key, T value) {
        return emplace(key, std::move(value));
    }
    /// The value stored here, or else in an application around this one. Errors: std::out_of_range that names the key.
    template <class T>
    T& get(const AppKey<T>& key) const {
        T* const value = find(key);
        return value != nullptr ? *value : storage_.get(key);
    }
    template <class T>
    T* find(const AppKey<T>& key) const {
        for (const Application* app = this; app != nullptr; app = app->parent_) {
            if (T* const value = app->storage_.find(key)) return value;
        }
        return nullptr;
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
    /// Whether prepare_response has anything to do.
    bool prepares_responses() const { return prepares_responses_; }
    /// Sends on_response_prepare of the applications around this one, outermost first, and its own.
    Task<> prepare_response(Request& request, Response& response);
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
    /// Of an application within another one: whether that does.
    bool is_draining() const {
        return is_draining_ || (parent_ != nullptr && parent_->is_draining());
    }

private:
    Application& adopt(Application application, std::string_view name);
    void adopt_children();
    void check_storable(const char* key) const;
    const Resource* find_route_within(std::string_view name) const;

    Router router_;
    std::vector<Middleware> middlewares_;
    LifecycleSignal on_startup_;
    LifecycleSignal on_shutdown_;
    LifecycleSignal on_cleanup_;
    PrepareSignal on_response_prepare_;
    bool frozen_ = false;
    bool started_ = false;
    bool is_draining_ = false;
    bool prepares_responses_ = false;
    Application* parent_ = nullptr;
    std::string name_;
    std::span<const Middleware> pipeline_;  // our own middlewares, or
    std::vector<Middleware> chained_;       // references to all of them, if there is a parent
    TypedStorage storage_;
    CleanupContexts cleanup_contexts_;                    // behind the storage, which contexts use
    std::vector<std::unique_ptr<Application>> children_;  // their values may use ours
};

}  // namespace indrik::web
