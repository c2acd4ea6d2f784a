#pragma once
// A middleware around one handler, where add_middleware() would put it around all of them.
//
//   app.add_route(web::post("/upload", web::wrap(web::body_limit(50'000'000), upload)));
//   app.add_route(web::get("/admin", web::wrap(web::basic_auth(users), web::cache_control(rule), admin)));

#include <utility>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// The handler behind the middleware. Errors: std::invalid_argument if the middleware is empty.
Handler wrap(Middleware middleware, Handler handler);

/// Behind several; the first is the outermost.
template <class... Rest>
requires(sizeof...(Rest) > 1) Handler wrap(Middleware outermost, Rest... rest) {
    return wrap(std::move(outermost), wrap(std::move(rest)...));
}

}  // namespace indrik::web
