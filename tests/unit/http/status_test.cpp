#include "indrik/http/status.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

TEST(Status, RegisteredCodesHaveAPhrase) {
    int registered = 0;
    for (int number = 100; number < 600; ++number) {
        registered += reason_phrase(static_cast<Status>(number)).empty() ? 0 : 1;
    }
    EXPECT_EQ(registered, 62);
    EXPECT_EQ(reason_phrase(Status::Ok), "OK");
    EXPECT_EQ(reason_phrase(Status::NotFound), "Not Found");
    EXPECT_EQ(reason_phrase(Status::UriTooLong), "URI Too Long");
    EXPECT_EQ(reason_phrase(Status::MultiStatus), "Multi-Status");
    EXPECT_EQ(reason_phrase(Status::HttpVersionNotSupported), "HTTP Version Not Supported");
    EXPECT_EQ(reason_phrase(static_cast<Status>(599)), "");
}

TEST(Status, BelongsToItsClass) {
    EXPECT_TRUE(is_informational(Status::Continue));
    EXPECT_TRUE(is_success(Status::NoContent));
    EXPECT_TRUE(is_redirection(Status::Found));
    EXPECT_TRUE(is_client_error(Status::NotFound) && is_error(Status::NotFound));
    EXPECT_TRUE(is_server_error(Status::BadGateway) && is_error(Status::BadGateway));
    EXPECT_FALSE(is_error(Status::Ok));
}

TEST(Status, SaysWhetherABodyMayFollow) {
    EXPECT_FALSE(may_have_body(Status::Continue));
    EXPECT_FALSE(may_have_body(Status::NoContent));
    EXPECT_FALSE(may_have_body(Status::NotModified));
    EXPECT_TRUE(may_have_body(Status::Ok));
    EXPECT_TRUE(may_have_body(Status::NotFound));
}

}  // namespace
}  // namespace indrik::http::tests
