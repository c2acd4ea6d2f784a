// What is no request, or a smuggled one, at the level of the whole server: its exact status, a closed connection, and nothing
// behind it executed. The cases are the matrix of the known attacks on HTTP servers.

#include <string>
#include <vector>

#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::MemoryClient;
using test::parse_responses;

struct Refusal {
    const char* name;
    int status;
    std::string request;
};

std::string with_fields(std::string_view fields) {
    return get_request("/", fields);
}
std::string post_with(std::string_view fields, std::string_view body = "") {
    return "POST /echo HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n" +
           std::string(body);
}
std::string line(std::string_view text) {
    return std::string(text) + "\r\nHost: test\r\n\r\n";
}
std::string chunks(std::string_view coded) {
    return chunked_request("/echo", coded);
}
std::string nul(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c == '@') c = '\0';
    }
    return result;
}

std::vector<Refusal> refusals() {
    const std::string cl = "Content-Length: ";
    const std::string te = "Transfer-Encoding: ";
    return {
        // ---- framing
        {"LengthAndCoding", 400, post_with(cl + "5\r\n" + te + "chunked\r\n", "0\r\n\r\n")},
        {"CodingAndLength", 400, post_with(te + "chunked\r\n" + cl + "5\r\n", "0\r\n\r\n")},
        {"TwoEqualLengths", 400, post_with(cl + "5\r\n" + cl + "5\r\n", "hello")},
        {"TwoLengths", 400, post_with(cl + "5\r\n" + cl + "6\r\n", "hello")},
        {"ListOfLengths", 400, post_with(cl + "5, 5\r\n", "hello")},
        {"SignedLength", 400, post_with(cl + "+5\r\n", "hello")},
        {"NegativeLength", 400, post_with(cl + "-1\r\n")},
        {"HexadecimalLength", 400, post_with(cl + "0x5\r\n", "hello")},
        {"UnderscoreLength", 400, post_with(cl + "5_0\r\n", "hello")},
        {"UnicodeLength", 400, post_with(cl + "\xd9\xa5\r\n", "hello")},
        {"EmptyLength", 400, post_with(cl + "\r\n")},
        {"BlankInLength", 400, post_with(cl + "1 2\r\n", "hello")},
        {"OverflowingLength", 400, post_with(cl + "18446744073709551617\r\n", "h")},
        {"XChunked", 400, post_with(te + "xchunked\r\n", "0\r\n\r\n")},
        {"ChunkedIdentity", 400, post_with(te + "chunked, identity\r\n", "0\r\n\r\n")},
        {"ChunkedTwice", 400, post_with(te + "chunked, chunked\r\n", "0\r\n\r\n")},
        {"ChunkedInTwoFields",
         400,
         post_with(te + "chunked\r\n" + te + "chunked\r\n", "0\r\n\r\n")},
        {"ControlBeforeChunked",
         400,
         post_with(te + "\x0b"
                        "chunked\r\n",
                   "0\r\n\r\n")},
        {"QuotedChunked", 400, post_with(te + "\"chunked\"\r\n", "0\r\n\r\n")},
        {"EmptyCoding", 400, post_with(te + "\r\n", "0\r\n\r\n")},
        {"IdentityCoding", 400, post_with(te + "identity\r\n")},
        {"UnknownCoding", 501, post_with(te + "gzip, chunked\r\n", "0\r\n\r\n")},
        {"CodingInHTTP10",
         400,
         "POST /echo HTTP/1.0\r\nHost: test\r\n" + te + "chunked\r\n\r\n0\r\n\r\n"},
        {"CodingNameWithBlank", 400, post_with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
        // ---- lines and fields
        {"BlankBeforeColon", 400, with_fields("Name : value\r\n")},
        {"ObsoleteFolding", 400, with_fields("Name: value\r\n folded\r\n")},
        {"FoldedFirstField", 400, "GET / HTTP/1.1\r\n Host: test\r\n\r\n"},
        {"BareLineFeeds", 400, "GET / HTTP/1.1\nHost: test\n\n"},
        {"BareLineFeedInFields", 400, with_fields("Name: value\nOther: value\r\n")},
        {"BareReturnInValue", 400, with_fields("Name: a\rb\r\n")},
        {"NulInValue", 400, with_fields(nul("Name: a@b\r\n"))},
        {"NulInTarget", 400, line(nul("GET /@ HTTP/1.1"))},
        {"ControlInValue", 400, with_fields("Name: a\x01\r\n")},
        {"DeleteInValue", 400, with_fields("Name: a\x7f\r\n")},
        {"ParenthesisInName", 400, with_fields("Na(me: value\r\n")},
        {"NonASCIIName", 400, with_fields("N\xc3\xa4me: value\r\n")},
        {"EmptyName", 400, with_fields(": value\r\n")},
        {"NoColon", 400, with_fields("Name\r\n")},
        // ---- Host and target
        {"NoHost", 400, "GET / HTTP/1.1\r\n\r\n"},
        {"TwoHosts", 400, with_fields("Host: test\r\n")},
        {"EmptyHost", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {"HostWithPath", 400, "GET / HTTP/1.1\r\nHost: test/path\r\n\r\n"},
        {"HostWithUser", 400, "GET / HTTP/1.1\r\nHost: user@test\r\n\r\n"},
        {"BadIPv6Host", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
        {"OtherHostThanTarget", 400, line("GET http://other/ HTTP/1.1")},
        {"UserInTarget", 400, line("GET http://user@test/ HTTP/1.1")},
        {"BadIPv6Target", 400, line("GET http://[::zz]/ HTTP/1.1")},
        {"RelativeTarget", 400, line("GET path HTTP/1.1")},
        {"EmptyTarget", 400, line("GET  HTTP/1.1")},
        {"Connect", 501, line("CONNECT test:80 HTTP/1.1")},
        {"ConnectToAPath", 400, line("CONNECT / HTTP/1.1")},
        {"AsteriskWithoutOptions", 400, line("GET * HTTP/1.1")},
        {"AuthorityWithoutConnect", 400, line("GET test:80 HTTP/1.1")},
        {"TwoContentTypes", 400, with_fields("Content-Type: a/b\r\nContent-Type: c/d\r\n")},
        // ---- request line
        {"LowerCaseMethod", 400, line("get / HTTP/1.1")},
        {"SeparatorInMethod", 400, line("GE(T / HTTP/1.1")},
        {"LongMethod", 400, line("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1")},
        {"ShortMethod", 400, line("GE / HTTP/1.1")},
        {"NoVersion", 400, line("GET /")},
        {"LongVersion", 400, line("GET / HTTP/1.10")},
        {"LowerCaseVersion", 400, line("GET / http/1.1")},
        {"HTTP09", 505, line("GET / HTTP/0.9")},
        {"HTTP20", 505, line("GET / HTTP/2.0")},
        {"HTTP2Preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"TwoBlanks", 400, line("GET  / HTTP/1.1")},
        {"TabInRequestLine", 400, line("GET\t/ HTTP/1.1")},
        // ---- limits
        {"LongRequestLine", 414, line("GET /" + std::string(8190, 'a') + " HTTP/1.1")},
        {"LongField", 431, with_fields("Name: " + std::string(8190, 'a') + "\r\n")},
        {"ManyFields",
         431,
         [] {
             std::string fields;
             for (int i = 0; i < 128; ++i) fields += "A" + std::to_string(i) + ": x\r\n";
             return with_fields(fields);
         }()},
        {"UnknownExpectation", 417, with_fields("Expect: a-miracle\r\n")},
        {"WebSocketWithBody",
         400,
         "GET / HTTP/1.1\r\nHost: test\r\nConnection: upgrade\r\n"
         "Upgrade: websocket\r\nContent-Length: 5\r\n\r\nhello"},
        // ---- chunks, found while the handler reads
        {"ChunkSizeWithBlank", 400, chunks("5 \r\nhello\r\n0\r\n\r\n")},
        {"ChunkSizeWithPrefix", 400, chunks("0x5\r\nhello\r\n0\r\n\r\n")},
        {"ChunkSizeWithSign", 400, chunks("+5\r\nhello\r\n0\r\n\r\n")},
        {"ChunkSizeWithUnderscore", 400, chunks("5_\r\nhello\r\n0\r\n\r\n")},
        {"ChunkSizeTooLong", 400, chunks("00000000000000005\r\nhello\r\n0\r\n\r\n")},
        {"EmptyChunkSize", 400, chunks("\r\nhello\r\n0\r\n\r\n")},
        {"LineFeedInExtension", 400, chunks("5;a\n=b\r\nhello\r\n0\r\n\r\n")},
        {"BareReturnInExtension", 400, chunks("5;a\rb\r\nhello\r\n0\r\n\r\n")},
        {"HugeExtension", 400, chunks("5;" + std::string(5000, 'a') + "\r\nhello\r\n0\r\n\r\n")},
        {"ChunkDataWithoutEnd", 400, chunks("5\r\nhelloX\r\n0\r\n\r\n")},
        {"TrailerLength", 400, chunks("0\r\nContent-Length: 5\r\n\r\n")},
        {"TrailerCoding", 400, chunks("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
        {"TrailerHost", 400, chunks("0\r\nHost: other\r\n\r\n")},
        {"TrailerFolded", 400, chunks("0\r\n Name: x\r\n\r\n")},
        {"EndlessTrailers",
         431,
         [] {
             std::string trailers = "0\r\n";
             for (int i = 0; i < 100; ++i) trailers += "A" + std::to_string(i) + ": x\r\n";
             return chunks(trailers + "\r\n");
         }()},
    };
}

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, IsAnsweredExactlyAndNothingBehindItRuns) {
    TestState state;
    test::ServerRun run(make_test_app(state));
    MemoryClient client = run.connect();
    client.send(GetParam().request + get_request("/size/1") + get_request("/"));
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u) << client.received();
    EXPECT_EQ(responses[0].status, GetParam().status);
    EXPECT_TRUE(responses[0].closes());
    EXPECT_TRUE(client.is_ended());
    EXPECT_EQ(state.calls, std::vector<std::string>{});
    client.send(get_request("/"));
    run.pass(3s);
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(state.calls, std::vector<std::string>{});
    EXPECT_EQ(run.log(), "");  // a client's mistake fills no log
}

TEST_P(RefusalTest, IsAnsweredTheSameByteByByte) {
    TestState state;
    test::ServerRun run(make_test_app(state));
    MemoryClient client = run.connect();
    for (const char byte : GetParam().request + get_request("/")) {
        client.send({&byte, 1});
        run.settle();
        if (client.is_ended()) break;
    }
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 1u) << client.received();
    EXPECT_EQ(responses[0].status, GetParam().status);
    EXPECT_TRUE(responses[0].closes());
    EXPECT_EQ(state.calls, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Requests,
                         RefusalTest,
                         testing::ValuesIn(refusals()),
                         [](const auto& refusal) { return refusal.param.name; });

TEST(Refusal, BehindGoodRequestsComesInItsTurn) {
    TestState state;
    test::ServerRun run(make_test_app(state));
    MemoryClient client = run.connect();
    client.send(get_request("/") + get_request("/slow") + "BAD\r\n\r\n" + get_request("/"));
    run.settle();
    EXPECT_EQ(parse_responses(client.received()).size(), 1u);
    state.gate.set();
    run.settle();
    const auto responses = parse_responses(client.received());
    ASSERT_EQ(responses.size(), 3u);
    EXPECT_EQ(responses[2].status, 400);
    EXPECT_EQ(state.calls, (std::vector<std::string>{"/", "/slow"}));
}

TEST(Refusal, TLSHandshakeIsAnsweredAndMentioned) {
    for (const std::size_t first_bytes : {std::size_t{1}, std::size_t{4}}) {
        const std::string_view hello("\x16\x03\x01\x02", 4);
        TestState state;
        test::ServerRun run(make_test_app(state));
        const auto responses = parse_responses(
            run.answers_to({hello.substr(0, first_bytes), hello.substr(first_bytes)}));
        ASSERT_EQ(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, 400);
        EXPECT_NE(run.log().find("[DEBUG]"), std::string::npos) << run.log();
        EXPECT_NE(run.log().find("127.0.0.1 began a TLS handshake on a port without TLS"),
                  std::string::npos)
            << run.log();
    }
}

TEST(Refusal, NamesWithUnderscoresAreDropped) {
    TestState state;
    test::ServerRun run(make_test_app(state));
    state.gate.set();
    EXPECT_EQ(
        test::summary(run.answers_to(get_request("/slow", "X_Mark: forged\r\nX-Mark: true\r\n"))),
        "200 slow /slow true -");
}

TEST(Refusal, TinyFragmentsDoNotGetAroundTheLineLimit) {
    TestState state;
    test::ServerRun run(make_test_app(state));
    MemoryClient client = run.connect();
    client.send("GET /");
    for (int i = 0; i < 10'000 && !client.is_ended(); ++i) {
        client.send("a");
        run.settle();
    }
    EXPECT_EQ(parse_responses(client.received()).at(0).status, 414);
}

}  // namespace
}  // namespace indrik::web
