#pragma once
// Sessions of an application, under the names of aiohttp_session.
//
//   web::Application make_app() {
//       web::Application app;
//       sessions::setup(app, sessions::encrypted_cookie(std::getenv("SESSION_KEY")));
//       app.add_routes({web::get("/", count)});
//       return app;
//   }
//   Task<web::Response> count(web::Request& request) {
//       sessions::Session session = co_await sessions::get(request);
//       session.set("visits", session.get<int>("visits", 0) + 1);
//       co_return web::Response().text("Visits: " + session.to_json());
//   }
//
// A request that does not ask for its session costs nothing. Nothing is kept of what a request changes that is answered with 5xx.

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "indrik/core/task.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/session.hpp"
#include "indrik/sessions/storage.hpp"
#include "indrik/web/handler.hpp"

namespace indrik::web {
class Application;
class Request;
}  // namespace indrik::web

namespace indrik::sessions {

/// Gives an application, and those within it, its sessions. Errors: std::invalid_argument for options that no browser would take.
void setup(web::Application& app, std::shared_ptr<Storage> storage, Options options = {});

/// The session of a request, loaded when first asked for. Errors: std::logic_error without setup(); HTTPServiceUnavailable if the
/// storage is away, unless Options::fail_open is on.
Task<Session> get(web::Request& request);
/// A new and empty one in its place; the old one is revoked when it is saved.
Task<Session> new_session(web::Request& request);
/// The session if get() has loaded it.
std::optional<Session> loaded(web::Request& request);

/// Saves now instead of when the response begins: for what is changed after that, as by a WebSocket. Errors: std::logic_error if the
/// response has begun and the browser would have to be given another cookie; as get().
Task<> save(web::Request& request);

namespace detail {
Task<Session> update(web::Request& request, std::function<void(Session&)> change);
}

/// Changes a session and saves it in one step: `change(session)` is called again with the newest data as long as others change it
/// meanwhile, in whichever worker. Where the cookie holds the data, others cannot be seen, and it is saved when the response begins.
/// Errors: as save().
template <class Change>
Task<Session> update(web::Request& request, Change change) {
    return detail::update(request, std::function<void(Session&)>(std::move(change)));
}

/// A middleware that loads the session of every request that comes by: for templates that show flash messages on any page.
web::Middleware load_always();

}  // namespace indrik::sessions
