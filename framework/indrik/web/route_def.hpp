#pragma once
// Routes as values, for Application::add_routes.
//
//   app.add_routes({
//       web::get("/", index),
//       web::post(R"(/projects/{id:\d+})", update).name("project"),
//   });

#include <string>
#include <string_view>
#include <utility>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// One method on one path. Value type.
class RouteDefinition {
public:
    RouteDefinition(std::string_view method, std::string_view path, Handler handler)
        : method_(method), path_(path), handler_(std::move(handler)) {}

    /// Names the path, for url_for.
    RouteDefinition&& name(std::string_view name) && {
        name_ = name;
        return std::move(*this);
    }
    /// A GET route answers HEAD as well, unless told not to.
    RouteDefinition&& allow_head(bool allow) && {
        allow_head_ = allow;
        return std::move(*this);
    }

    /// Cancels the handler when its client goes away; without it, handlers are left to finish what they do. A request with a body is watched once the handler has read it.
    RouteDefinition&& cancel_on_disconnect() && {
        handler_ = web::cancel_on_disconnect(std::move(handler_));
        return std::move(*this);
    }

    const std::string& method() const { return method_; }
    const std::string& path() const { return path_; }
    const std::string& name() const { return name_; }
    const Handler& handler() const { return handler_; }
    bool answers_head() const { return allow_head_ && method_ == "GET"; }

private:
    std::string method_;
    std::string path_;
    std::string name_;
    Handler handler_;
    bool allow_head_ = true;
};

/// Any method by its name; "*" for all of them.
inline RouteDefinition route(std::string_view method, std::string_view path, Handler handler) {
    return {method, path, std::move(handler)};
}
inline RouteDefinition get(std::string_view path, Handler handler) {
    return {"GET", path, std::move(handler)};
}
inline RouteDefinition head(std::string_view path, Handler handler) {
    return {"HEAD", path, std::move(handler)};
}
inline RouteDefinition post(std::string_view path, Handler handler) {
    return {"POST", path, std::move(handler)};
}
inline RouteDefinition put(std::string_view path, Handler handler) {
    return {"PUT", path, std::move(handler)};
}
inline RouteDefinition patch(std::string_view path, Handler handler) {
    return {"PATCH", path, std::move(handler)};
}
inline RouteDefinition del(std::string_view path, Handler handler) {  // `delete` is a keyword
    return {"DELETE", path, std::move(handler)};
}
inline RouteDefinition options(std::string_view path, Handler handler) {
    return {"OPTIONS", path, std::move(handler)};
}

}  // namespace indrik::web
