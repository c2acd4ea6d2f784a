#include "indrik/web/middlewares/cors.hpp"

#include <stdexcept>

#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kShop = "Origin: https://shop.example\r\n";

CORS shop() {
    return CORS().origin("https://shop.example").credentials(true).expose("X-Total");
}

std::string preflight(std::string_view origin, std::string_view more = "") {
    return "Origin: " + std::string(origin) + "\r\nAccess-Control-Request-Method: PUT\r\n" +
           std::string(more);
}

TEST(CORS, AllowedOriginsMayReadEveryResponse) {
    for (const char* path : {"/", "/gone", "/crash", "/stream", "/nowhere"}) {
        const auto response = answer_of(app_with(cors(shop())), get_request(path, kShop));
        EXPECT_TRUE(response.has_field("Access-Control-Allow-Origin: https://shop.example"))
            << path << response.head;
        EXPECT_TRUE(response.has_field("Access-Control-Allow-Credentials: true")) << path;
        EXPECT_TRUE(response.has_field("Access-Control-Expose-Headers: X-Total")) << path;
        EXPECT_TRUE(response.has_field("Vary: Origin")) << path;
    }
}

TEST(CORS, OthersGetNoPermissionButVary) {
    for (const char* origin : {"Origin: https://evil.example\r\n",
                               "Origin: null\r\n",
                               "Origin: https://shop.example.evil.example\r\n",
                               ""}) {
        const auto response = answer_of(app_with(cors(shop())), get_request("/", origin));
        EXPECT_EQ(response.status, 200);
        EXPECT_THAT(response.head, Not(HasSubstr("Access-Control")));
        EXPECT_TRUE(response.has_field("Vary: Origin"));
    }
}

TEST(CORS, PreflightIsAnsweredWhereNoOptionsRouteExists) {
    for (const char* path : {"/", "/echo", "/nowhere"}) {
        const auto response = answer_of(
            app_with(cors(shop())),
            request_of(
                "OPTIONS",
                path,
                preflight("https://shop.example", "Access-Control-Request-Headers: x-a, x-b\r\n")));
        EXPECT_EQ(response.status, 204);
        EXPECT_TRUE(response.has_field("Access-Control-Allow-Origin: https://shop.example"));
        EXPECT_TRUE(response.has_field("Access-Control-Allow-Credentials: true"));
        EXPECT_TRUE(response.has_field(
            "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE"));
        EXPECT_TRUE(response.has_field("Access-Control-Allow-Headers: x-a, x-b"));
        EXPECT_TRUE(response.has_field("Access-Control-Max-Age: 600"));
        EXPECT_TRUE(response.has_field("Vary: Access-Control-Request-Headers"));
    }
}

TEST(CORS, PreflightOfOthersGetsNoPermission) {
    const auto response = answer_of(app_with(cors(shop())),
                                    request_of("OPTIONS", "/", preflight("https://evil.example")));
    EXPECT_EQ(response.status, 204);
    EXPECT_THAT(response.head, Not(HasSubstr("Access-Control-Allow")));
}

TEST(CORS, PrivateNetworksAreNeverOpened) {
    const auto response = answer_of(
        app_with(cors(shop())),
        request_of(
            "OPTIONS",
            "/",
            preflight("https://shop.example", "Access-Control-Request-Private-Network: true\r\n")));
    EXPECT_THAT(response.head, Not(HasSubstr("Private-Network:")));
}

TEST(CORS, PlainOptionsGoToTheApplication) {
    const auto response = answer_of(app_with(cors(shop())), request_of("OPTIONS", "/", kShop));
    EXPECT_EQ(response.status, 405);
}

TEST(CORS, AnyOriginIsAStar) {
    const auto response = answer_of(app_with(cors(CORS().any_origin())),
                                    get_request("/", "Origin: https://x.example\r\n"));
    EXPECT_TRUE(response.has_field("Access-Control-Allow-Origin: *"));
    EXPECT_THAT(response.head, Not(HasSubstr("Vary")));
}

TEST(CORS, PredicatesDecide) {
    const auto options =
        CORS().origin_if([](std::string_view origin) { return origin.ends_with(".example.org"); });
    EXPECT_TRUE(options.allows("https://a.example.org"));
    EXPECT_FALSE(options.allows("https://example.com"));
    EXPECT_FALSE(options.allows(""));
}

TEST(CORS, PrefixesEndAtSegments) {
    const auto options = CORS().any_origin().prefix("/api");
    EXPECT_TRUE(options.concerns("/api"));
    EXPECT_TRUE(options.concerns("/api/x"));
    EXPECT_FALSE(options.concerns("/apix"));
    EXPECT_FALSE(options.concerns("/"));
    const auto outside =
        answer_of(app_with(cors(options)), get_request("/", "Origin: https://x.example\r\n"));
    EXPECT_THAT(outside.head, Not(HasSubstr("Access-Control")));
}

TEST(CORS, OfSeveralPrefixesEachHasItsRules) {
    const auto response =
        answer_of(app_with(cors(CORS().any_origin().prefix("/public")), cors(shop())),
                  get_request("/", kShop));
    EXPECT_TRUE(response.has_field("Access-Control-Allow-Origin: https://shop.example"));
}

TEST(CORS, MistakesAreErrors) {
    EXPECT_THROW(cors(CORS()), std::invalid_argument);
    EXPECT_THROW(cors(CORS().any_origin().credentials(true)), std::invalid_argument);
    EXPECT_THROW(cors(CORS().origin("example.com")), std::invalid_argument);
    EXPECT_THROW(cors(CORS().origin("https://example.com/path")), std::invalid_argument);
    EXPECT_THROW(cors(CORS().origin("*")), std::invalid_argument);
    EXPECT_THROW(cors(CORS().any_origin().prefix("api")), std::invalid_argument);
    EXPECT_THROW(cors(CORS().any_origin().expose("X\r\nY")), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
