#include "indrik/http/parser.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/http/head_outcome.hpp"

namespace indrik::http::tests {
namespace {

struct GoodCase {
    const char* name;
    std::string text;
    std::string outcome;  // without the size
};

void PrintTo(const GoodCase& good, std::ostream* out) {
    *out << good.name;
}

class GoodHead : public testing::TestWithParam<GoodCase> {};

TEST_P(GoodHead, IsReadInAnyFragmentation) {
    const GoodCase& good = GetParam();
    const std::string size = "size=" + std::to_string(good.text.size()) + "\n";
    EXPECT_EQ(every_outcome_of(good.text), size + good.outcome);
}

TEST_P(GoodHead, EndsWhereTheNextOneBegins) {
    const GoodCase& good = GetParam();
    const std::string size = "size=" + std::to_string(good.text.size()) + "\n";
    EXPECT_EQ(outcome_of(good.text + "\x16 whatever \n\n"), size + good.outcome);
}

const GoodCase kGoodCases[] = {
    {"Plain",
     "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\nHost=a"},
    {"QueryWithQuestionMarks",
     "GET /a/b?c=d?e HTTP/1.1\r\nHost: a.example:8000\r\n\r\n",
     "GET origin target=/a/b?c=d?e path=/a/b query=c=d?e authority=a.example:8000 1.1 keep-alive\n"
     "Host=a.example:8000"},
    {"TargetWithWhatBrowsersLeaveRaw",
     "GET /{a}|b^`?[x]='%zz HTTP/1.1\r\nHost: a\r\n\r\n",
     "GET origin target=/{a}|b^`?[x]='%zz path=/{a}|b^` query=[x]='%zz authority=a 1.1 keep-alive\n"
     "Host=a"},
    {"DoubleSlashIsAPath",
     "GET //evil.example/.. HTTP/1.1\r\nHost: a\r\n\r\n",
     "GET origin target=//evil.example/.. path=//evil.example/.. query= authority=a 1.1 "
     "keep-alive\nHost=a"},
    {"EmptyLinesBeforeIt",
     "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\nHost=a"},
    {"SpacesAroundValues",
     "GET / HTTP/1.1\r\nHost:a \t\r\nX-A:\t b\tc d \r\nX-Empty: \r\nX-None:\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\n"
     "Host=a\nX-A=b\tc d\nX-Empty=\nX-None="},
    {"HighBytesInValues",
     "GET / HTTP/1.1\r\nHost: a\r\nX-A: \xd1\x91\xff\x80\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\nHost=a\nX-A=\xd1\x91\xff\x80"},
    {"NamesInAnyCaseAndOfAnyTokenCharacter",
     "GET / HTTP/1.1\r\nhOST: a\r\n!#$%&'*+-.^`|~9: b\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\nhOST=a\n!#$%&'*+-.^`|~9=b"},
    {"UnderscoreNamesAreDropped",
     "GET / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\nX-B: c\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\nHost=a\nX-B=c"},
    {"RepeatedListFields",
     "GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\nAccept: c\r\nX-A: 1\r\nX-A: 2\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1 keep-alive\n"
     "Host=a\nAccept=b\nAccept=c\nX-A=1\nX-A=2"},
    {"Body",
     "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0012\r\n\r\n",
     "POST origin target=/x path=/x query= authority=a 1.1 length=12 keep-alive\n"
     "Host=a\nContent-Length=0012"},
    {"EmptyBody",
     "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
     "POST origin target=/x path=/x query= authority=a 1.1 keep-alive\nHost=a\nContent-Length=0"},
    {"GreatestBody",
     "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
     "PUT origin target=/x path=/x query= authority=a 1.1 length=9223372036854775807 keep-alive\n"
     "Host=a\nContent-Length=9223372036854775807"},
    {"ChunkedBody",
     "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKed\r\n\r\n",
     "POST origin target=/x path=/x query= authority=a 1.1 chunked keep-alive\n"
     "Host=a\nTransfer-Encoding=CHUNKed"},
    {"Expectation",
     "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n",
     "POST origin target=/x path=/x query= authority=a 1.1 length=1 keep-alive expect\n"
     "Host=a\nExpect=100-Continue\nContent-Length=1"},
    {"ExpectationOfOldClientIsIgnored",
     "POST /x HTTP/1.0\r\nExpect: what\r\nContent-Length: 1\r\n\r\n",
     "POST origin target=/x path=/x query= authority= 1.0 length=1\nExpect=what\nContent-Length=1"},
    {"OldClient", "GET / HTTP/1.0\r\n\r\n", "GET origin target=/ path=/ query= authority= 1.0"},
    {"OldClientWithEmptyHost",
     "GET / HTTP/1.0\r\nHost:\r\n\r\n",
     "GET origin target=/ path=/ query= authority= 1.0\nHost="},
    {"OldClientThatKeepsAlive",
     "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.0 keep-alive\n"
     "Host=a\nConnection=Keep-Alive"},
    {"OldClientThatAsksForAnUpgrade",
     "GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
     "GET origin target=/ path=/ query= authority= 1.0\nConnection=upgrade\nUpgrade=websocket"},
    {"Close",
     "GET / HTTP/1.1\r\nHost: a\r\nConnection: foo , Close\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.1\nHost=a\nConnection=foo , Close"},
    {"CloseWinsOverKeepAlive",
     "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
     "GET origin target=/ path=/ query= authority=a 1.0\n"
     "Host=a\nConnection=keep-alive\nConnection=close"},
    {"Upgrade",
     "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
     "GET origin target=/ws path=/ws query= authority=a 1.1 keep-alive upgrade\n"
     "Host=a\nConnection=keep-alive, Upgrade\nUpgrade=websocket"},
    {"UpgradeWithoutConnectionIsNone",
     "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
     "GET origin target=/ws path=/ws query= authority=a 1.1 keep-alive\nHost=a\nUpgrade=websocket"},
    {"ConnectionUpgradeWithoutUpgradeIsNone",
     "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
     "GET origin target=/ws path=/ws query= authority=a 1.1 "
     "keep-alive\nHost=a\nConnection=upgrade"},
    {"OfferOfHttp2WithABodyIsNotTaken",
     "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: "
     "2\r\n\r\n",
     "POST origin target=/ path=/ query= authority=a 1.1 length=2 keep-alive\n"
     "Host=a\nConnection=Upgrade\nUpgrade=h2c\nContent-Length=2"},
    {"Asterisk",
     "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
     "OPTIONS asterisk target=* path=* query= authority= 1.1 keep-alive\nHost="},
    {"Connect",
     "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
     "CONNECT authority target=a.example:443 path= query= authority=a.example:443 1.1 keep-alive\n"
     "Host=a.example:443"},
    {"Absolute",
     "GET http://A.example/b?c HTTP/1.1\r\nHost: a.EXAMPLE:80\r\n\r\n",
     "GET absolute target=http://A.example/b?c path=/b query=c authority=A.example 1.1 keep-alive\n"
     "Host=a.EXAMPLE:80"},
    {"AbsoluteWithoutPath",
     "GET HTTPS://a.example:443?c HTTP/1.1\r\nHost: a.example\r\n\r\n",
     "GET absolute target=HTTPS://a.example:443?c path=/ query=c authority=a.example:443 1.1 "
     "keep-alive\nHost=a.example"},
    {"AbsoluteOfOldClient",
     "GET http://[::1]:8000/ HTTP/1.0\r\n\r\n",
     "GET absolute target=http://[::1]:8000/ path=/ query= authority=[::1]:8000 1.0"},
    {"OtherMethods",
     "M-SEARCH_20 / HTTP/1.1\r\nHost: a\r\n\r\n",
     "M-SEARCH_20 origin target=/ path=/ query= authority=a 1.1 keep-alive\nHost=a"},
};

INSTANTIATE_TEST_SUITE_P(RequestParser,
                         GoodHead,
                         testing::ValuesIn(kGoodCases),
                         [](const auto& it) { return std::string(it.param.name); });

TEST(RequestParser, ReadsPipelinedHeadsWithOneHeadObject) {
    const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\r\n";
    const std::string second = "HEAD /2 HTTP/1.0\r\n\r\n";
    const std::string both = first + second;
    RequestParser parser;
    RequestHead head;
    EXPECT_EQ(parser.parse(both, head).value(), first.size());
    EXPECT_EQ(head.path, "/1");
    EXPECT_EQ(head.headers.size(), 2U);
    EXPECT_EQ(parser.parse(std::string_view(both).substr(first.size()), head).value(),
              second.size());
    EXPECT_EQ(head.path, "/2");
    EXPECT_EQ(head.method, Method::Head);
    EXPECT_TRUE(head.headers.empty());
}

TEST(RequestParser, ViewsPointIntoTheReceivedBytesAlsoAfterAMove) {
    const std::string text = "GET /path?q HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\n";
    std::string before = text.substr(0, 36);
    RequestParser parser;
    RequestHead head;
    ASSERT_EQ(parser.parse(before, head).value(), 0U);
    const std::string after = text;
    before.assign(before.size(), 'x');
    ASSERT_EQ(parser.parse(after, head).value(), text.size());
    const auto inside = [&after](std::string_view view) {
        return view.data() >= after.data() &&
               view.data() + view.size() <= after.data() + after.size();
    };
    EXPECT_TRUE(inside(head.path) && inside(head.query) && inside(head.method_text));
    EXPECT_TRUE(inside(head.headers[0].name) && inside(head.headers[0].value));
    EXPECT_EQ(head.headers.get(Field::Accept), "b");
}

TEST(RequestParser, ForgetsAnUnfinishedHeadOnReset) {
    RequestParser parser;
    RequestHead head;
    ASSERT_EQ(parser.parse("GET /old HTTP/1.1\r\nHost: a\r\nX-O", head).value(), 0U);
    parser.reset();
    const std::string_view text = "GET /new HTTP/1.1\r\nHost: b\r\n\r\n";
    ASSERT_EQ(parser.parse(text, head).value(), text.size());
    EXPECT_EQ(head.path, "/new");
    EXPECT_EQ(head.headers.size(), 1U);
}

TEST(RequestParser, SaysTheVersionOfARefusedHead) {
    RequestParser parser;
    RequestHead head;
    EXPECT_FALSE(parser.parse("GET / HTTP/1.0\r\nBad Name: x\r\n\r\n", head));
    EXPECT_EQ(head.version, Version::Http10);
    EXPECT_FALSE(parser.parse("GET / HTTP/3.0\r\n\r\n", head));
    EXPECT_EQ(head.version, Version::Http11);
}

TEST(RequestParser, WaitsForNothing) {
    RequestParser parser;
    RequestHead head;
    EXPECT_EQ(parser.parse("", head).value(), 0U);
    EXPECT_EQ(parser.parse("\r", head).value(), 0U);
    EXPECT_EQ(parser.parse("\r\nG", head).value(), 0U);
}

TEST(RequestParser, LooksAtEachByteOnceHoweverSlowlyItComes) {
    // 60 KiB byte by byte is quick when linear: a quadratic parser would take minutes under
    // sanitizers.
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 8; ++i) text += "X-Long: " + std::string(7500, 'v') + "\r\n";
    text += "\r\n";
    RequestParser parser;
    RequestHead head;
    std::size_t size = 0;
    for (std::size_t come = 1; come <= text.size(); ++come) {
        size = parser.parse(std::string_view(text).substr(0, come), head).value();
        ASSERT_EQ(size != 0, come == text.size());
    }
    EXPECT_EQ(head.headers.size(), 9U);
}

}  // namespace
}  // namespace indrik::http::tests
