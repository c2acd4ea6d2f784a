#include "indrik/core/ciphers.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::tests {
namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

// Test case 16 of the specification of GCM (McGrew and Viega).
TEST(AESGCM, IsThatOfTheStandard) {
    AESGCM cipher(from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    const std::string nonce = from_hex("cafebabefacedbaddecaf888");
    const std::string associated = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const std::string plain = from_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953"
        "2fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    const std::string sealed = cipher.seal(nonce, associated, plain);
    EXPECT_EQ(hex_encode(sealed),
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
              "8b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
    EXPECT_EQ(cipher.open(nonce, associated, sealed), plain);
}

TEST(AESGCM, OpensNothingThatHasChanged) {
    AESGCM cipher(std::string(32, 'k'));
    const std::string nonce(12, 'n');
    const std::string sealed = cipher.seal(nonce, "for", "text");
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        std::string changed = sealed;
        changed[i / 8] = static_cast<char>(changed[i / 8] ^ 1 << i % 8);
        EXPECT_FALSE(cipher.open(nonce, "for", changed)) << i;
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(cipher.open(nonce, "for", sealed.substr(0, size))) << size;
    EXPECT_FALSE(cipher.open(nonce, "against", sealed));
    EXPECT_FALSE(cipher.open(std::string(12, 'm'), "for", sealed));
    EXPECT_EQ(cipher.open(nonce, "for", sealed), "text");
}

// NIST SP 800-38A, F.2.1, the first two blocks; the padding of a whole block follows.
TEST(AESCBC, IsThatOfTheStandard) {
    AESCBC cipher(from_hex("2b7e151628aed2a6abf7158809cf4f3c"));
    const std::string start = from_hex("000102030405060708090a0b0c0d0e0f");
    const std::string plain =
        from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    const std::string encrypted = cipher.encrypt(start, plain);
    EXPECT_EQ(hex_encode(encrypted.substr(0, 32)),
              "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
    EXPECT_EQ(encrypted.size(), 48U);
    EXPECT_EQ(cipher.decrypt(start, encrypted), plain);
    EXPECT_FALSE(cipher.decrypt(start, encrypted.substr(0, 32)));
    EXPECT_FALSE(cipher.decrypt(start, encrypted.substr(0, 31)));
    EXPECT_FALSE(cipher.decrypt(start, ""));
}

TEST(AESCBC, TakesTextsOfEverySize) {
    AESCBC cipher(std::string(16, 'k'));
    const std::string start(16, 's');
    for (std::size_t size = 0; size < 50; ++size) {
        const std::string plain(size, 'x');
        EXPECT_EQ(cipher.decrypt(start, cipher.encrypt(start, plain)), plain);
    }
}

TEST(Ciphers, RefuseKeysOfTheWrongLength) {
    EXPECT_THROW(AESGCM(std::string(16, 'k')), std::invalid_argument);
    EXPECT_THROW(AESCBC(std::string(32, 'k')), std::invalid_argument);
}

TEST(KeyedDigest, IsHMACAnyNumberOfTimes) {
    KeyedDigest jefe(DigestAlgorithm::SHA256, "Jefe");
    KeyedDigest nobody(DigestAlgorithm::SHA256, "");
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(jefe("what do ya want for nothing?"),
                  hmac(DigestAlgorithm::SHA256, "Jefe", "what do ya want for nothing?"));
        EXPECT_EQ(nobody("x"), hmac(DigestAlgorithm::SHA256, "", "x"));
        EXPECT_EQ(jefe(""), hmac(DigestAlgorithm::SHA256, "Jefe", ""));
    }
}

TEST(Base64URL, HasItsOwnAlphabetAndMayLackItsPadding) {
    EXPECT_EQ(base64url_encode("\xfb\xff\xfe"), "-__-");
    EXPECT_EQ(base64url_encode("f"), "Zg");
    EXPECT_EQ(base64url_encode("f", true), "Zg==");
    EXPECT_EQ(base64url_encode("fo", true), "Zm8=");
    EXPECT_EQ(base64url_encode(""), "");
    for (const char* const text : {"Zg", "Zg=="}) EXPECT_EQ(base64url_decode(text), "f");
    for (const char* const text : {"Z", "Zg=", "Zh", "Z===", "+/+/", "Zm 8", "Zg===", "=", "===="})
        EXPECT_FALSE(base64url_decode(text)) << text;
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string bytes = random_bytes(size);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
        EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    }
}

}  // namespace
}  // namespace indrik::tests
