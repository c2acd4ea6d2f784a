#include <indrik/web.hpp>
namespace web = indrik::web;
using indrik::Task;

Task<web::Response> hello(web::Request&) {
    co_return web::Response().text("Hello, World!");
}

web::Application make_app() {
    web::Application app;
    app.add_routes({web::get("/", hello)});
    return app;
}
INDRIK_APPLICATION(make_app)
