// What stands on top of sessions: tokens against forged requests, and messages for the next page.
#include "indrik/web/error_page.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {
namespace {

using testing::HasSubstr;

web::Application make_form_app(web::CSRF options = {}) {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    app.add_middleware(sessions::csrf(std::move(options)));
    app.add_routes({
        web::get("/form",
                 [](web::Request& request) -> Task<web::Response> {
                     co_await get(request);
                     co_return web::Response().text(web::csrf_token(request));
                 }),
        web::get("/field",
                 [](web::Request& request) -> Task<web::Response> {
                     co_await get(request);
                     co_return web::Response().text(web::csrf_field(request));
                 }),
        web::get(
            "/unloaded",
            [](web::Request& request) { return web::Response().text(web::csrf_token(request)); }),
        web::post("/form", [](web::Request&) { return web::Response().text("done"); }),
        web::post("/log-in",
                  [](web::Request& request) -> Task<web::Response> {
                      Session session = co_await get(request);
                      session.rotate();
                      session.set("user", "ada");
                      co_return web::Response().text(web::csrf_token(request));
                  }),
    });
    return app;
}

std::string with(const std::string& token) {
    return "X-CSRF-Token: " + token + "\r\n";
}

std::string encoded(std::string_view token) {
    std::string text;
    for (const char c : token)
        text += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    return text;
}

TEST(SessionCSRF, TakesTheTokensOfItsSessionFromFieldAndForm) {
    test::ServerRun run(make_form_app());
    Browser browser(run);
    const std::string token = browser.get("/form").body;
    EXPECT_EQ(browser.cookie("csrf_token"), "");
    EXPECT_EQ(browser.post("/form", "", with(token)).body, "done");
    EXPECT_EQ(browser
                  .post("/form",
                        "csrf_token=" + encoded(token),
                        "Content-Type: application/x-www-form-urlencoded\r\n")
                  .body,
              "done");
    const std::string another = browser.get("/form").body;
    EXPECT_NE(another, token);
    EXPECT_EQ(browser.post("/form", "", with(another)).body, "done");
}

TEST(SessionCSRF, RefusesEverythingElse) {
    test::ServerRun run(make_form_app());
    Browser browser(run);
    Browser other(run);
    const std::string foreign = other.get("/form").body;
    EXPECT_EQ(browser.post("/form", "", with(foreign)).status, 403);
    browser.get("/form");
    for (const std::string& token : {foreign, std::string("x"), std::string()})
        EXPECT_EQ(browser.post("/form", "", with(token)).status, 403);
    EXPECT_EQ(browser.post("/form").status, 403);
}

TEST(SessionCSRF, HasNewTokensAfterLogIn) {
    test::ServerRun run(make_form_app());
    Browser browser(run);
    const std::string before = browser.get("/form").body;
    const std::string after = browser.post("/log-in", "", with(before)).body;
    EXPECT_EQ(browser.post("/form", "", with(before)).status, 403);
    EXPECT_EQ(browser.post("/form", "", with(after)).body, "done");
}

TEST(SessionCSRF, TouchesNoSessionThatIsOnlyRead) {
    test::ServerRun run(make_form_app());
    Browser browser(run);
    EXPECT_EQ(browser.get("/hello").body, "hello");
    EXPECT_EQ(browser.last_cookie(), "");
    EXPECT_EQ(browser.get("/unloaded").status, 500);
    EXPECT_THAT(run.log(), HasSubstr("co_await sessions::get(request)"));
}

TEST(SessionCSRF, WritesTheFieldOfAForm) {
    test::ServerRun run(make_form_app(web::CSRF().field_name("to<ken")));
    EXPECT_THAT(Browser(run).get("/field").body,
                testing::MatchesRegex("<input type=\"hidden\" name=\"to&lt;ken\" "
                                      "value=\"[A-Za-z0-9+/=]{88}\">"));
}

web::Application make_flash_app() {
    web::Application app = make_counting_app(encrypted_cookie(test_key()));
    app.add_routes({
        web::get("/do",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     flash(session, "Saved <it>.", "success");
                     flash(session, "And more.");
                     co_return web::redirect("/see");
                 }),
        web::get("/see",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     std::string text;
                     for (const FlashMessage& one : take_flashed(session))
                         text += one.category + ": " + one.text + "\n";
                     co_return web::Response().text(text);
                 }),
        web::get("/many",
                 [](web::Request& request) -> Task<web::Response> {
                     Session session = co_await get(request);
                     for (int i = 0; i < 100; ++i) flash(session, std::to_string(i));
                     co_return web::Response().text(std::to_string(take_flashed(session).size()));
                 }),
    });
    return app;
}

TEST(Flash, IsShownOnce) {
    test::ServerRun run(make_flash_app());
    Browser browser(run);
    EXPECT_EQ(browser.get("/see").body, "");
    EXPECT_EQ(browser.last_cookie(), "");
    browser.get("/do");
    EXPECT_EQ(browser.get("/hello").body, "hello");
    EXPECT_EQ(browser.get("/see").body, "success: Saved <it>.\nmessage: And more.\n");
    EXPECT_EQ(browser.get("/see").body, "");
    EXPECT_EQ(browser.cookie(), "") << "nothing is left to keep";
}

TEST(Flash, ThatNobodyLooksAtDoesNotPileUp) {
    test::ServerRun run(make_flash_app());
    EXPECT_EQ(Browser(run).get("/many").body, "32");
}

}  // namespace
}  // namespace indrik::sessions
