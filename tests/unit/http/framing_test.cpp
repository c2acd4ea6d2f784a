#include "indrik/http/framing.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

// Whole heads are the business of parser_test and parser_refusals_test; here stand the parts by
// themselves.

TEST(ParseContentLength, ReadsDigitsUpToTheSignedRange) {
    EXPECT_EQ(parse_content_length("0").value(), 0U);
    EXPECT_EQ(parse_content_length("00042").value(), 42U);
    EXPECT_EQ(parse_content_length("9223372036854775807").value(), 9223372036854775807U);
}

TEST(ParseContentLength, RefusesAllElse) {
    for (const char* text : {"",
                             "+1",
                             "-1",
                             "1 ",
                             " 1",
                             "1,1",
                             "0x1",
                             "1_0",
                             "1.0",
                             "\xd9\xa5",
                             "9223372036854775808",
                             "99999999999999999999"}) {
        EXPECT_EQ(parse_content_length(text).error(), Error::BadContentLength) << text;
    }
}

TEST(CheckTransferEncoding, AcceptsChunkedAlone) {
    EXPECT_TRUE(check_transfer_encoding("chunked"));
    EXPECT_TRUE(check_transfer_encoding("Chunked"));
}

TEST(CheckTransferEncoding, SaysWhetherItIsUnknownOrWrong) {
    for (const char* text : {"foo", "gzip", "gzip, chunked", "gzip ,deflate,chunked", "compress"}) {
        EXPECT_EQ(check_transfer_encoding(text).error(), Error::UnsupportedTransferEncoding)
            << text;
    }
    for (const char* text : {"",
                             ",",
                             "chunked,",
                             ",chunked",
                             "a,,chunked",
                             "xchunked",
                             "chunkedx",
                             "chunked chunked",
                             "chunked, chunked",
                             "identity",
                             "identity, chunked",
                             "chunked, identity",
                             "chunked, gzip",
                             "foo bar",
                             "foo;a=b, chunked"}) {
        EXPECT_EQ(check_transfer_encoding(text).error(), Error::BadTransferEncoding) << text;
    }
}

TEST(CheckHead, FillsInWhatFollowsFromTheFields) {
    RequestHead head;
    head.method = Method::Post;
    head.headers.append(Field::Host, "a:80");
    head.headers.append(Field::ContentLength, "5");
    head.headers.append(Field::Connection, "close");
    EXPECT_TRUE(check_head(head));
    EXPECT_EQ(head.authority, "a:80");
    EXPECT_EQ(head.framing, BodyFraming::ContentLength);
    EXPECT_EQ(head.content_length, 5U);
    EXPECT_FALSE(head.keep_alive);
}

TEST(CheckHead, RefusesLengthWithCoding) {
    RequestHead head;
    head.headers.append(Field::Host, "a");
    head.headers.append(Field::ContentLength, "5");
    head.headers.append(Field::TransferEncoding, "chunked");
    EXPECT_EQ(check_head(head).error(), Error::ConflictingLength);
}

}  // namespace
}  // namespace indrik::http::tests
