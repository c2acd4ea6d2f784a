#include "indrik/http/errors.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

TEST(Error, EveryOneHasItsOwnMessageAndAStatus) {
    std::set<std::string> messages;
    int count = 0;
    for (int number = 1; number <= static_cast<int>(Error::BadUpgrade); ++number, ++count) {
        const auto error = static_cast<Error>(number);
        messages.insert(make_error_code(error).message());
        EXPECT_TRUE(is_error(status_of(error)));
    }
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(messages.count("unknown HTTP error"), 0U);
}

TEST(Error, IsACodeOfItsCategory) {
    const std::error_code code = Error::BadHost;
    EXPECT_STREQ(code.category().name(), "indrik.http");
    EXPECT_EQ(code, Error::BadHost);
}

TEST(StatusOf, FollowsTheKindOfError) {
    EXPECT_EQ(status_of(Error::BadHost), Status::BadRequest);
    EXPECT_EQ(status_of(Error::RequestLineTooLong), Status::UriTooLong);
    EXPECT_EQ(status_of(Error::TooManyFields), Status::RequestHeaderFieldsTooLarge);
    EXPECT_EQ(status_of(Error::BodyTooLarge), Status::ContentTooLarge);
    EXPECT_EQ(status_of(Error::TooManyParts), Status::ContentTooLarge);
    EXPECT_EQ(status_of(Error::UnsupportedContentCoding), Status::UnsupportedMediaType);
    EXPECT_EQ(status_of(Error::UnsupportedVersion), Status::HttpVersionNotSupported);
    EXPECT_EQ(status_of(Error::UnsupportedTransferEncoding), Status::NotImplemented);
    EXPECT_EQ(status_of(Error::UnsupportedExpectation), Status::ExpectationFailed);
    EXPECT_EQ(status_of(Error::BadStatusLine), Status::BadGateway);
    EXPECT_EQ(status_of(Error::StatusLineTooLong), Status::BadGateway);
    EXPECT_EQ(status_of(Error::BadUpgrade), Status::BadGateway);
    EXPECT_EQ(status_of(std::error_code(Error::UnsupportedExpectation)), Status::ExpectationFailed);
    EXPECT_EQ(status_of(std::make_error_code(std::errc::timed_out)), Status::BadRequest);
}

}  // namespace
}  // namespace indrik::http::tests
