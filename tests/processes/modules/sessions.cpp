// Sessions of the kind that TEST_STORAGE names, in routes that show and change them.
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <indrik/sessions.hpp>
#include <indrik/web.hpp>
#include <unistd.h>

namespace json = indrik::json;
namespace sessions = indrik::sessions;
namespace web = indrik::web;
using indrik::Task;

namespace {

std::string setting(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::shared_ptr<sessions::Storage> make_storage(std::string_view kind) {
    if (kind == "fernet") return sessions::fernet_cookie(setting("TEST_KEY"));
    if (kind == "sealed") return sessions::encrypted_cookie(setting("TEST_KEY"));
    if (kind == "files") {
        sessions::FileOptions options;
        options.sweep_interval(std::chrono::milliseconds(50));
        return sessions::files(setting("TEST_SESSIONS"), options);
    }
    return sessions::shared_memory(sessions::SharedMemoryOptions().sessions(1000));
}

web::Response answer(const sessions::Session& session) {
    return web::Response().json_text(session.to_json()).header("X-Pid", std::to_string(::getpid()));
}

Task<web::Response> show(web::Request& request) {
    const sessions::Session session = co_await sessions::get(request);
    co_return answer(session);
}

/// The body is a JSON object, whose members become the session's.
Task<web::Response> put(web::Request& request) {
    const json::Value body = co_await request.json();
    sessions::Session session = co_await sessions::get(request);
    for (const auto& member : body.as_object())
        session.set(std::string_view(member.key().data(), member.key().size()), member.value());
    co_return answer(session);
}

/// Appends to a list within the session.
Task<web::Response> append(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session["cart"].as_object()["items"].as_array().emplace_back("pear");
    co_return answer(session);
}

Task<web::Response> count(web::Request& request) {
    const sessions::Session session = co_await sessions::update(
        request, [](sessions::Session& newest) { newest.set("n", newest.get<int>("n", 0) + 1); });
    co_return answer(session);
}

Task<web::Response> end(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session.invalidate();
    co_return answer(session);
}

}  // namespace

web::Application make_app() {
    web::Application app;
    sessions::Options options;
    if (const std::string age = setting("TEST_MAX_AGE"); !age.empty())
        options.max_age(std::chrono::seconds(std::stoi(age)));
    sessions::setup(app, make_storage(setting("TEST_STORAGE")), options);
    app.add_routes({web::get("/", show),
                    web::post("/", put),
                    web::post("/append", append),
                    web::post("/count", count),
                    web::post("/end", end)});
    return app;
}
INDRIK_APPLICATION(make_app)
