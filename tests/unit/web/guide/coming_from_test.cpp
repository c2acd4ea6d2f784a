// The C++ of framework/docs/coming-from-aiohttp.md and coming-from-flask.md.

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/web/guide/test_application.hpp"
#include "tests/unit/web/websocket_client.hpp"

namespace http = indrik::http;
namespace json = indrik::json;
namespace web = indrik::web;
using namespace std::chrono_literals;
using indrik::Task;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TestApplication;

namespace {

namespace coming_from_aiohttp_page {

struct Database {
    Task<> connect() {
        is_open = true;
        co_return;
    }
    Task<> close() {
        is_open = false;
        co_return;
    }
    bool is_open = false;
};
const web::AppKey<Database> kDatabase{"database"};

Task<web::Response> timing(web::Request& request, web::Next next) {
    const auto begin = std::chrono::steady_clock::now();
    web::Response response = co_await next(request);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    response.header("X-Seconds", std::to_string(spent.count()));
    co_return std::move(response);
}

inline const web::AppKey<std::map<int, std::string>> kProjects{"projects"};

Task<web::Response> show(web::Request& request) {
    const auto& projects = request.app().get(kProjects);
    const auto found = projects.find(request.match_info().get<int>("id"));
    if (found == projects.end()) throw web::HTTPNotFound();
    json::Object answer;
    answer["title"] = found->second;
    co_return web::json_response(answer);
}

web::Application make_app() {
    web::Application app;
    app.add_middleware(timing);
    app.emplace(kProjects).emplace(1, "Indrik");
    app.add_routes({
        web::get("/projects/{id:int}", show).name("project"),
    });
    return app;
}

Task<web::Response> login(web::Request& request) {
    const web::FormData form = co_await request.post();
    if (form.get("password", "") != "secret") throw web::HTTPForbidden();
    http::Cookie cookie("user", std::string(form.get("user", "")));
    cookie.path("/").http_only();
    co_return web::redirect(request.url_for("project", "id", 1)).cookie(cookie);
}

Task<web::Response> chat(web::Request& request) {
    web::WebSocketOptions options;
    options.heartbeat(20s);
    web::WebSocketResponse socket(options);
    co_await socket.prepare(request);
    for (;;) {
        const auto message = co_await socket.receive_str();
        if (!message) break;
        co_await socket.send_str(*message + "/answer");
    }
    co_return std::move(socket);
}

Task<> engine(web::Application& app, web::Lifetime& lifetime) {
    Database& database = app.emplace(kDatabase);
    co_await database.connect();
    co_await lifetime.until_cleanup();
    co_await database.close();
}

constexpr std::string_view kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

TEST(ComingFromAiohttpPage, Works) {
    web::Application application = make_app();
    application.add_route(web::post("/login", login));
    application.cleanup_context().append(engine);
    TestApplication app(std::move(application));
    const auto project = full_answer(app, "GET", "/projects/1");
    EXPECT_EQ(project.body, R"({"title":"Indrik"})");
    EXPECT_NE(project.field("X-Seconds"), "");
    EXPECT_EQ(full_answer(app, "GET", "/projects/2").status, 404);
    const auto in = full_answer(app, "POST", "/login", kForm, "user=ada&password=secret");
    EXPECT_EQ(in.status, 302);
    EXPECT_EQ(in.field("Location"), "/projects/1");
    EXPECT_THAT(in.field("Set-Cookie"), testing::HasSubstr("user=ada; "));
    EXPECT_EQ(full_answer(app, "POST", "/login", kForm, "user=ada").status, 403);
    EXPECT_TRUE(app.app().get(kDatabase).is_open);
}

TEST(ComingFromAiohttpPage, Chats) {
    indrik::test::ServerRun run(indrik::test::websocket_app(chat));
    indrik::test::WebSocketClient client(run);
    client.send_text("hello");
    EXPECT_EQ(client.events(), "text(hello/answer) ");
}

}  // namespace coming_from_aiohttp_page

namespace coming_from_flask_page {

web::Application make_admin();

struct User {
    int id = 0;
    std::string name;
};
INDRIK_DESCRIBE(User, id, name)

User show_user(int id) {
    return {id, "Ada"};
}

struct Search {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    std::string q;
    int page = 1;
};
INDRIK_DESCRIBE(Search, q, page)

std::string search(web::Query<Search> search) {
    return search->q + ", page " + std::to_string(search->page);
}

struct Credentials {
    std::string user;
    std::string password;
};
INDRIK_DESCRIBE(Credentials, user, password)

web::Response login(web::Request& request, web::Form<Credentials> form) {
    if (form->password != "secret") throw web::HTTPForbidden();
    http::Cookie cookie("user", form->user);
    cookie.path("/").http_only();
    return web::redirect(request.url_for("user", "id", 1)).cookie(cookie);
}

inline const web::RequestKey<std::string> kUser{"user"};

Task<web::Response> load_user(web::Request& request, web::Next next) {
    request.storage().emplace(kUser, request.header("X-User"));
    return next(request);
}

std::string not_found(web::Request&, const web::ErrorPage&) {
    return "<h1>Nothing here</h1>";
}

web::Application make_app() {
    web::ErrorPages pages;
    pages.page(404, not_found);
    web::Application app;
    app.add_middleware(web::error_pages(pages));
    app.add_middleware(load_user);
    app.add_routes({
        web::get("/users/{id:int}", show_user).name("user"),
        web::get("/search", search),
        web::post("/login", login),
    });
    app.add_subapp("/admin", make_admin(), "admin");
    return app;
}

web::Application make_admin() {
    web::Application admin;
    admin.add_routes({web::get(
        "/", [](web::Request& request) { return std::string(request.storage().get(kUser)); })});
    return admin;
}

TEST(ComingFromFlaskPage, Works) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/users/7"), R"(200 {"id":7,"name":"Ada"})");
    EXPECT_EQ(answer(app, "GET", "/search?q=horn&page=2"), "200 horn, page 2");
    EXPECT_EQ(answer(app, "GET", "/search"), "200 , page 1");
    EXPECT_EQ(full_answer(app, "GET", "/search?page=x").status, 422);
    EXPECT_EQ(answer(app, "GET", "/none", "Accept: text/html\r\n"), "404 <h1>Nothing here</h1>");
    const std::string_view form = "Content-Type: application/x-www-form-urlencoded\r\n";
    EXPECT_EQ(
        full_answer(app, "POST", "/login", form, "user=ada&password=secret").field("Location"),
        "/users/1");
    EXPECT_EQ(full_answer(app, "POST", "/login", form, "user=ada&password=x").status, 403);
    EXPECT_EQ(full_answer(app, "POST", "/login", form, "user=ada").status, 422);
    EXPECT_EQ(answer(app, "GET", "/admin/", "X-User: ada\r\n"), "200 ada");
}

}  // namespace coming_from_flask_page

}  // namespace
