#pragma once
// Everything for sessions: data that belongs to one browser, kept in its cookie, in shared memory, in files, or where you like.
//
//   #include <indrik/sessions.hpp>
//   #include <indrik/web.hpp>
//   namespace sessions = indrik::sessions;
//   namespace web = indrik::web;
//   using indrik::Task;
//
//   Task<web::Response> count(web::Request& request) {
//       sessions::Session session = co_await sessions::get(request);
//       const int visits = session.get<int>("visits", 0) + 1;
//       session.set("visits", visits);
//       co_return web::Response().text("Visit number " + std::to_string(visits));
//   }
//
//   web::Application make_app() {
//       web::Application app;
//       sessions::setup(app, sessions::encrypted_cookie(std::getenv("SESSION_KEY")));
//       app.add_routes({web::get("/", count)});
//       return app;
//   }
//   INDRIK_APPLICATION(make_app)
//
// The guide is framework/docs/sessions.md.

#include "indrik/sessions/cookie_storage.hpp"
#include "indrik/sessions/csrf.hpp"
#include "indrik/sessions/file_storage.hpp"
#include "indrik/sessions/flash.hpp"
#include "indrik/sessions/options.hpp"
#include "indrik/sessions/session.hpp"
#include "indrik/sessions/setup.hpp"
#include "indrik/sessions/shared_memory_storage.hpp"
#include "indrik/sessions/storage.hpp"
