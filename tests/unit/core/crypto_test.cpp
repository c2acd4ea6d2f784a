#include "indrik/core/crypto.hpp"

#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "indrik/core/encoding.hpp"

namespace indrik::tests {
namespace {

std::string hex_digest(DigestAlgorithm algorithm, std::string_view text) {
    return hex_encode(digest(algorithm, text));
}

// The examples of RFC 1321 and FIPS 180.
TEST(Digest, IsThatOfTheStandards) {
    EXPECT_EQ(hex_digest(DigestAlgorithm::MD5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hex_digest(DigestAlgorithm::SHA1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex_digest(DigestAlgorithm::SHA256, "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex_digest(DigestAlgorithm::SHA512_256, "abc"),
              "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
    EXPECT_EQ(hex_digest(DigestAlgorithm::SHA512, "abc").substr(0, 32),
              "ddaf35a193617abacc417349ae204131");
    EXPECT_EQ(hex_digest(DigestAlgorithm::MD5, ""), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(Digest, TakesPiecesAndBeginsAnew) {
    Digest hash(DigestAlgorithm::SHA256);
    for (int round = 0; round < 2; ++round) {
        hash.update("a");
        hash.update("");
        hash.update("bc");
        EXPECT_EQ(hash.finish(), digest(DigestAlgorithm::SHA256, "abc"));
    }
}

// RFC 4231, case 2.
TEST(HMAC, IsThatOfTheStandard) {
    EXPECT_EQ(hex_encode(hmac(DigestAlgorithm::SHA256, "Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(HMAC, AnEmptyKeyIsAKeyOfItsOwn) {
    const std::string before = hmac(DigestAlgorithm::SHA256, "", "text");
    EXPECT_NE(hmac(DigestAlgorithm::SHA256, "key", "text"), before);
    EXPECT_EQ(hmac(DigestAlgorithm::SHA256, "", "text"), before);
}

TEST(RandomBytes, DifferEachTime) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string bytes = random_bytes(16);
        EXPECT_EQ(bytes.size(), 16U);
        EXPECT_TRUE(seen.insert(bytes).second);
    }
    EXPECT_TRUE(random_bytes(0).empty());
}

TEST(EqualInConstantTime, ComparesLengthAndBytes) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
}

TEST(HexEncode, WritesTwoDigitsAByte) {
    EXPECT_EQ(hex_encode(std::string_view("\x00\x0f\xff", 3)), "000fff");
    EXPECT_EQ(hex_encode(""), "");
}

}  // namespace
}  // namespace indrik::tests
