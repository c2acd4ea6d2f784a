#include "indrik/http/response_framing.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/http/response_outcome.hpp"

namespace indrik::http::tests {
namespace {

// Method, status and fields against what they mean together.

using Fields = std::vector<std::pair<Field, const char*>>;

struct FramingCase {
    const char* name;
    Method method;
    int status;
    Fields fields;
    const char* framing;  // or the error's message
    Version version = Version::Http11;
};

void PrintTo(const FramingCase& framing, std::ostream* out) {
    *out << framing.name;
}

constexpr Version kOld = Version::Http10;
const std::pair<Field, const char*> kLength = {Field::ContentLength, "5"};
const std::pair<Field, const char*> kNoLength = {Field::ContentLength, "0"};
const std::pair<Field, const char*> kChunked = {Field::TransferEncoding, "chunked"};
const std::pair<Field, const char*> kClose = {Field::Connection, "x, Close"};
const std::pair<Field, const char*> kKeep = {Field::Connection, "Keep-Alive"};
const std::pair<Field, const char*> kUpgrade = {Field::Connection, "keep-alive, Upgrade"};
const std::pair<Field, const char*> kWebSocket = {Field::Upgrade, "websocket"};

class ResponseFraming : public testing::TestWithParam<FramingCase> {};

TEST_P(ResponseFraming, FollowsFromMethodStatusAndFields) {
    const FramingCase& it = GetParam();
    ResponseHead head;
    head.status = static_cast<Status>(it.status);
    head.version = it.version;
    for (const auto& [id, value] : it.fields) head.headers.append_view(id, value);
    const Result<> checked = check_head(head, it.method);
    EXPECT_EQ(checked ? describe_framing(head) : checked.error().message(), it.framing);
}

const FramingCase kBodies[] = {
    {"Length", Method::Get, 200, {kLength}, "length=5 keep-alive"},
    {"LengthOfNothing", Method::Get, 200, {kNoLength}, "none keep-alive"},
    {"GreatestLength",
     Method::Get,
     200,
     {{Field::ContentLength, "9223372036854775807"}},
     "length=9223372036854775807 keep-alive"},
    {"Chunked", Method::Get, 200, {kChunked}, "chunked keep-alive"},
    {"Neither", Method::Get, 200, {}, "until-close"},
    {"NeitherButKeepAlive", Method::Get, 200, {kKeep}, "until-close"},
    {"OfAPost", Method::Post, 201, {kLength}, "length=5 keep-alive"},
    {"OfAnUnknownMethod", Method::Other, 200, {kLength}, "length=5 keep-alive"},
    {"OfOptions", Method::Options, 200, {kNoLength}, "none keep-alive"},
    {"OfAnError", Method::Get, 500, {kChunked}, "chunked keep-alive"},
    {"OfARedirection", Method::Get, 302, {}, "until-close"},
    {"OfResetContent", Method::Post, 205, {}, "until-close"},
    {"OfUnregisteredStatus", Method::Get, 999, {kLength}, "length=5 keep-alive"},
    {"OfUnregisteredStatusWithoutLength", Method::Get, 600, {}, "until-close"},
};

const FramingCase kNoBodies[] = {
    {"HeadWithLength", Method::Head, 200, {kLength}, "none keep-alive"},
    {"HeadChunked", Method::Head, 200, {kChunked}, "none keep-alive"},
    {"HeadWithNeither", Method::Head, 200, {}, "none keep-alive"},
    {"HeadOfAnError", Method::Head, 404, {kLength}, "none keep-alive"},
    {"HeadThatCloses", Method::Head, 200, {kClose}, "none"},
    {"Continue", Method::Post, 100, {}, "none keep-alive"},
    {"ContinueWithNoLength", Method::Post, 100, {kNoLength}, "none keep-alive"},
    {"ContinueWithLength", Method::Post, 100, {kLength}, "none"},
    {"EarlyHintsOfHead", Method::Head, 103, {}, "none keep-alive"},
    {"UnregisteredInterim", Method::Get, 199, {}, "none keep-alive"},
    {"NoContent", Method::Delete, 204, {}, "none keep-alive"},
    {"NoContentWithNoLength", Method::Get, 204, {kNoLength}, "none keep-alive"},
    {"NoContentWithLength", Method::Get, 204, {kLength}, "none"},
    {"NoContentChunked", Method::Get, 204, {kChunked}, "none"},
    {"NotModified", Method::Get, 304, {}, "none keep-alive"},
    {"NotModifiedWithLength", Method::Get, 304, {kLength}, "none keep-alive"},
    {"NotModifiedChunked", Method::Get, 304, {kChunked}, "none keep-alive"},
    {"NotModifiedOfOldServer", Method::Get, 304, {}, "none", kOld},
};

const FramingCase kConnect[] = {
    {"Tunnel", Method::Connect, 200, {}, "none"},
    {"AnySuccess", Method::Connect, 299, {}, "none"},
    {"IgnoresLength", Method::Connect, 200, {kLength}, "none"},
    {"IgnoresCoding", Method::Connect, 200, {kChunked, kLength}, "none"},
    {"OfOldProxy", Method::Connect, 200, {kChunked}, "none", kOld},
    {"Interim", Method::Connect, 100, {}, "none keep-alive"},
    {"RefusalWithLength", Method::Connect, 407, {kLength}, "length=5 keep-alive"},
    {"RefusalWithNeither", Method::Connect, 502, {}, "until-close"},
    {"RefusalWithBoth",
     Method::Connect,
     502,
     {kLength, kChunked},
     "both Content-Length and Transfer-Encoding"},
};

const FramingCase kConnections[] = {
    {"Close", Method::Get, 200, {kLength, kClose}, "length=5"},
    {"CloseOfSecondField", Method::Get, 200, {kLength, kKeep, kClose}, "length=5"},
    {"ChunkedAndClose", Method::Get, 200, {kChunked, kClose}, "chunked"},
    {"OldServer", Method::Get, 200, {kLength}, "length=5", kOld},
    {"OldServerThatKeepsAlive", Method::Get, 200, {kLength, kKeep}, "length=5 keep-alive", kOld},
    {"OldServerThatDoesBoth", Method::Get, 200, {kLength, kKeep, kClose}, "length=5", kOld},
    {"Switch", Method::Get, 101, {kUpgrade, kWebSocket}, "none upgrade"},
    {"SwitchWithNoLength", Method::Get, 101, {kUpgrade, kWebSocket, kNoLength}, "none upgrade"},
    {"OfferOfAProtocol",
     Method::Get,
     200,
     {kUpgrade, {Field::Upgrade, "h2c"}, kLength},
     "length=5 keep-alive"},
    {"UpgradeRequired", Method::Get, 426, {kUpgrade, kWebSocket, kNoLength}, "none keep-alive"},
};

constexpr const char* kBadUpgrade = "101 without the protocol that it switches to";
constexpr const char* kBadLength = "malformed or repeated Content-Length";
constexpr const char* kBadCoding = "malformed or forbidden Transfer-Encoding";
constexpr const char* kBoth = "both Content-Length and Transfer-Encoding";

const FramingCase kRefusals[] = {
    {"SwitchWithoutUpgrade", Method::Get, 101, {kUpgrade}, kBadUpgrade},
    {"SwitchWithoutConnection", Method::Get, 101, {kWebSocket}, kBadUpgrade},
    {"SwitchWithOtherConnection", Method::Get, 101, {kWebSocket, kKeep}, kBadUpgrade},
    {"SwitchOfOldServer", Method::Get, 101, {kUpgrade, kWebSocket}, kBadUpgrade, kOld},
    {"LengthAndCoding", Method::Get, 200, {kLength, kChunked}, kBoth},
    {"LengthAndCodingOfHead", Method::Head, 200, {kLength, kChunked}, kBoth},
    {"LengthAndCodingOfNoContent", Method::Get, 204, {kNoLength, kChunked}, kBoth},
    {"LengthAndCodingOfNotModified", Method::Get, 304, {kChunked, kLength}, kBoth},
    {"LengthAndUnknownCoding",
     Method::Get,
     200,
     {kLength, {Field::TransferEncoding, "identity"}},
     kBoth},
    {"NegativeLength", Method::Get, 200, {{Field::ContentLength, "-1"}}, kBadLength},
    {"PlusLength", Method::Get, 200, {{Field::ContentLength, "+5"}}, kBadLength},
    {"LengthList", Method::Get, 200, {{Field::ContentLength, "5, 5"}}, kBadLength},
    {"EmptyLength", Method::Get, 200, {{Field::ContentLength, ""}}, kBadLength},
    {"LengthBeyondSignedRange",
     Method::Get,
     200,
     {{Field::ContentLength, "9223372036854775808"}},
     kBadLength},
    {"BadLengthOfHead", Method::Head, 200, {{Field::ContentLength, "x"}}, kBadLength},
    {"BadLengthOfNotModified", Method::Get, 304, {{Field::ContentLength, "x"}}, kBadLength},
    {"Identity", Method::Get, 200, {{Field::TransferEncoding, "identity"}}, kBadCoding},
    {"ChunkedNotLast", Method::Get, 200, {{Field::TransferEncoding, "chunked, gzip"}}, kBadCoding},
    {"ChunkedTwice", Method::Get, 200, {{Field::TransferEncoding, "chunked,chunked"}}, kBadCoding},
    {"EmptyCoding", Method::Get, 200, {{Field::TransferEncoding, ""}}, kBadCoding},
    {"CodingOfOldServer", Method::Get, 200, {kChunked}, kBadCoding, kOld},
    {"GzipThenChunked",
     Method::Get,
     200,
     {{Field::TransferEncoding, "gzip, chunked"}},
     "unsupported transfer coding"},
    {"Gzip", Method::Get, 200, {{Field::TransferEncoding, "gzip"}}, "unsupported transfer coding"},
};

std::string name_of(const testing::TestParamInfo<FramingCase>& info) {
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Body, ResponseFraming, testing::ValuesIn(kBodies), name_of);
INSTANTIATE_TEST_SUITE_P(NoBody, ResponseFraming, testing::ValuesIn(kNoBodies), name_of);
INSTANTIATE_TEST_SUITE_P(Connect, ResponseFraming, testing::ValuesIn(kConnect), name_of);
INSTANTIATE_TEST_SUITE_P(Connection, ResponseFraming, testing::ValuesIn(kConnections), name_of);
INSTANTIATE_TEST_SUITE_P(Refusal, ResponseFraming, testing::ValuesIn(kRefusals), name_of);

}  // namespace
}  // namespace indrik::http::tests
