// Who is logged in, how often a page was seen, and messages for the next page: what sessions are for.
#include <cstdlib>
#include <string>
#include <string_view>

#include <indrik/sessions.hpp>
#include <indrik/templates/setup.hpp>
#include <indrik/web.hpp>

#include "pages.hpp"

namespace sessions = indrik::sessions;
namespace templates = indrik::templates;
namespace web = indrik::web;
using indrik::Task;

namespace {

constexpr std::string_view kUser = "user";
constexpr std::string_view kVisits = "visits";

/// Anybody, as long as the password is the name: this application is about what comes after.
bool is_right(std::string_view name, std::string_view password) {
    return !name.empty() && name.size() <= 40 && name == password;
}

Task<web::Response> home(web::Request& request) {
    // Counted exactly, however many tabs are opened at once in however many workers.
    const sessions::Session session = co_await sessions::update(
        request,
        [](sessions::Session& newest) { newest.set(kVisits, newest.get<int>(kVisits, 0) + 1); });
    templates::Dict page;
    page.set("user", session.get<std::string>(kUser, ""));
    page.set("visits", std::int64_t{session.get<int>(kVisits, 0)});
    co_return templates::render(request, "home.html", page);
}

Task<web::Response> log_in(web::Request& request) {
    const web::FormData form = co_await request.post();
    const std::string name(form.get("name").value_or(""));
    const std::string password(form.get("password").value_or(""));
    sessions::Session session = co_await sessions::get(request);
    if (is_right(name, password)) {
        session.rotate();  // whoever knew the session before does not know this one
        session.set(kUser, name);
        sessions::flash(session, "Welcome, " + name + ".", "success");
    } else {
        sessions::flash(session, "The password is the name. Try again.", "error");
    }
    co_return web::redirect("/", 303);
}

Task<web::Response> log_out(web::Request& request) {
    sessions::Session session = co_await sessions::new_session(request);
    sessions::flash(session, "You are logged out.");
    co_return web::redirect("/", 303);
}

/// Cookies that hold the session where there is a key, otherwise the memory that all workers share.
std::shared_ptr<sessions::Storage> make_storage() {
    if (const char* const key = std::getenv("SESSION_KEY")) return sessions::encrypted_cookie(key);
    return sessions::shared_memory();
}

}  // namespace

web::Application make_app() {
    web::Application app;
    sessions::setup(app, make_storage());
    templates::setup(app,
                     login::templates(),
                     templates::SetupOptions().flashed_messages(
                         sessions::take_flashed<templates::FlashMessage>));
    app.add_middleware(web::security_headers());
    app.add_middleware(sessions::csrf());
    app.add_routes({
        web::get("/", home),
        web::post("/log-in", log_in),
        web::post("/log-out", log_out),
    });
    return app;
}
INDRIK_APPLICATION(make_app)
