#pragma once
// Everything a web application needs.
//
//   #include <indrik/web.hpp>
//   namespace web = indrik::web;
//   using indrik::Task;
//
//   Task<web::Response> hello(web::Request&) { co_return web::Response().text("Hello, World!"); }
//
//   web::Application make_app() {
//       web::Application app;
//       app.add_routes({web::get("/", hello)});
//       return app;
//   }
//   INDRIK_APPLICATION(make_app)
//
// Built as a shared object it is served by `indrik hello.so -w 4`.

#include "indrik/core/logging.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/core/task.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/json/value.hpp"
#include "indrik/net/tls_stream.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/application_module.hpp"
#include "indrik/web/binding.hpp"
#include "indrik/web/conditions.hpp"
#include "indrik/web/event_stream.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/file_response.hpp"
#include "indrik/web/form_data.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/health.hpp"
#include "indrik/web/middlewares.hpp"
#include "indrik/web/multipart_reader.hpp"
#include "indrik/web/problem.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/response_helpers.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/route_table.hpp"
#include "indrik/web/route_url.hpp"
#include "indrik/web/run_app.hpp"
#include "indrik/web/static_files.hpp"
#include "indrik/web/stream_response.hpp"
#include "indrik/web/thread_pool.hpp"
#include "indrik/web/view.hpp"
#include "indrik/web/websocket_response.hpp"
