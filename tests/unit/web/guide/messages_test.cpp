// The code of framework/docs/requests.md, responses.md and json.md.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/http/conditional.hpp"
#include "indrik/http/content_disposition.hpp"
#include "indrik/http/etag.hpp"
#include "indrik/http/range.hpp"
#include "indrik/json/parameters.hpp"
#include "indrik/net/certificate.hpp"
#include "indrik/net/tls_stream.hpp"
#include "tests/unit/web/guide/test_application.hpp"

namespace http = indrik::http;
namespace json = indrik::json;
namespace net = indrik::net;
namespace web = indrik::web;
using indrik::Task;
using indrik::test::answer;
using indrik::test::full_answer;
using indrik::test::TestApplication;
using testing::HasSubstr;

namespace {

namespace requests_page {

web::Response show(web::Request& request) {
    std::string text(request.method_name());
    text.append(" ").append(request.path());
    text.append("|").append(request.raw_path());
    text.append("|").append(request.query_string());
    text.append("|").append(request.url());
    return web::Response().text(std::move(text));
}

web::Response search(web::Request& request) {
    const http::QueryParameters& query = request.query();
    const std::string text(query.get("q", ""));
    const int page = query.get<int>("page", 1);
    const auto tags = query.get_all("tag");
    return web::Response().text(text + " " + std::to_string(page) + " " +
                                std::to_string(tags.size()));
}

web::Response fields(web::Request& request) {
    const std::string_view agent = request.header(http::Field::UserAgent);
    const auto token = request.headers().get("X-Token");
    const auto seen = request.cookies().get("seen");
    std::string text(agent);
    text.append(token ? " with a token" : " without a token");
    text.append(" ").append(seen.value_or("new here"));
    return web::Response().text(std::move(text));
}

web::Response who(web::Request& request) {
    std::string text(request.remote());
    text.append(" ").append(request.scheme()).append(" ").append(request.host());
    return web::Response().text(std::move(text));
}

Task<web::Response> store(web::Request& request) {
    const std::string_view text = co_await request.text();
    co_return web::Response().text(std::to_string(text.size()) + " bytes");
}

Task<web::Response> add(web::Request& request) {
    const json::Value document = co_await request.json();
    const json::Value* const title =
        document.is_object() ? document.as_object().if_contains("title") : nullptr;
    if (title == nullptr || !title->is_string()) throw web::HTTPBadRequest("a title is missing");
    co_return web::Response(201).json(document);
}

Task<web::Response> sign_up(web::Request& request) {
    const web::FormData form = co_await request.post();
    const std::string_view name = form.get("name", "");
    if (name.empty()) throw web::HTTPUnprocessableEntity("who are you?");
    std::string text = "Welcome, " + std::string(name);
    if (const web::FileField* const photo = form.file("photo")) {
        text += ", " + http::base_name(photo->filename) + " has " + std::to_string(photo->size) +
                " bytes";
    }
    co_return web::Response().text(std::move(text));
}

web::Response document(web::Request& request) {
    const std::string version = "v7";
    http::Validators validators;
    validators.etag = http::EntityTag{version, false};
    const auto outcome = http::evaluate_conditions(request.method(), request.headers(), validators);
    if (outcome == http::ConditionOutcome::PreconditionFailed) throw web::HTTPPreconditionFailed();
    web::Response response;
    response.header(http::Field::ETag, http::format_entity_tag(*validators.etag));
    if (outcome == http::ConditionOutcome::NotModified) return response.status(304);
    return response.text("the seventh version");
}

web::Response log_part(web::Request& request) {
    const std::string log = "0123456789";
    const auto field = request.headers().get(http::Field::Range);
    const auto selection = http::select_ranges(field.value_or(""), log.size(), 1);
    if (selection.outcome == http::RangeOutcome::Unsatisfiable)
        return web::Response(416).header(http::Field::ContentRange,
                                         http::format_unsatisfied_range(log.size()));
    if (selection.outcome == http::RangeOutcome::Whole) return web::Response().text(log);
    const http::ByteRange range = selection.ranges.front();
    return web::Response(206)
        .text(log.substr(range.first, range.size()))
        .header(http::Field::ContentRange, http::format_content_range(range, log.size()));
}

web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/search", search),
        web::get("/fields", fields),
        web::get("/who", who),
        web::post("/store", store),
        web::post("/add", add),
        web::post("/sign-up", sign_up),
        web::route("*", "/document", document),
        web::get("/log", log_part),
        web::get("/{rest:path}", show),
    });
    return app;
}

TEST(RequestsPage, RequestLineAndQuery) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/a%20b?q=1"), "200 GET /a b|/a%20b|q=1|http://test/a%20b?q=1");
    EXPECT_EQ(answer(app, "GET", "/search?q=a+b&page=3&tag=x&tag=y"), "200 a b 3 2");
    EXPECT_EQ(answer(app, "GET", "/search?page=x"), "200  1 0");
}

TEST(RequestsPage, FieldsAndPeers) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/fields", "User-Agent: me\r\nx-token:\r\nCookie: seen=often\r\n"),
              "200 me with a token often");
    EXPECT_EQ(answer(app, "GET", "/fields"), "200  without a token new here");
    EXPECT_EQ(answer(app, "GET", "/who"), "200 127.0.0.1 http test");
}

TEST(RequestsPage, Bodies) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "POST", "/store", "", "twelve bytes"), "200 12 bytes");
    EXPECT_EQ(answer(app, "POST", "/store", "Content-Type: text/plain; charset=koi8-r\r\n", "x"),
              "415 the charset 'koi8-r' is not supported; send UTF-8");
    EXPECT_EQ(answer(app, "POST", "/add", "", R"({"title":"a"})"), R"(201 {"title":"a"})");
    EXPECT_EQ(answer(app, "POST", "/add", "", "[1]"), "400 a title is missing");
    EXPECT_THAT(answer(app, "POST", "/add", "", "[1"), testing::StartsWith("400 "));
}

TEST(RequestsPage, Forms) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app,
                     "POST",
                     "/sign-up",
                     "Content-Type: application/x-www-form-urlencoded\r\n",
                     "name=Ada+L"),
              "200 Welcome, Ada L");
    const std::string form =
        "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAda\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"photo\"; "
        "filename=\"C:\\me.png\"\r\n\r\nPNG\r\n--b--\r\n";
    EXPECT_EQ(
        answer(app, "POST", "/sign-up", "Content-Type: multipart/form-data; boundary=b\r\n", form),
        "200 Welcome, Ada, me.png has 3 bytes");
    EXPECT_EQ(answer(app, "POST", "/sign-up"), "422 who are you?");
}

TEST(RequestsPage, ConditionsAndRanges) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "GET", "/document"), "200 the seventh version");
    EXPECT_EQ(answer(app, "GET", "/document", "If-None-Match: \"v7\"\r\n"), "304 ");
    EXPECT_EQ(answer(app, "PUT", "/document", "If-Match: \"v6\"\r\n"),
              "412 412: Precondition Failed");
    EXPECT_EQ(answer(app, "GET", "/log", "Range: bytes=2-4\r\n"), "206 234");
    EXPECT_EQ(answer(app, "GET", "/log", "Range: bytes=20-\r\n"), "416 ");
    EXPECT_EQ(full_answer(app, "GET", "/log", "Range: bytes=-1\r\n").field("Content-Range"),
              "bytes 9-9/10");
    EXPECT_EQ(answer(app, "GET", "/log"), "200 0123456789");
}

}  // namespace requests_page

namespace responses_page {

using namespace std::chrono_literals;

web::Response text(web::Request&) {
    return web::Response().text("plain");
}
web::Response page(web::Request&) {
    return web::Response().html("<p>Hello</p>");
}
web::Response data(web::Request&) {
    return web::Response().json({{"name", "Indrik"}, {"legs", 4}});
}
web::Response picture(web::Request&) {
    return web::Response().body("GIF89a", "image/gif");
}
web::Response created(web::Request& request) {
    return web::Response(201).text("made").header("Location", request.url_for("text"));
}

web::Response cached(web::Request&) {
    return web::Response()
        .text("for an hour")
        .header(http::Field::CacheControl, "max-age=3600")
        .add_header("Link", "</app.css>; rel=preload")
        .add_header("Link", "</app.js>; rel=preload");
}

web::Response log_in(web::Request&) {
    http::Cookie session("sid", "31d4d96e");
    session.path("/").max_age(1h).http_only().secure().same_site(http::SameSite::Lax);
    return web::Response().text("welcome").cookie(session).cookie("theme", "dark");
}

web::Response log_out(web::Request&) {
    return web::Response().text("bye").delete_cookie("sid");
}

web::Response old_place(web::Request& request) {
    return web::redirect(request.url_for("text"), 301);
}

web::Response members_only(web::Request& request) {
    if (!request.cookies().contains("sid")) throw web::HTTPFound("/login");
    return web::Response().text("members");
}

web::Response remove(web::Request&) {
    return web::no_content();
}

web::Response report(web::Request&) {
    return web::attachment("report.csv", "a,b\n1,2\n");
}

web::Response order(web::Request&) {
    return web::Problem(409)
        .type("https://api.example/problems/shipped")
        .detail("the order has been shipped")
        .with("order", 17);
}

Task<web::Response> slow_page(web::Request& request) {
    http::Headers hints;
    hints.append("Link", "</app.css>; rel=preload; as=style");
    co_await request.send_early_hints(hints);
    co_return web::Response().html("<link rel=stylesheet href=/app.css>");
}

web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/text", text).name("text"),
        web::get("/page", page),
        web::get("/data", data),
        web::get("/picture", picture),
        web::get("/created", created),
        web::get("/cached", cached),
        web::get("/in", log_in),
        web::get("/out", log_out),
        web::get("/old", old_place),
        web::get("/members", members_only),
        web::del("/", remove),
        web::get("/report", report),
        web::get("/order", order),
        web::get("/slow", slow_page),
    });
    return app;
}

TEST(ResponsesPage, Bodies) {
    TestApplication app(make_app());
    EXPECT_EQ(full_answer(app, "GET", "/text").field("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(full_answer(app, "GET", "/page").field("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer(app, "GET", "/data"), R"(200 {"name":"Indrik","legs":4})");
    EXPECT_EQ(full_answer(app, "GET", "/picture").field("Content-Type"), "image/gif");
    EXPECT_EQ(answer(app, "GET", "/created"), "201 made");
    EXPECT_EQ(full_answer(app, "GET", "/created").field("Location"), "/text");
    EXPECT_THAT(full_answer(app, "GET", "/cached").head,
                HasSubstr("\r\nLink: </app.css>; rel=preload\r\nLink: </app.js>; rel=preload\r\n"));
}

TEST(ResponsesPage, CookiesAndRedirections) {
    TestApplication app(make_app());
    const auto in = full_answer(app, "GET", "/in");
    EXPECT_THAT(in.head, HasSubstr("Set-Cookie: sid=31d4d96e;"));
    for (const char* part : {"Path=/", "Max-Age=3600", "HttpOnly", "Secure", "SameSite=Lax"})
        EXPECT_THAT(in.field("Set-Cookie"), HasSubstr(part));
    EXPECT_THAT(in.head, HasSubstr("Set-Cookie: theme=dark; Path=/\r\n"));
    EXPECT_THAT(full_answer(app, "GET", "/out").field("Set-Cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(full_answer(app, "GET", "/old").status, 301);
    EXPECT_EQ(full_answer(app, "GET", "/members").field("Location"), "/login");
    EXPECT_EQ(answer(app, "GET", "/members", "Cookie: sid=1\r\n"), "200 members");
}

TEST(ResponsesPage, OtherHelpers) {
    TestApplication app(make_app());
    EXPECT_EQ(answer(app, "DELETE", "/"), "204 ");
    const auto report = full_answer(app, "GET", "/report");
    EXPECT_EQ(report.field("Content-Disposition"), "attachment; filename=\"report.csv\"");
    EXPECT_THAT(report.field("Content-Type"), HasSubstr("text/csv"));
    const auto order = full_answer(app, "GET", "/order");
    EXPECT_EQ(order.field("Content-Type"), "application/problem+json");
    EXPECT_EQ(order.body,
              R"({"type":"https://api.example/problems/shipped","title":"Conflict","status":409,)"
              R"("detail":"the order has been shipped","order":17})");
    const auto slow = full_answer(app, "GET", "/slow");
    EXPECT_EQ(slow.status, 103);
    EXPECT_THAT(slow.head, HasSubstr("Link: </app.css>; rel=preload; as=style"));
}

}  // namespace responses_page

namespace tls_page {

Task<web::Response> whoami(web::Request& request) {
    const net::TLSStream* const tls = request.tls();  // null without TLS
    const auto certificate = tls ? tls->peer_certificate() : std::nullopt;
    if (!certificate) throw web::HTTPForbidden();
    co_return web::Response().text(certificate->subject() + " by " + std::string(tls->version()));
}

TEST(TLSPage, RefusesWhoShowsNoCertificate) {
    web::Application tls_app;
    tls_app.add_route(web::get("/", whoami));
    TestApplication app(std::move(tls_app));
    EXPECT_EQ(full_answer(app, "GET", "/").status, 403);
}

}  // namespace tls_page

namespace json_page {

enum class Colour { red, green };
INDRIK_DESCRIBE_ENUM(Colour, red, green)

struct Product {
    int id = 0;
    std::string title;
    std::optional<std::string> note;
    std::vector<Colour> colours;
};
INDRIK_DESCRIBE(Product, id, title, note, colours)

web::Response show_product(web::Request&) {
    const Product product{7, "Horn", {}, {Colour::red}};
    return web::json_response(product);
}

std::string round_trip(std::string_view text) {
    const json::Decoded<Product> product = json::from_text<Product>(text);
    if (!product) return product.error().to_string();
    return json::to_text(*product);
}

web::Response stock(web::Request&) {
    json::Object answer;
    answer["shelf"] = 3;
    answer["items"] = json::Array{"horn", "hoof"};
    return web::Response().json(answer);
}

Task<web::Response> count(web::Request& request) {
    const json::Value document = co_await request.json();
    if (!document.is_array()) throw web::HTTPBadRequest("an array is wanted");
    co_return web::Response().text(std::to_string(document.as_array().size()));
}

TEST(JSONPage, WritesAndReads) {
    web::Application json_app;
    json_app.add_routes({
        web::get("/product", show_product),
        web::get("/stock", stock),
        web::post("/count", count),
    });
    TestApplication app(std::move(json_app));
    const std::string text = R"({"id":7,"title":"Horn","note":null,"colours":["red"]})";
    EXPECT_EQ(answer(app, "GET", "/product"), "200 " + text);
    EXPECT_EQ(round_trip(text), text);
    EXPECT_EQ(round_trip(R"({"id":7.5,"title":"x","colours":["blue"]})"),
              "/id: expected an integer from -2147483648 to 2147483647; /colours/0: expected one "
              "of 'red','green'");
    EXPECT_EQ(answer(app, "GET", "/stock"), R"(200 {"shelf":3,"items":["horn","hoof"]})");
    EXPECT_EQ(answer(app, "POST", "/count", "", "[1, 2, 3]"), "200 3");
}

}  // namespace json_page

}  // namespace
