#include "indrik/web/response.hpp"

#include <stdexcept>

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/http/cookies.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

std::string field(const Response& response, http::Field id) {
    return std::string(response.headers().get(id).value_or("(none)"));
}

TEST(Response, IsEmpty200AtFirst) {
    const Response response;
    EXPECT_EQ(response.status(), http::Status::Ok);
    EXPECT_EQ(response.body(), "");
    EXPECT_TRUE(response.headers().empty());
    EXPECT_FALSE(response.closes_connection());
}

TEST(Response, BodiesBringTheirContentType) {
    EXPECT_EQ(field(Response().text("x"), http::Field::ContentType), "text/plain; charset=utf-8");
    EXPECT_EQ(field(Response().html("x"), http::Field::ContentType), "text/html; charset=utf-8");
    EXPECT_EQ(field(Response().json({1, 2}), http::Field::ContentType), "application/json");
    EXPECT_EQ(field(Response().json_text("[]"), http::Field::ContentType), "application/json");
    EXPECT_EQ(field(Response().body("x"), http::Field::ContentType), "application/octet-stream");
    EXPECT_EQ(field(Response().body("x", "image/png"), http::Field::ContentType), "image/png");
    EXPECT_EQ(Response().json({{"a", 1}}).body(), R"({"a":1})");
    EXPECT_EQ(json_response({{"a", 1}}, 201).status(), http::Status::Created);
}

TEST(Response, BytesKeepTheContentTypeThatWasSet) {
    EXPECT_EQ(field(Response().content_type("image/png").body("x"), http::Field::ContentType),
              "image/png");
    EXPECT_EQ(field(Response().body("x").content_type("image/png"), http::Field::ContentType),
              "image/png");
}

TEST(Response, LastBodyWins) {
    const Response response = Response().json_text("[]").text("plain");
    EXPECT_EQ(response.body(), "plain");
    EXPECT_EQ(response.headers().count(http::Field::ContentType), 1u);
    EXPECT_EQ(field(response, http::Field::ContentType), "text/plain; charset=utf-8");
}

TEST(Response, HeaderReplacesAndAddHeaderAdds) {
    Response response;
    response.header("X-A", "1")
        .header("x-a", "2")
        .add_header("X-A", "3")
        .header(http::Field::ETag, "\"e\"");
    EXPECT_EQ(response.headers().get_all("X-A"), (std::vector<std::string_view>{"2", "3"}));
    EXPECT_EQ(field(response, http::Field::ETag), "\"e\"");
}

TEST(Response, NoHeaderCanSplitIt) {
    Response response;
    for (const std::string_view bad : {std::string_view("a\r\nSet-Cookie: x"),
                                       std::string_view("a\nb"),
                                       std::string_view("a\rb"),
                                       std::string_view("a\0b", 3),
                                       std::string_view("\x7f")}) {
        EXPECT_THROW(response.header("X-A", bad), std::invalid_argument);
        EXPECT_THROW(response.header(http::Field::Location, bad), std::invalid_argument);
        EXPECT_THROW(response.add_header("X-A", bad), std::invalid_argument);
        EXPECT_THROW(response.content_type(bad), std::invalid_argument);
        EXPECT_THROW(response.cookie("c", bad), std::invalid_argument);
        EXPECT_THROW(response.cookie(http::Cookie("c", "v").path(std::string(bad))),
                     std::invalid_argument);
        EXPECT_THROW(redirect(bad), std::invalid_argument);
        EXPECT_THROW(HTTPFound{bad}, std::invalid_argument);
    }
    for (const char* const bad : {"", "a b", "a:", "a\r\nb", "n\xc3\xa4"}) {
        EXPECT_THROW(response.header(bad, "x"), std::invalid_argument) << bad;
    }
    EXPECT_TRUE(response.headers().empty());
}

TEST(Response, StatusIsThatOfAFinalAnswer) {
    EXPECT_EQ(Response(599).status(), static_cast<http::Status>(599));
    for (const int bad : {-1, 0, 99, 100, 199, 600, 65736}) {
        EXPECT_THROW(Response{bad}, std::invalid_argument) << bad;
        EXPECT_THROW(Response().status(bad), std::invalid_argument) << bad;
        EXPECT_THROW(json_response({}, bad), std::invalid_argument) << bad;
    }
    EXPECT_THROW(Response{http::Status::Continue}, std::invalid_argument);
    EXPECT_THROW(Response().status(static_cast<http::Status>(42)), std::invalid_argument);
}

TEST(Response, CookiesAreAddedOneByOne) {
    Response response;
    response.cookie("a", "1").cookie(http::Cookie("b", "2").http_only()).delete_cookie("c");
    const auto cookies = response.headers().get_all(http::Field::SetCookie);
    ASSERT_EQ(cookies.size(), 3u);
    EXPECT_EQ(cookies[0], "a=1; Path=/");
    EXPECT_THAT(std::string(cookies[1]), testing::StartsWith("b=2"));
    EXPECT_THAT(std::string(cookies[2]), testing::HasSubstr("Max-Age=0"));
}

TEST(Response, ValidatorsAreFormatted) {
    Response response = Response().etag("v1").last_modified(784111777);
    EXPECT_EQ(response.headers().get("ETag"), "\"v1\"");
    EXPECT_EQ(response.headers().get("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
    response.etag("v2", true);
    EXPECT_EQ(response.headers().get_all("ETag"), (std::vector<std::string_view>{"W/\"v2\""}));
    EXPECT_THROW(response.etag("a\"b"), std::invalid_argument);
}

TEST(Response, CookiesAreDeletedWhereTheyWereSet) {
    const Response response = Response().delete_cookie("a", "/shop", "example.org");
    const std::string text(response.headers().get("Set-Cookie").value_or(""));
    EXPECT_NE(text.find("; Path=/shop"), std::string::npos) << text;
    EXPECT_NE(text.find("; Domain=example.org"), std::string::npos) << text;
    EXPECT_NE(text.find("; Max-Age=0"), std::string::npos) << text;
}

TEST(Response, RedirectsWithALocation) {
    EXPECT_EQ(redirect("/login").status(), http::Status::Found);
    EXPECT_EQ(field(redirect("/x", 308), http::Field::Location), "/x");
    EXPECT_THROW(redirect("/x", 200), std::invalid_argument);
    EXPECT_THROW(redirect("/x", 404), std::invalid_argument);
}

TEST(Response, SettersMoveATemporaryAlong) {
    const Response response =
        Response(201).text("t").header("A", "b").cookie("c", "d").force_close();
    EXPECT_EQ(response.body(), "t");
    EXPECT_TRUE(response.closes_connection());
    Response copy = response;  // a value
    copy.text("other");
    EXPECT_EQ(response.body(), "t");
}

TEST(HTTPException, HasADefaultTextAndTheStatus) {
    EXPECT_EQ(HTTPNotFound().response().body(), "404: Not Found");
    EXPECT_EQ(HTTPNotFound().status(), http::Status::NotFound);
    EXPECT_EQ(HTTPBadRequest("'page' must be a number").response().body(),
              "'page' must be a number");
    EXPECT_STREQ(HTTPGone().what(), "410: Gone");
    EXPECT_EQ(HTTPNoContent().response().body(), "");
    EXPECT_FALSE(HTTPNotModified().response().headers().contains(http::Field::ContentType));
    EXPECT_EQ(HTTPException(static_cast<http::Status>(299)).response().body(), "299: ");
}

TEST(HTTPException, MovesSayWhereTo) {
    const HTTPSeeOther outcome("/there");
    EXPECT_EQ(outcome.status(), http::Status::SeeOther);
    EXPECT_EQ(field(outcome.response(), http::Field::Location), "/there");
}

TEST(HTTPException, FormsAHierarchy) {
    EXPECT_THROW(throw HTTPNotFound(), HTTPClientError);
    EXPECT_THROW(throw HTTPBadGateway(), HTTPServerError);
    EXPECT_THROW(throw HTTPBadGateway(), HTTPError);
    EXPECT_THROW(throw HTTPFound("/"), HTTPRedirection);
    EXPECT_THROW(throw HTTPOk(), HTTPSuccessful);
    EXPECT_THROW(throw HTTPOk(), HTTPException);
    EXPECT_THROW(throw HTTPMethodNotAllowed("PUT", "GET"), HTTPClientError);
}

}  // namespace
}  // namespace indrik::web
