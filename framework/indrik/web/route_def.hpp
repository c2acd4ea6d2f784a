#pragma once
// Routes as values, for Application::add_routes.
//
//   app.add_routes({
//       web::get("/", index),
//       web::post("/projects/{id:int}", update).name("project"),
//       web::group("/api", "api.", {
//           web::get("/users", users).name("users"),                       // "/api/users", the name is "api.users"
//       }).middleware(authenticate),
//   });

#include <initializer_list>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/conditions.hpp"
#include "indrik/web/handler.hpp"

namespace indrik::web {

/// One method on one path, or a table of such routes; then every setter counts for each of them. Value type.
class RouteDefinition {
public:
    RouteDefinition(std::string_view method,
                    std::string_view path,
                    Handler handler,
                    std::source_location place = std::source_location::current())
        : method_(method), path_(path), handler_(std::move(handler)), place_(place) {}
    /// A table.
    explicit RouteDefinition(std::vector<RouteDefinition> routes);

    /// Names the path, for url_for: words of letters, digits and '_', with '.', '-' or ':' between them.
    RouteDefinition&& name(std::string_view name) &&;
    /// A GET route answers HEAD as well, unless told not to.
    RouteDefinition&& allow_head(bool allow) &&;
    /// Cancels the handler when its client goes away; without it, handlers are left to finish what they do. A request with a body
    /// is watched once the handler has read it.
    RouteDefinition&& cancel_on_disconnect() &&;
    /// Wraps the handler, inside the application's middlewares; the first one added is the outermost. Those of a group are
    /// outside those of its routes.
    RouteDefinition&& middleware(Middleware middleware) &&;

    // Conditions; all of them must hold. See conditions.hpp.

    RouteDefinition&& when(Condition condition) &&;
    RouteDefinition&& header(std::string_view name, std::string_view value) &&;
    RouteDefinition&& host(std::string_view host) &&;
    RouteDefinition&& scheme(std::string_view scheme) &&;
    RouteDefinition&& content_type(std::string_view type) &&;
    RouteDefinition&& accepts(std::string_view type) &&;

    const std::string& method() const { return method_; }
    const std::string& path() const { return path_; }
    const std::string& name() const { return name_; }
    const Handler& handler() const { return handler_; }
    bool answers_head() const { return allow_head_ && method_ == "GET"; }
    const std::vector<Middleware>& middlewares() const { return middlewares_; }
    const std::vector<Condition>& conditions() const { return conditions_; }
    /// Where it was written.
    const std::source_location& place() const { return place_; }

    bool is_table() const { return is_table_; }
    /// The routes of a table; none of them is a table.
    const std::vector<RouteDefinition>& routes() const { return routes_; }

private:
    friend RouteDefinition group(std::string_view prefix,
                                 std::string_view name_prefix,
                                 std::vector<RouteDefinition> routes);
    template <class Change>
    RouteDefinition&& change(Change change_one);

    std::string method_;
    std::string path_;
    std::string name_;
    Handler handler_{[](Request&) { return Response(); }};
    std::vector<Middleware> middlewares_;
    std::vector<Condition> conditions_;
    std::source_location place_;
    bool allow_head_ = true;
    bool is_table_ = false;
    std::vector<RouteDefinition> routes_;
    std::size_t table_middlewares_ = 0;  // how many of each route's middlewares the table has added
};

/// Puts `prefix` before the paths of routes, and `name_prefix` before their names; groups may hold groups. The prefix may have
/// variables; a route with the path "" is at the prefix itself.
/// Errors: std::invalid_argument if the prefix neither is empty nor begins with '/'.
RouteDefinition group(std::string_view prefix,
                      std::string_view name_prefix,
                      std::vector<RouteDefinition> routes);
inline RouteDefinition group(std::string_view prefix,
                             std::string_view name_prefix,
                             std::initializer_list<RouteDefinition> routes) {
    return group(prefix, name_prefix, std::vector<RouteDefinition>(routes));
}
inline RouteDefinition group(std::string_view prefix,
                             std::initializer_list<RouteDefinition> routes) {
    return group(prefix, "", std::vector<RouteDefinition>(routes));
}

/// Any method by its name; "*" for all of them.
inline RouteDefinition route(std::string_view method,
                             std::string_view path,
                             Handler handler,
                             std::source_location place = std::source_location::current()) {
    return {method, path, std::move(handler), place};
}
inline RouteDefinition get(std::string_view path,
                           Handler handler,
                           std::source_location place = std::source_location::current()) {
    return {"GET", path, std::move(handler), place};
}
inline RouteDefinition head(std::string_view path,
                            Handler handler,
                            std::source_location place = std::source_location::current()) {
    return {"HEAD", path, std::move(handler), place};
}
inline RouteDefinition post(std::string_view path,
                            Handler handler,
                            std::source_location place = std::source_location::current()) {
    return {"POST", path, std::move(handler), place};
}
inline RouteDefinition put(std::string_view path,
                           Handler handler,
                           std::source_location place = std::source_location::current()) {
    return {"PUT", path, std::move(handler), place};
}
inline RouteDefinition patch(std::string_view path,
                             Handler handler,
                             std::source_location place = std::source_location::current()) {
    return {"PATCH", path, std::move(handler), place};
}
inline RouteDefinition del(std::string_view path,  // `delete` is a keyword
                           Handler handler,
                           std::source_location place = std::source_location::current()) {
    return {"DELETE", path, std::move(handler), place};
}
inline RouteDefinition options(std::string_view path,
                               Handler handler,
                               std::source_location place = std::source_location::current()) {
    return {"OPTIONS", path, std::move(handler), place};
}

}  // namespace indrik::web
