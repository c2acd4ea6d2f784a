// One application in several builds, for tests that replace a module while it is served. What a build is called, and how it
// fails, is in variant_name.cpp.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "indrik/core/task.hpp"
#include "indrik/templates/setup.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/application_module.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/static_files.hpp"

namespace web = indrik::web;
namespace templates = indrik::templates;

std::string variant_name();
web::Application make_app();

web::Application make_app() {
    const std::string name = variant_name();
    web::Application app;
    app.add_routes({
        web::get("/", [name](web::Request&) { return web::Response().text(name); }),
        web::get("/pid",
                 [](web::Request&) { return web::Response().text(std::to_string(::getpid())); }),
        web::get("/page",
                 [](web::Request& request) { return templates::render(request, "page.html"); }),
    });
    if (::access("static", R_OK) == 0) app.add_routes({web::static_files("/static", "static")});
    app.on_startup().append([](web::Application&) -> indrik::Task<> {
        const char* const file = std::getenv("TEST_STARTUP");
        std::string word;
        if (file != nullptr) std::ifstream(file) >> word;
        if (word == "throw") throw std::runtime_error("no database today");
        co_return;
    });
    templates::setup(app, std::make_shared<templates::FileSystemLoader>("templates"));
    return app;
}

INDRIK_APPLICATION(make_app)
