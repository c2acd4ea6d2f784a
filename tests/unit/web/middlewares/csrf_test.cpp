#include "indrik/web/middlewares/csrf.hpp"

#include <stdexcept>

#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;
using testing::Not;

Application form_app(CSRF options = {}) {
    Application app;
    app.add_middleware(csrf(std::move(options)));
    app.add_routes({
        get("/form", [](Request& request) { return Response().text(csrf_token(request)); }),
        get("/", [](Request&) { return Response().text("hello"); }),
        post("/form", echo),
    });
    return app;
}

/// A browser that has opened the form.
struct Visitor {
    explicit Visitor(test::ServerRun& run) {
        const auto response = answer_of(run, get_request("/form"));
        token = response.body;
        const std::size_t at = response.head.find("Set-Cookie: ") + 12;
        cookie = response.head.substr(at, response.head.find(';', at) - at);
    }
    std::string fields(std::string_view more = "") const {
        return "Cookie: " + cookie + "\r\n" + std::string(more);
    }
    std::string with_token(std::string_view more = "") const {
        return fields("X-CSRF-Token: " + token + "\r\n" + std::string(more));
    }
    std::string token;
    std::string cookie;
};

std::string encoded(std::string_view token) {
    std::string text;
    for (const char c : token) {
        text += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    }
    return text;
}

TEST(CSRF, TokensOfTheFieldAndOfTheFormAreTaken) {
    test::ServerRun run(form_app());
    const Visitor visitor(run);
    EXPECT_EQ(answer_of(run, post_request("/form", "x", visitor.with_token())).body, "x");
    const std::string form = "a=1&csrf_token=" + encoded(visitor.token);
    const auto response = answer_of(
        run,
        post_request(
            "/form", form, visitor.fields("Content-Type: application/x-www-form-urlencoded\r\n")));
    EXPECT_EQ(response.body, form);
}

TEST(CSRF, RequestsWithoutARightTokenAreRefused) {
    test::ServerRun run(form_app());
    const Visitor visitor(run);
    const Visitor other(run);
    EXPECT_EQ(answer_of(run, post_request("/form", "x")).status, 403);
    EXPECT_EQ(answer_of(run, post_request("/form", "x", visitor.fields())).status, 403);
    for (const std::string& token : {std::string("x"), std::string(), other.token}) {
        const auto response = answer_of(
            run, post_request("/form", "x", visitor.fields("X-CSRF-Token: " + token + "\r\n")));
        EXPECT_EQ(response.status, 403) << token;
    }
    // A token of nothing, for a cookie of nothing.
    EXPECT_EQ(
        answer_of(run, post_request("/form", "x", "Cookie: csrf_token=\r\nX-CSRF-Token: \r\n"))
            .status,
        403);
}

TEST(CSRF, OtherOriginsAreRefusedEvenWithAToken) {
    test::ServerRun run(form_app(CSRF().trusted_origin("https://accounts.example")));
    const Visitor visitor(run);
    const auto status = [&](std::string_view more) {
        return answer_of(run, post_request("/form", "x", visitor.with_token(more))).status;
    };
    EXPECT_EQ(status("Origin: http://test\r\nSec-Fetch-Site: same-origin\r\n"), 200);
    EXPECT_EQ(status("Sec-Fetch-Site: none\r\n"), 200);
    EXPECT_EQ(status("Origin: https://accounts.example\r\nSec-Fetch-Site: cross-site\r\n"), 200);
    EXPECT_EQ(status("Origin: http://evil.example\r\n"), 403);
    EXPECT_EQ(status("Origin: https://test\r\n"), 403);
    EXPECT_EQ(status("Origin: null\r\n"), 403);
    EXPECT_EQ(status("Sec-Fetch-Site: cross-site\r\n"), 403);
    EXPECT_EQ(status("Sec-Fetch-Site: same-site\r\n"), 403);
}

TEST(CSRF, SafeMethodsPassAndGetNoCookieUnlessATokenIsMade) {
    test::ServerRun run(form_app());
    const auto response = answer_of(run, get_request("/", "Origin: http://evil.example\r\n"));
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.head, Not(HasSubstr("Set-Cookie")));
    const auto form = answer_of(run, get_request("/form"));
    EXPECT_THAT(form.head, HasSubstr("; Path=/; HttpOnly; SameSite=Lax"));
}

TEST(CSRF, TokensDifferButBelongToOneCookie) {
    test::ServerRun run(form_app());
    const Visitor visitor(run);
    const auto again = answer_of(run, get_request("/form", visitor.fields()));
    EXPECT_NE(again.body, visitor.token);
    EXPECT_THAT(again.head, Not(HasSubstr("Set-Cookie")));
    EXPECT_EQ(
        answer_of(
            run, post_request("/form", "x", visitor.fields("X-CSRF-Token: " + again.body + "\r\n")))
            .status,
        200);
}

TEST(CSRF, SessionsMayKeepTheSecret) {
    test::ServerRun run(form_app(CSRF().secret_source(
        [](Request& request) { return "secret of " + std::string(request.header("X-Session")); })));
    const auto form = answer_of(run, get_request("/form", "X-Session: a\r\n"));
    EXPECT_THAT(form.head, Not(HasSubstr("Set-Cookie")));
    const std::string fields = "X-CSRF-Token: " + form.body + "\r\nX-Session: ";
    EXPECT_EQ(answer_of(run, post_request("/form", "x", fields + "a\r\n")).status, 200);
    EXPECT_EQ(answer_of(run, post_request("/form", "x", fields + "b\r\n")).status, 403);
}

TEST(CSRF, ExemptRequestsPass) {
    test::ServerRun run(form_app(CSRF().exempt(
        [](const Request& request) { return request.headers().contains("Authorization"); })));
    EXPECT_EQ(answer_of(run, post_request("/form", "x", "Authorization: Bearer t\r\n")).status,
              200);
    EXPECT_EQ(answer_of(run, post_request("/form", "x")).status, 403);
}

TEST(CSRF, TokenWithoutTheMiddlewareIsAnError) {
    Application app;
    app.add_route(get("/", [](Request& request) { return Response().text(csrf_token(request)); }));
    EXPECT_EQ(answer_of(std::move(app), get_request("/")).status, 500);
    EXPECT_THROW(csrf(CSRF().cookie_name("a b")), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
