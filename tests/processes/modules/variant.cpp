// One application in several builds, for tests that replace a module while it is served.
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "indrik/templates/setup.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/application_module.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/static_files.hpp"

#ifdef TEST_UNRESOLVED
int nobody_has_defined_this();
#endif

namespace web = indrik::web;
namespace templates = indrik::templates;

// The module of a real application has megabytes, which are not written at once.
[[gnu::used]] const char ballast[2 * 1024 * 1024] = {1};

web::Application make_app() {
    if (std::string(TEST_VARIANT) == "throws") throw std::runtime_error("this build is broken");
    if (std::string(TEST_VARIANT) == "crashes") std::abort();
#ifdef TEST_UNRESOLVED
    nobody_has_defined_this();
#endif
    web::Application app;
    app.add_routes({
        web::get("/", [](web::Request&) { return web::Response().text(TEST_VARIANT); }),
        web::get("/pid",
                 [](web::Request&) { return web::Response().text(std::to_string(::getpid())); }),
        web::get("/page",
                 [](web::Request& request) { return templates::render(request, "page.html"); }),
    });
    if (::access("static", R_OK) == 0) app.add_routes({web::static_files("/static", "static")});
    templates::setup(app, std::make_shared<templates::FileSystemLoader>("templates"));
    return app;
}

INDRIK_APPLICATION(make_app)
