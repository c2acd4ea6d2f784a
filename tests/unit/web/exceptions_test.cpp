// The hierarchy of HTTP outcomes, and the parts that some of them must have.

#include "indrik/web/exceptions.hpp"

#include <stdexcept>
#include <type_traits>

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using http::Field;

template <class Exception, class Base>
void expect_kind(int status) {
    static_assert(std::is_base_of_v<Base, Exception>);
    EXPECT_EQ(Exception().status(), static_cast<http::Status>(status));
}

TEST(HTTPException, StatusesHaveTheirTypes) {
    expect_kind<HTTPOk, HTTPSuccessful>(200);
    expect_kind<HTTPCreated, HTTPSuccessful>(201);
    expect_kind<HTTPAccepted, HTTPSuccessful>(202);
    expect_kind<HTTPNonAuthoritativeInformation, HTTPSuccessful>(203);
    expect_kind<HTTPNoContent, HTTPSuccessful>(204);
    expect_kind<HTTPResetContent, HTTPSuccessful>(205);
    expect_kind<HTTPPartialContent, HTTPSuccessful>(206);
    expect_kind<HTTPNotModified, HTTPRedirection>(304);
    expect_kind<HTTPBadRequest, HTTPClientError>(400);
    expect_kind<HTTPPaymentRequired, HTTPClientError>(402);
    expect_kind<HTTPForbidden, HTTPClientError>(403);
    expect_kind<HTTPNotFound, HTTPClientError>(404);
    expect_kind<HTTPNotAcceptable, HTTPClientError>(406);
    expect_kind<HTTPRequestTimeout, HTTPClientError>(408);
    expect_kind<HTTPConflict, HTTPClientError>(409);
    expect_kind<HTTPGone, HTTPClientError>(410);
    expect_kind<HTTPLengthRequired, HTTPClientError>(411);
    expect_kind<HTTPPreconditionFailed, HTTPClientError>(412);
    expect_kind<HTTPRequestURITooLong, HTTPClientError>(414);
    expect_kind<HTTPUnsupportedMediaType, HTTPClientError>(415);
    expect_kind<HTTPRequestRangeNotSatisfiable, HTTPClientError>(416);
    expect_kind<HTTPExpectationFailed, HTTPClientError>(417);
    expect_kind<HTTPMisdirectedRequest, HTTPClientError>(421);
    expect_kind<HTTPUnprocessableEntity, HTTPClientError>(422);
    expect_kind<HTTPLocked, HTTPClientError>(423);
    expect_kind<HTTPFailedDependency, HTTPClientError>(424);
    expect_kind<HTTPPreconditionRequired, HTTPClientError>(428);
    expect_kind<HTTPTooManyRequests, HTTPClientError>(429);
    expect_kind<HTTPRequestHeaderFieldsTooLarge, HTTPClientError>(431);
    expect_kind<HTTPInternalServerError, HTTPServerError>(500);
    expect_kind<HTTPNotImplemented, HTTPServerError>(501);
    expect_kind<HTTPBadGateway, HTTPServerError>(502);
    expect_kind<HTTPServiceUnavailable, HTTPServerError>(503);
    expect_kind<HTTPGatewayTimeout, HTTPServerError>(504);
    expect_kind<HTTPVersionNotSupported, HTTPServerError>(505);
    expect_kind<HTTPVariantAlsoNegotiates, HTTPServerError>(506);
    expect_kind<HTTPInsufficientStorage, HTTPServerError>(507);
    expect_kind<HTTPNotExtended, HTTPServerError>(510);
    expect_kind<HTTPNetworkAuthenticationRequired, HTTPServerError>(511);
}

template <class Exception>
void expect_move(int status) {
    static_assert(std::is_base_of_v<HTTPRedirection, Exception>);
    static_assert(!std::is_default_constructible_v<Exception>);
    const Exception move("/there");
    EXPECT_EQ(move.status(), static_cast<http::Status>(status));
    EXPECT_EQ(move.response().headers().get(Field::Location), "/there");
    EXPECT_THROW(Exception("/a\r\nSet-Cookie: b"), std::invalid_argument);
}

TEST(HTTPException, RedirectionsSayWhereTo) {
    expect_move<HTTPMultipleChoices>(300);
    expect_move<HTTPMovedPermanently>(301);
    expect_move<HTTPFound>(302);
    expect_move<HTTPSeeOther>(303);
    expect_move<HTTPUseProxy>(305);
    expect_move<HTTPTemporaryRedirect>(307);
    expect_move<HTTPPermanentRedirect>(308);
}

TEST(HTTPException, RequiredPartsAreThere) {
    static_assert(!std::is_default_constructible_v<HTTPUnauthorized>);
    static_assert(!std::is_default_constructible_v<HTTPUnavailableForLegalReasons>);
    static_assert(!std::is_default_constructible_v<HTTPRequestEntityTooLarge>);
    const HTTPUnauthorized unauthorized("Basic realm=\"x\"");
    EXPECT_EQ(unauthorized.response().headers().get(Field::WWWAuthenticate), "Basic realm=\"x\"");
    EXPECT_STREQ(unauthorized.what(), "401: Unauthorized");
    const HTTPProxyAuthenticationRequired proxy("Basic realm=\"x\"");
    EXPECT_TRUE(proxy.response().headers().contains(Field::ProxyAuthenticate));
    const HTTPMethodNotAllowed method("PUT", "GET,HEAD");
    EXPECT_EQ(method.response().headers().get(Field::Allow), "GET,HEAD");
    const HTTPUpgradeRequired upgrade("websocket");
    EXPECT_EQ(upgrade.response().headers().get(Field::Upgrade), "websocket");
    const HTTPUnavailableForLegalReasons blocked("https://court.example/42");
    EXPECT_EQ(blocked.response().headers().get(Field::Link),
              "<https://court.example/42>; rel=\"blocked-by\"");
    EXPECT_THROW(HTTPUnavailableForLegalReasons("a> b"), std::invalid_argument);
    const HTTPServiceUnavailable later(30s);
    EXPECT_EQ(later.response().headers().get(Field::RetryAfter), "30");
    EXPECT_EQ(HTTPTooManyRequests(5s).response().headers().get(Field::RetryAfter), "5");
}

}  // namespace
}  // namespace indrik::web
