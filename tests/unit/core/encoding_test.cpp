#include "indrik/core/encoding.hpp"

#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace indrik::tests {
namespace {

std::string as_openssl_has_it(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string as_url_text(std::string text) {
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

// Section 10 of RFC 4648.
TEST(Base64, IsThatOfTheStandard) {
    const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : examples) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
}

TEST(Base64, AgreesWithOpenSSLForEveryLength) {
    std::mt19937 random(20261126);  // the same every time
    for (std::size_t length = 0; length < 200; ++length) {
        std::string bytes;
        for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random());
        const std::string text = as_openssl_has_it(bytes);
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
        const std::string url_text = as_url_text(text);
        const std::string bare = url_text.substr(0, url_text.find('='));
        EXPECT_EQ(base64url_encode(bytes, true), url_text);
        EXPECT_EQ(base64url_encode(bytes), bare);
        EXPECT_EQ(base64url_decode(url_text), bytes);
        EXPECT_EQ(base64url_decode(bare), bytes);
    }
}

TEST(Base64, KnowsItsDigitsAtEveryPlace) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string text = "AAAAAAAA";
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int code = 0; code < 256; ++code) {
            std::string changed = text;
            changed[at] = static_cast<char>(code);
            const bool is_digit = kDigits.find(changed[at]) != std::string_view::npos;
            // A single "=" at the end is padding, and nothing is left over.
            const bool is_padding = code == '=' && at + 1 == text.size();
            EXPECT_EQ(base64_decode(changed).has_value(), is_digit || is_padding) << changed;
            const auto decoded = base64url_decode(as_url_text(changed));
            const bool is_url_digit = is_digit || code == '-' || code == '_';
            if (code == '+' || code == '/') continue;
            EXPECT_EQ(decoded.has_value(), is_url_digit || is_padding) << changed;
        }
    }
    EXPECT_FALSE(base64url_decode("+A"));
    EXPECT_FALSE(base64_decode("-A=="));
}

TEST(Base64, HasOneTextForEveryBytes) {
    EXPECT_TRUE(base64_decode("Zg=="));
    EXPECT_FALSE(base64_decode("Zh=="));  // bits that no byte has room for
    EXPECT_TRUE(base64_decode("Zm8="));
    EXPECT_FALSE(base64_decode("Zm9="));
    for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zg==Zg==", "Z=g="})
        EXPECT_FALSE(base64_decode(text)) << text;
    for (const std::string_view text : {"Z", "Zg=", "Zg===", "Zm9vZ", "Zm9v=", "Zg==Zg"})
        EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(Hex, TwoDigitsAByte) {
    EXPECT_EQ(hex_encode(std::string_view("\x00\x7f\xff", 3)), "007fff");
    EXPECT_EQ(hex_encode(""), "");
}

TEST(Latin1, BecomesUTF8) {
    EXPECT_EQ(latin1_to_utf8("a\xe9z"), "a\xc3\xa9z");
}

}  // namespace
}  // namespace indrik::tests
