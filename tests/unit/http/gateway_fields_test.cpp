// Fields with '_' in their names that gateways may send (HeadLimits::gateway_fields).
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "indrik/http/parser.hpp"

namespace indrik::http {
namespace {

constexpr std::string_view kRequest =
    "GET / HTTP/1.1\r\nHost: x\r\nscript_name: /app\r\nX_Other: 1\r\n\r\n";
constexpr std::string_view kPlain = "GET / HTTP/1.1\r\nHost: x\r\nX_Other: 1\r\n\r\n";

const std::vector<std::string> kNames{"SCRIPT_NAME"};

HeadLimits limits(UnderscoreNames names) {
    HeadLimits result;
    result.underscore_names = names;
    result.gateway_fields = &kNames;
    return result;
}

TEST(GatewayFields, ComeThroughWhereOthersAreDropped) {
    RequestParser parser(limits(UnderscoreNames::Drop));
    RequestHead head;
    for (std::size_t size = 1; size < kRequest.size(); ++size) {
        const Result<std::size_t> part = parser.parse(kRequest.substr(0, size), head);
        ASSERT_TRUE(part);
        ASSERT_EQ(*part, 0u) << size;
    }
    const Result<std::size_t> whole = parser.parse(kRequest, head);
    ASSERT_TRUE(whole);
    EXPECT_EQ(*whole, kRequest.size());
    EXPECT_TRUE(parser.has_gateway_fields());
    EXPECT_TRUE(head.headers.contains("SCRIPT_NAME"));
    EXPECT_FALSE(head.headers.contains("X_Other"));
}

TEST(GatewayFields, AreForgottenWithTheNextHead) {
    RequestParser parser(limits(UnderscoreNames::Drop));
    RequestHead head;
    ASSERT_TRUE(parser.parse(kRequest, head));
    EXPECT_TRUE(parser.has_gateway_fields());
    ASSERT_TRUE(parser.parse(kPlain, head));
    EXPECT_FALSE(parser.has_gateway_fields());
}

TEST(GatewayFields, ComeThroughWhereOthersAreRefused) {
    RequestParser parser(limits(UnderscoreNames::Refuse));
    RequestHead head;
    EXPECT_FALSE(parser.parse(kRequest, head));
    constexpr std::string_view kAllowed = "GET / HTTP/1.1\r\nHost: x\r\nSCRIPT_NAME: /\r\n\r\n";
    EXPECT_TRUE(parser.parse(kAllowed, head));
    EXPECT_TRUE(parser.has_gateway_fields());
}

}  // namespace
}  // namespace indrik::http
