// The middlewares that only add fields: cache_control, security_headers, request_ids, and Request::on_response_prepare beneath.

#include <stdexcept>
#include <vector>

#include "indrik/web/middlewares/cache_control.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/middlewares/security_headers.hpp"
#include "indrik/web/middlewares/wrap.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kEveryKind = {"/", "/gone", "/crash", "/stream", "/nowhere"};

Middleware mark(std::string value) {
    return [value](Request& request, Next next) {
        request.on_response_prepare(
            [&value](Request&, Response& response) { response.add_header("X-Mark", value); });
        return next(request);
    };
}

TEST(OnResponsePrepare, IsForEveryResponseWhoeverMadeIt) {
    for (const std::string& path : kEveryKind) {
        const auto response = answer_of(app_with(mark("a")), get_request(path));
        EXPECT_TRUE(response.has_field("X-Mark: a")) << path << response.head;
    }
}

TEST(OnResponsePrepare, InnerMiddlewaresComeFirst) {
    const auto response = answer_of(app_with(mark("outer"), mark("inner")), get_request("/"));
    EXPECT_LT(response.head.find("X-Mark: inner"), response.head.find("X-Mark: outer"));
}

TEST(OnResponsePrepare, IsForOneRequestOnly) {
    Application app = make_plain_app();
    app.add_route(get("/marked", wrap(mark("a"), [](Request&) { return Response(); })));
    test::ServerRun run(std::move(app));
    const auto responses =
        test::parse_responses(run.answers_to(get_request("/marked") + get_request("/")));
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_TRUE(responses[0].has_field("X-Mark: a"));
    EXPECT_THAT(responses[1].head, Not(HasSubstr("X-Mark")));
}

TEST(OnResponsePrepare, WhatItThrowsIsAnswered) {
    const Middleware refuse = [](Request& request, Next next) {
        request.on_response_prepare([](Request&, Response&) { throw HTTPForbidden(); });
        return next(request);
    };
    EXPECT_EQ(answer_of(app_with(refuse), get_request("/")).status, 403);
}

TEST(Wrap, TheFirstIsTheOutermost) {
    Application app;
    app.add_route(
        get("/", wrap(mark("outer"), mark("inner"), [](Request&) { return Response(); })));
    const auto response = answer_of(std::move(app), get_request("/"));
    EXPECT_LT(response.head.find("X-Mark: inner"), response.head.find("X-Mark: outer"));
    EXPECT_THROW(wrap(Middleware(), [](Request&) { return Response(); }), std::invalid_argument);
}

TEST(CacheControl, SaysWhatWasSet) {
    const CacheControl rule = CacheControl().shared().max_age(1h).stale_if_error(60s).immutable();
    EXPECT_EQ(rule.text(), "public, max-age=3600, stale-if-error=60, immutable");
    EXPECT_THROW(CacheControl().max_age(-1s), std::invalid_argument);
    EXPECT_THROW(cache_control(CacheControl()), std::invalid_argument);
}

TEST(CacheControl, IsForSuccessThatSaysNothingItself) {
    const auto app = [] {
        Application made = app_with(cache_control(CacheControl().no_cache()));
        made.add_route(get("/own", [](Request&) {
            return Response().text("x").header("Cache-Control", "no-store");
        }));
        return made;
    };
    EXPECT_TRUE(answer_of(app(), get_request("/")).has_field("Cache-Control: no-cache"));
    EXPECT_TRUE(answer_of(app(), get_request("/stream")).has_field("Cache-Control: no-cache"));
    EXPECT_TRUE(answer_of(app(), request_of("HEAD", "/")).has_field("Cache-Control: no-cache"));
    EXPECT_THAT(answer_of(app(), get_request("/own")).head, Not(HasSubstr("no-cache")));
    EXPECT_THAT(answer_of(app(), get_request("/gone")).head, Not(HasSubstr("Cache-Control")));
    EXPECT_THAT(answer_of(app(), get_request("/nowhere")).head, Not(HasSubstr("Cache-Control")));
}

TEST(SecurityHeaders, AreOnEveryResponse) {
    for (const std::string& path : kEveryKind) {
        const auto response = answer_of(app_with(security_headers()), get_request(path));
        EXPECT_TRUE(response.has_field("X-Content-Type-Options: nosniff")) << path;
        EXPECT_TRUE(response.has_field("X-Frame-Options: DENY")) << path;
        EXPECT_TRUE(response.has_field("Referrer-Policy: strict-origin-when-cross-origin"));
        EXPECT_TRUE(response.has_field("Cross-Origin-Opener-Policy: same-origin"));
        EXPECT_TRUE(response.has_field("Cross-Origin-Resource-Policy: same-origin"));
        EXPECT_THAT(response.head, Not(HasSubstr("Strict-Transport")));
    }
}

TEST(SecurityHeaders, LeaveWhatTheHandlerSaid) {
    Application app;
    app.add_middleware(security_headers(SecurityHeaders().opener_policy("")));
    app.add_route(get("/", [](Request&) {
        return Response().text("x").header("X-Frame-Options", "SAMEORIGIN");
    }));
    const auto response = answer_of(std::move(app), get_request("/"));
    EXPECT_TRUE(response.has_field("X-Frame-Options: SAMEORIGIN"));
    EXPECT_THAT(response.head, Not(HasSubstr("DENY")));
    EXPECT_THAT(response.head, Not(HasSubstr("Opener")));
}

TEST(SecurityHeaders, HSTSIsForHttpsOnly) {
    const auto options = SecurityHeaders().hsts(24h, true, true);
    http::Headers plain;
    options.apply(plain, false, "");
    EXPECT_FALSE(plain.contains("Strict-Transport-Security"));
    http::Headers secure;
    options.apply(secure, true, "");
    EXPECT_EQ(secure.get("Strict-Transport-Security"), "max-age=86400; includeSubDomains; preload");
}

TEST(SecurityHeaders, NonceIsAnotherOneForEachRequest) {
    Application app;
    app.add_middleware(security_headers(
        SecurityHeaders().content_security_policy("script-src 'nonce-{nonce}'; x {nonce}")));
    app.add_route(get(
        "/", [](Request& request) { return Response().text(std::string(csp_nonce(request))); }));
    test::ServerRun run(std::move(app));
    const auto responses =
        test::parse_responses(run.answers_to(get_request("/") + get_request("/")));
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_NE(responses[0].body, responses[1].body);
    EXPECT_EQ(responses[0].body.size(), 24u);
    const std::string& nonce = responses[0].body;
    EXPECT_TRUE(responses[0].has_field("Content-Security-Policy: script-src 'nonce-" + nonce +
                                       "'; x " + nonce));
}

TEST(SecurityHeaders, RefuseValuesThatSplitTheHead) {
    EXPECT_THROW(security_headers(SecurityHeaders().frame_options("DENY\r\nX: y")),
                 std::invalid_argument);
}

std::string id_in(const test::WireResponse& response) {
    const std::size_t at = response.head.find("X-Request-ID: ");
    if (at == std::string::npos) return "";
    return response.head.substr(at + 14, response.head.find('\r', at) - at - 14);
}

TEST(RequestIds, SaneOnesAreTakenOver) {
    Application app = app_with(request_ids());
    app.add_route(get(
        "/id", [](Request& request) { return Response().text(std::string(request_id(request))); }));
    test::ServerRun run(std::move(app));
    const auto response = answer_of(run, get_request("/id", "X-Request-ID: a-1:b/2\r\n"));
    EXPECT_EQ(response.body, "a-1:b/2");
    EXPECT_EQ(id_in(response), "a-1:b/2");
}

TEST(RequestIds, OthersAreReplaced) {
    const std::vector<std::string> bad = {
        "", "a b", "a\"b", "{x}", "<script>", std::string(129, 'a'), "\xc3\xa9"};
    for (const std::string& id : bad) {
        const auto response =
            answer_of(app_with(request_ids()), get_request("/", "X-Request-ID: " + id + "\r\n"));
        EXPECT_EQ(id_in(response).size(), 32u) << id;
    }
    const auto distrusted = answer_of(app_with(request_ids(RequestIds().accept(false))),
                                      get_request("/", "X-Request-ID: fine\r\n"));
    EXPECT_EQ(id_in(distrusted).size(), 32u);
}

TEST(RequestIds, AreOnEveryResponseAndInTheLog) {
    for (const std::string& path : kEveryKind) {
        EXPECT_EQ(id_in(answer_of(app_with(request_ids()), get_request(path))).size(), 32u) << path;
    }
    test::ServerRun run(app_with(request_ids()));
    answer_of(run, get_request("/crash", "X-Request-ID: find-me\r\n"));
    EXPECT_THAT(run.log(), HasSubstr("find-me"));
}

}  // namespace
}  // namespace indrik::web
