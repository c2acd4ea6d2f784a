// The code of framework/docs/sessions.md, and what the page says about it.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/sessions.hpp"
#include "indrik/web.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace sessions = indrik::sessions;
namespace web = indrik::web;
using indrik::Task;

namespace guide {

Task<web::Response> count(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    const int visits = session.get<int>("visits", 0) + 1;
    session.set("visits", visits);
    co_return web::Response().text("Visit number " + std::to_string(visits));
}

web::Application make_app() {
    web::Application app;
    sessions::setup(app, sessions::encrypted_cookie(std::getenv("SESSION_KEY")));
    app.add_routes({web::get("/", count)});
    return app;
}

struct User {
    int id = 0;
    std::string name;
};
INDRIK_DESCRIBE(User, id, name)

Task<web::Response> shop(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session.set("user", User{7, "Ada"});
    session.set("cart", std::vector<std::string>{"apple"});
    session["cart"].as_array().emplace_back("pear");
    const std::optional<User> user = session.get<User>("user");
    session.erase("coupon");
    co_return web::Response().text(user->name + " " + session.to_json());
}

Task<web::Response> log_in(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session.rotate();
    session.set("user", User{7, "Ada"});
    sessions::flash(session, "Welcome.", "success");
    co_return web::redirect("/", 303);
}
Task<web::Response> log_out(web::Request& request) {
    sessions::Session session = co_await sessions::get(request);
    session.invalidate();
    co_return web::redirect("/", 303);
}

void configure(web::Application& app, const std::string& key, const std::string& old_key) {
    sessions::setup(app,
                    sessions::encrypted_cookie({key, old_key}),
                    sessions::Options().max_age(std::chrono::hours(24)).host_prefix(true));
}

Task<web::Response> vote(web::Request& request) {
    const sessions::Session session = co_await sessions::update(
        request,
        [](sessions::Session& newest) { newest.set("votes", newest.get<int>("votes", 0) + 1); });
    co_return web::Response().text(std::to_string(session.get<int>("votes", 0)));
}

std::string text_of(const char* path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

TEST(SessionsPage, ShowsTheCodeOfThisTest) {
    const std::string page = text_of(INDRIK_SESSIONS_PAGE);
    const std::string test = text_of(INDRIK_SESSIONS_TEST);
    std::size_t blocks = 0;
    for (std::size_t at = page.find("```cpp\n"); at != std::string::npos;
         at = page.find("```cpp\n", at)) {
        at += 7;
        std::istringstream code(page.substr(at, page.find("```", at) - at));
        std::string part;
        const auto check = [&] {
            EXPECT_NE(test.find(part), std::string::npos) << part;
            part.clear();
        };
        for (std::string line; std::getline(code, line);) {
            if (line.empty()) {
                check();
            } else {
                part += line + "\n";
            }
        }
        check();
        ++blocks;
    }
    EXPECT_EQ(blocks, 5U);
}

TEST(SessionsPage, CountsVisits) {
    ::setenv("SESSION_KEY", sessions::generate_key().c_str(), 1);
    indrik::test::ServerRun run(make_app());
    sessions::Browser browser(run);
    browser.get("/");
    EXPECT_EQ(browser.get("/").body, "Visit number 2");
}

TEST(SessionsPage, FillsACartAndLogsInAndOut) {
    web::Application app;
    configure(app, sessions::generate_key(), sessions::generate_key());
    app.add_routes({
        web::get("/", count),
        web::get("/shop", shop),
        web::post("/log-in", log_in),
        web::post("/log-out", log_out),
        web::post("/vote", vote),
    });
    indrik::test::ServerRun run(std::move(app));
    sessions::Browser browser(run);
    EXPECT_EQ(browser.get("/shop").body,
              R"(Ada {"user":{"id":7,"name":"Ada"},"cart":["apple","pear"]})");
    EXPECT_EQ(browser.post("/log-in").status, 303);
    EXPECT_EQ(browser.post("/vote").body, "1");
    EXPECT_EQ(browser.post("/vote").body, "2");
    browser.post("/log-out");
    EXPECT_EQ(browser.cookie(), "");
}

}  // namespace guide
