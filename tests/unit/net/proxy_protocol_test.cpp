#include "indrik/net/proxy_protocol.hpp"

#include <string>

#include <gtest/gtest.h>

#include "indrik/core/sleep.hpp"
#include "indrik/net/memory_stream.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/splits.hpp"

namespace indrik::net {
namespace {

using namespace std::string_literals;
using tests::Pieces;

/// Feeds the pieces until the header is there and tells what came out.
std::string outcome_of(const Pieces& pieces, const ProxyOptions& options = {}) {
    std::string input;
    ProxyHeader header;
    for (const std::string_view piece : pieces) {
        input += piece;
        const Result<std::size_t> size = parse_proxy_header(input, header, options);
        if (!size) return "error: " + size.error().message();
        if (*size == 0) continue;
        const std::string text =
            "v" + std::to_string(header.version) + " " + std::to_string(*size) + " ";
        if (header.is_local) return text + "local";
        return text + format_endpoint(header.source) + " -> " +
               format_endpoint(header.destination) + (header.is_encrypted ? " TLS" : "");
    }
    return "incomplete";
}

std::string outcome(const std::string& text, const ProxyOptions& options = {}) {
    return tests::expect_same_in_any_fragmentation(
        text, [&](const Pieces& pieces) { return outcome_of(pieces, options); });
}

std::string v2(char command, char family, const std::string& rest) {
    std::string text = "\r\n\r\n\0\r\nQUIT\n"s + command + family;
    text += static_cast<char>(rest.size() >> 8);
    text += static_cast<char>(rest.size());
    return text + rest;
}

const std::string kAddresses4 = "\xC0\x00\x02\x01\xC6\x33\x64\x02\xC3\x50\x01\xBB"s;
const std::string kAddresses6 = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" +
                                "\x20\x01\x0D\xB8" + std::string(11, '\0') + "\x02" +
                                "\xC3\x50\x01\xBB"s;

struct Case {
    const char* name;
    std::string input;
    std::string outcome;
};

class ProxyHeaderTest : public testing::TestWithParam<Case> {};

TEST_P(ProxyHeaderTest, ComesOutTheSameInAnyFragmentation) {
    EXPECT_EQ(outcome(GetParam().input), GetParam().outcome);
}

const Case kGood[] = {
    {"TCP4",
     "PROXY TCP4 192.0.2.1 198.51.100.2 50000 443\r\nGET /",
     "v1 45 192.0.2.1:50000 -> 198.51.100.2:443"},
    {"TCP6",
     "PROXY TCP6 2001:db8::1 2001:DB8::2 1 65535\r\n",
     "v1 44 [2001:db8::1]:1 -> [2001:db8::2]:65535"},
    {"Mapped", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "v1 37 192.0.2.1:1 -> [::1]:2"},
    {"PortZero", "PROXY TCP4 1.1.1.1 1.1.1.1 0 0\r\n", "v1 32 1.1.1.1:0 -> 1.1.1.1:0"},
    {"Unknown", "PROXY UNKNOWN\r\nGET /", "v1 15 local"},
    {"UnknownWithAnything", "PROXY UNKNOWN any thing\r\n", "v1 25 local"},
    {"Longest", "PROXY UNKNOWN " + std::string(91, 'f') + "\r\n", "v1 107 local"},
    {"V2TCP4", v2(0x21, 0x11, kAddresses4) + "GET /", "v2 28 192.0.2.1:50000 -> 198.51.100.2:443"},
    {"V2TCP6", v2(0x21, 0x21, kAddresses6), "v2 52 [2001:db8::1]:50000 -> [2001:db8::2]:443"},
    {"V2Unix",
     v2(0x21, 0x31, "/run/a" + std::string(102, '\0') + "/run/b" + std::string(102, '\0')),
     "v2 232 unix:/run/a -> unix:/run/b"},
    {"V2Local", v2(0x20, 0x00, ""), "v2 16 local"},
    {"V2LocalIgnoresItsBlock", v2(0x20, '\x7F', "anything"), "v2 24 local"},
    {"V2OverTLS",
     v2(0x21, 0x11, kAddresses4 + "\x20\x00\x05\x01\x00\x00\x00\x00"s),
     "v2 36 192.0.2.1:50000 -> 198.51.100.2:443 TLS"},
    {"V2NotOverTLS",
     v2(0x21, 0x11, kAddresses4 + "\x20\x00\x05\x00\x00\x00\x00\x00"s),
     "v2 36 192.0.2.1:50000 -> 198.51.100.2:443"},
    {"V2Unspecified", v2(0x21, 0x00, ""), "v2 16 local"},
    {"V2Datagrams", v2(0x21, 0x12, kAddresses4), "v2 28 local"},
    {"V2Extensions",
     v2(0x21,
        0x11,
        kAddresses4 + "\x04\x00\x00\xEA\x00\x03"
                      "abc"s),
     "v2 37 192.0.2.1:50000 -> 198.51.100.2:443"},
};
INSTANTIATE_TEST_SUITE_P(Good, ProxyHeaderTest, testing::ValuesIn(kGood), [](const auto& c) {
    return c.param.name;
});

const std::string kBadLine = "error: malformed PROXY protocol line";
const Case kBad[] = {
    {"HTTP", "GET / HTTP/1.1\r\n", "error: no PROXY protocol header"},
    {"TLS", "\x16\x03\x01", "error: no PROXY protocol header"},
    {"LowerCase", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", "error: no PROXY protocol header"},
    {"BareLF", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", kBadLine},
    {"BareCR", "PROXY TCP4 1.1.1.1\r 1.1.1.1 1 1\r\n", kBadLine},
    {"TwoCR", "PROXY UNKNOWN\r\r\n", kBadLine},
    {"TwoBlanks", "PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n", kBadLine},
    {"BlankAtTheEnd", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n", kBadLine},
    {"NoPort", "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n", kBadLine},
    {"LeadingZero", "PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n", kBadLine},
    {"PortTooLarge", "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n", kBadLine},
    {"SignedPort", "PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n", kBadLine},
    {"OctetWithZero", "PROXY TCP4 1.1.1.01 1.1.1.1 1 1\r\n", kBadLine},
    {"ShortAddress", "PROXY TCP4 1.1.1 1.1.1.1 1 1\r\n", kBadLine},
    {"FamilyMismatch", "PROXY TCP4 ::1 ::1 1 1\r\n", kBadLine},
    {"Zone", "PROXY TCP6 fe80::1%lo ::1 1 1\r\n", kBadLine},
    {"NulInAddress", "PROXY TCP4 1.1.1.1\0 1.1.1.1 1 1\r\n"s, kBadLine},
    {"OtherProtocol", "PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n", kBadLine},
    {"UnknownGluedToMore", "PROXY UNKNOWNX\r\n", kBadLine},
    {"TooLong",
     "PROXY UNKNOWN " + std::string(92, 'f') + "\r\n",
     "error: PROXY protocol header too long"},
    {"V2OtherVersion",
     v2(0x11, 0x11, kAddresses4),
     "error: unsupported PROXY protocol version or command"},
    {"V2OtherCommand",
     v2(0x22, 0x11, kAddresses4),
     "error: unsupported PROXY protocol version or command"},
    {"V2OtherFamily", v2(0x21, 0x41, kAddresses4), "error: unknown PROXY protocol address family"},
    {"V2OtherTransport",
     v2(0x21, 0x13, kAddresses4),
     "error: unknown PROXY protocol address family"},
    {"V2Short",
     v2(0x21, 0x11, kAddresses4.substr(1)),
     "error: PROXY protocol header too short for its addresses"},
    {"V2TooLong", v2(0x21, 0x11, std::string(4081, '\0')), "error: PROXY protocol header too long"},
    {"V2TLSCutShort",
     v2(0x21, 0x11, kAddresses4 + "\x20\x00\x04\x01\x00\x00\x00"s),
     "error: malformed PROXY protocol extension"},
    {"V2ExtensionCutShort",
     v2(0x21, 0x11, kAddresses4 + "\x04\x00"s),
     "error: malformed PROXY protocol extension"},
    {"V2ExtensionTooLong",
     v2(0x21, 0x11, kAddresses4 + "\x04\x00\x02x"s),
     "error: malformed PROXY protocol extension"},
    {"V2WrongChecksum",
     v2(0x21,
        0x11,
        kAddresses4 + "\x03\x00\x04"
                      "abcd"s),
     "error: wrong PROXY protocol checksum"},
    {"V2ShortChecksum",
     v2(0x21,
        0x11,
        kAddresses4 + "\x03\x00\x02"
                      "ab"s),
     "error: malformed PROXY protocol extension"},
};
INSTANTIATE_TEST_SUITE_P(Bad, ProxyHeaderTest, testing::ValuesIn(kBad), [](const auto& c) {
    return c.param.name;
});

TEST(ProxyHeader, VerifiesTheChecksum) {
    // CRC-32C over the whole header with the field itself zero; the figure is from an independent implementation.
    const std::string header = v2(0x21, 0x11, kAddresses4 + "\x03\x00\x04"s + "\xA8\xF4\x07\xB1"s);
    EXPECT_EQ(outcome(header), "v2 35 192.0.2.1:50000 -> 198.51.100.2:443");
    for (std::size_t at = 16; at < header.size(); ++at) {
        if (at == 28) continue;  // the type of the extension: changed, it is no checksum
        std::string damaged = header;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_EQ(outcome_of({damaged}).substr(0, 5), "error") << at;
    }
}

TEST(ProxyHeader, IsRefusedIfItsVersionIsNotAllowed) {
    ProxyOptions only_v2;
    only_v2.accepts_v1 = false;
    EXPECT_EQ(outcome("PROXY UNKNOWN\r\n", only_v2), "error: no PROXY protocol header");
    EXPECT_EQ(outcome(v2(0x20, 0, ""), only_v2), "v2 16 local");
    ProxyOptions only_v1;
    only_v1.accepts_v2 = false;
    EXPECT_EQ(outcome("PROXY UNKNOWN\r\n", only_v1), "v1 15 local");
    EXPECT_EQ(outcome(v2(0x20, 0, ""), only_v1), "error: no PROXY protocol header");
}

TEST(ProxyHeader, NeverAsksForMoreThanBelongsToIt) {
    for (const Case& good : kGood) {
        const std::size_t size = std::stoul(good.outcome.substr(3));
        for (std::size_t known = 0; known < size; ++known) {
            const std::size_t missing =
                missing_proxy_bytes(std::string_view(good.input).substr(0, known));
            EXPECT_GE(missing, 1u) << good.name << " at " << known;
            EXPECT_LE(known + missing, size) << good.name << " at " << known;
        }
    }
}

CO_TEST(ReceiveProxyHeader, LeavesWhatIsBehindIt) {
    for (const Case& good : kGood) {
        const std::size_t size = std::stoul(good.outcome.substr(3));
        MemoryStream stream;
        stream.feed(good.input.substr(0, size) + "next");
        const ProxyOptions options;
        const ProxyHeader header = co_await receive_proxy_header(stream, options);
        EXPECT_EQ(header.is_local, good.outcome.ends_with("local"));
        std::string rest(10, '\0');
        rest.resize(stream.try_read(rest).bytes);
        EXPECT_EQ(rest, "next") << good.name;
    }
}

Task<> receive_into(MemoryStream& stream, std::string* outcome) {
    const ProxyOptions options;
    try {
        const ProxyHeader header = co_await receive_proxy_header(stream, options);
        *outcome = format_endpoint(header.source);
    } catch (const std::system_error& error) {
        *outcome = error.code().message();
    }
}

CO_TEST(ReceiveProxyHeader, WaitsForTheRest) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    MemoryStream stream;
    std::string outcome;
    TaskGroup group(executor);
    group.spawn(receive_into(stream, &outcome));
    for (const char byte : "PROXY TCP4 192.0.2.1 198.51.100.2 50000 443\r\n"s) {
        co_await test::yield(3);
        EXPECT_EQ(outcome, "");
        stream.feed({&byte, 1});
    }
    co_await group.join();
    EXPECT_EQ(outcome, "192.0.2.1:50000");
}

CO_TEST(ReceiveProxyHeader, FailsIfTheConnectionEndsOrIsCancelled) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    std::string outcome;
    MemoryStream ending;
    ending.feed("PROXY");
    TaskGroup group(executor);
    group.spawn(receive_into(ending, &outcome));
    ending.end_input();
    co_await group.join();
    EXPECT_EQ(outcome, "connection ended within the PROXY protocol header");
    MemoryStream silent;
    group.spawn(receive_into(silent, &outcome));
    silent.cancel();
    co_await group.join();
    EXPECT_EQ(outcome, std::error_code(asio::error::operation_aborted).message());
}

/// What receive_no_proxy_header makes of `input`, which comes byte by byte, and of what ends it.
Task<std::string> outcome_without_header(std::string input) {
    MemoryStream stream;
    stream.feed(input);
    stream.end_input();
    try {
        std::string unread = co_await receive_no_proxy_header(stream);
        std::string rest(4096, '\0');
        rest.resize(stream.try_read(rest).bytes);
        co_return unread + rest;
    } catch (const std::system_error& error) {
        co_return error.code().message();
    }
}

CO_TEST(ReceiveNoProxyHeader, GivesBackWhatIsNone) {
    for (const std::string& input : {"GET / HTTP/1.1\r\n\r\n"s,
                                     "\x16\x03\x01\x02\x00\x01\x00"s,
                                     "PROXIES / HTTP/1.1\r\n\r\n"s,
                                     "PUT / HTTP/1.1\r\n\r\n"s,
                                     "\r\n\r\nGET / HTTP/1.1\r\n\r\n"s,
                                     "PROX"s,
                                     ""s}) {
        const std::string outcome = co_await outcome_without_header(input);
        EXPECT_EQ(outcome, input);
    }
}

CO_TEST(ReceiveNoProxyHeader, RefusesOneOfEitherVersion) {
    const std::string message = "PROXY protocol header from an address that must not send one";
    const std::string first = co_await outcome_without_header("PROXY garbage");
    EXPECT_EQ(first, message);
    const std::string second = co_await outcome_without_header(v2(0x20, 0, ""));
    EXPECT_EQ(second, message);
}

}  // namespace
}  // namespace indrik::net
