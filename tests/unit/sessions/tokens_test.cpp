// The three formats of cookies that hold a session.
#include <memory>

#include <gtest/gtest.h>

#include "indrik/sessions/fernet.hpp"
#include "indrik/sessions/sealed_token.hpp"
#include "indrik/sessions/signed_token.hpp"
#include "tests/unit/sessions/browser.hpp"

namespace indrik::sessions {
namespace {

constexpr Time kTime{Seconds(1'700'000'000)};
constexpr std::string_view kText = R"({"created": 1700000000, "session": {"n":1}})";

std::string bytes_from(char first, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(first + i);
    return bytes;
}

// The example of the Fernet specification.
TEST(Fernet, IsThatOfTheSpecification) {
    Fernet fernet(Keys("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="));
    const std::string token =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_"
        "5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4I"
        "wqDA==";
    EXPECT_EQ(fernet.seal_with(bytes_from(0, 16), Time(Seconds(499'162'800)), "hello"), token);
    Time time{};
    std::string text;
    EXPECT_EQ(fernet.open("any", token, time, text), Load::Found);
    EXPECT_EQ(text, "hello");
    EXPECT_EQ(time, Time(Seconds(499'162'800)));
}

// Made by Python's cryptography and hmac, by the description in the header.
TEST(SealedToken, IsAsItIsDescribed) {
    SealedToken format{Keys(test_key())};
    EXPECT_EQ(
        format.seal_with(bytes_from(100, 12), "session", kTime, kText),
        "AfdTfjEAAAAAZVPxAGRlZmdoaWprbG1ub2r8Cjf8zlzWw9hnvbYfTTo-bks9vT3_xIvsC52SFpR0bCu2kNMJju"
        "RRgD6wIMj4xXmbT3IzsnH8dKUw");
}

TEST(SignedToken, IsAsItIsDescribed) {
    SignedToken format{Keys(test_key())};
    EXPECT_EQ(
        format.seal("session", kTime, kText),
        "eyJjcmVhdGVkIjogMTcwMDAwMDAwMCwgInNlc3Npb24iOiB7Im4iOjF9fQ.1700000000.G_-SRsAIAfxWfvjt"
        "qqEmB6C7Qjv_U0Cs3jwOJYFkR0U");
}

template <class Format>
class Tokens : public testing::Test {};
using Formats = testing::Types<Fernet, SealedToken, SignedToken>;
TYPED_TEST_SUITE(Tokens, Formats);

Load open(TokenFormat& format, std::string_view token, std::string_view name = "session") {
    Time time{};
    std::string text;
    const Load outcome = format.open(name, token, time, text);
    if (outcome == Load::Found) {
        EXPECT_EQ(text, kText);
        EXPECT_EQ(time, kTime);
    }
    return outcome;
}

TYPED_TEST(Tokens, OpenAsTheyWereSealed) {
    TypeParam format{Keys(test_key())};
    const std::string token = format.seal("session", kTime, kText);
    EXPECT_EQ(open(format, token), Load::Found);
    EXPECT_EQ(token.find_first_of(" ,;\"\\"), std::string::npos);
}

TYPED_TEST(Tokens, AreWorthNothingWhenChangedAnywhere) {
    TypeParam format{Keys(test_key())};
    const std::string token = format.seal("session", kTime, kText);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_NE(open(format, changed), Load::Found) << i;
    }
}

TYPED_TEST(Tokens, AreWorthNothingWhenCutOrLengthened) {
    TypeParam format{Keys(test_key())};
    const std::string token = format.seal("session", kTime, kText);
    for (std::size_t size = 0; size + 1 < token.size(); ++size) {
        if (token.substr(size).find_first_not_of('=') == std::string::npos) continue;
        EXPECT_NE(open(format, token.substr(0, size)), Load::Found) << size;
    }
    EXPECT_NE(open(format, token + token), Load::Found);
    EXPECT_NE(open(format, token + "AAAA"), Load::Found);
}

TYPED_TEST(Tokens, OfAnotherKeyAreForged) {
    TypeParam format{Keys(test_key())};
    TypeParam other{Keys(test_key(1))};
    EXPECT_EQ(open(format, other.seal("session", kTime, kText)), Load::Forged);
}

TYPED_TEST(Tokens, OfOldKeysOpenAndNewOnesAreMadeWithTheFirst) {
    TypeParam old{Keys(test_key(1))};
    TypeParam both{Keys({test_key(2), test_key(1)})};
    TypeParam fresh{Keys(test_key(2))};
    EXPECT_EQ(open(both, old.seal("session", kTime, kText)), Load::Found);
    EXPECT_EQ(open(fresh, both.seal("session", kTime, kText)), Load::Found);
    EXPECT_EQ(open(old, both.seal("session", kTime, kText)), Load::Forged);
}

TYPED_TEST(Tokens, AreNotOfThisFormatWithoutItsForm) {
    TypeParam format{Keys(test_key())};
    for (const char* const text : {"",
                                   "x",
                                   ".",
                                   "..",
                                   "...",
                                   "a.b.c",
                                   "\xff\xfe",
                                   "AAAA",
                                   "====",

                                   "gAAAA",
                                   "AQAAAA"}) {
        EXPECT_EQ(open(format, text), Load::Malformed) << text;
    }
}

TEST(SealedToken, AndSignedTokenBelongToTheirCookie) {
    SealedToken sealed{Keys(test_key())};
    SignedToken made{Keys(test_key())};
    for (TokenFormat* const format : std::initializer_list<TokenFormat*>{&sealed, &made}) {
        EXPECT_EQ(open(*format, format->seal("other", kTime, kText)), Load::Forged);
        EXPECT_EQ(open(*format, format->seal("__Host-session", kTime, kText)), Load::Forged);
    }
}

TEST(SealedToken, IsAnotherOneEachTime) {
    SealedToken format{Keys(test_key())};
    EXPECT_NE(format.seal("session", kTime, kText), format.seal("session", kTime, kText));
}

TEST(Keys, AreWrittenInThreeWays) {
    const std::string bytes = test_key(100);
    EXPECT_EQ(parse_key(bytes), bytes);
    EXPECT_EQ(parse_key("ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM="), bytes);
    EXPECT_EQ(parse_key("ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1-f4CBgoM"), bytes);
    EXPECT_EQ(parse_key("6465666768696a6b6c6d6e6f707172737475767778797A7B7C7D7E7F80818283\n"),
              bytes);
    EXPECT_EQ(parse_key(generate_key()).size(), 32U);
    EXPECT_NE(generate_key(), generate_key());
}

TEST(Keys, OfTheWrongLengthAreRefusedWithoutBeingShown) {
    const std::string long_text(100, 'q');
    for (const std::string& key : {std::string(),
                                   std::string("secret"),
                                   std::string(31, 'q'),
                                   std::string(33, 'q'),
                                   std::string(64, 'q'),
                                   long_text}) {
        try {
            static_cast<void>(Keys(key));
            FAIL() << key;
        } catch (const std::invalid_argument& error) {
            const std::string text = error.what();
            EXPECT_NE(text.find("32 bytes"), std::string::npos);
            EXPECT_NE(text.find(std::to_string(key.size()) + " characters"), std::string::npos);
            if (!key.empty()) {
                EXPECT_EQ(text.find(key), std::string::npos);
            }
        }
    }
    EXPECT_THROW(Keys(static_cast<const char*>(nullptr)), std::invalid_argument);
    EXPECT_THROW(Keys(std::vector<std::string>()), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::sessions
