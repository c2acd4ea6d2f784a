#include "indrik/http/compression.hpp"

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/splits.hpp"

namespace indrik::http::tests {
namespace {

using indrik::tests::expect_same_in_any_fragmentation;
using indrik::tests::Pieces;

constexpr ContentCoding kCodings[] = {
    ContentCoding::Gzip, ContentCoding::Deflate, ContentCoding::Brotli, ContentCoding::Zstd};

std::string compress(ContentCoding coding, std::string_view text) {
    Compressor compressor(coding);
    Buffer out;
    compressor.feed(text, out);
    compressor.finish(out);
    return std::string(out.view());
}

/// What comes of a body that arrives in pieces and is read `max_bytes` at a time.
std::string decompress(Decompressor& decompressor, const Pieces& pieces, std::size_t max_bytes) {
    std::string text;
    Buffer out;
    for (const std::string_view piece : pieces) {
        auto copy = std::make_unique<char[]>(piece.size());
        std::memcpy(copy.get(), piece.data(), piece.size());
        std::string_view rest(copy.get(), piece.size());
        std::size_t produced = 0;
        do {
            const auto step = decompressor.feed(rest, out, max_bytes);
            if (!step) {
                EXPECT_EQ(decompressor.feed("x", out, 1).error(), step.error());
                EXPECT_EQ(decompressor.finish().error(), step.error());
                return "error: " + step.error().message();
            }
            produced = step->produced;
            EXPECT_EQ(produced, out.size());
            EXPECT_LE(produced, max_bytes);
            text += out.view();
            out.clear();
            rest.remove_prefix(step->consumed);
        } while (produced == max_bytes);
        EXPECT_TRUE(rest.empty());
    }
    const auto finished = decompressor.finish();
    return finished ? text : "error: " + finished.error().message();
}

std::string decompress(ContentCoding coding,
                       const Pieces& pieces,
                       std::uint64_t limit = Decompressor::kNoLimit,
                       std::size_t max_bytes = 65536) {
    Decompressor decompressor(coding, limit);
    return decompress(decompressor, pieces, max_bytes);
}

std::string outcome_of(Error error) {
    return "error: " + make_error_code(error).message();
}

/// Something that compresses, but not to nothing.
std::string sample(std::size_t size) {
    std::string text;
    for (unsigned i = 0; text.size() < size; ++i) {
        text += "{\"id\": " + std::to_string(i * 2654435761U) + "},\n";
    }
    text.resize(size);
    return text;
}

class EveryCoding : public testing::TestWithParam<ContentCoding> {};

TEST_P(EveryCoding, GivesBackWhatWasCompressed) {
    for (const std::size_t size : {0U, 1U, 1000U, 300'000U}) {
        const std::string text = sample(size);
        const std::string coded = compress(GetParam(), text);
        if (size >= 1000) {
            EXPECT_LT(coded.size(), size / 2);
        }
        EXPECT_EQ(decompress(GetParam(), {coded}), text);
        EXPECT_EQ(decompress(GetParam(), {coded}, Decompressor::kNoLimit, 1000), text);
    }
}

TEST_P(EveryCoding, HasOneOutcomeInAnyFragmentation) {
    const std::string text = sample(200);
    const std::string coded = compress(GetParam(), text);
    for (const std::size_t max_bytes : {1U, 7U, 65536U}) {
        EXPECT_EQ(expect_same_in_any_fragmentation(
                      coded,
                      [max_bytes](const Pieces& pieces) {
                          return decompress(GetParam(), pieces, Decompressor::kNoLimit, max_bytes);
                      }),
                  text);
    }
}

TEST_P(EveryCoding, IsCutShortAtNoByteUnnoticed) {
    const std::string coded = compress(GetParam(), sample(200));
    for (std::size_t size = 0; size < coded.size(); ++size) {
        EXPECT_EQ(decompress(GetParam(), {std::string_view(coded).substr(0, size)}),
                  outcome_of(Error::IncompleteBody))
            << size;
    }
}

TEST_P(EveryCoding, RefusesGarbageBehindTheEnd) {
    const std::string coded = compress(GetParam(), "hello");
    EXPECT_EQ(decompress(GetParam(), {coded + "x"}), outcome_of(Error::BadContentCoding));
    EXPECT_EQ(decompress(GetParam(), {coded, "x"}), outcome_of(Error::BadContentCoding));
    EXPECT_EQ(decompress(GetParam(), {coded, std::string_view("\0\0", 2)}),
              outcome_of(Error::BadContentCoding));
}

TEST_P(EveryCoding, RefusesGarbage) {
    EXPECT_EQ(decompress(GetParam(), {"hello, this is no compressed text at all"}),
              outcome_of(Error::BadContentCoding));
}

// CVE-2025-69223: the limit holds for what comes out, and no more than was asked for comes out.
TEST_P(EveryCoding, DefusesBombs) {
    const std::string bomb = compress(GetParam(), std::string(20'000'000, '\0'));
    ASSERT_LT(bomb.size(), 100'000U);
    EXPECT_EQ(decompress(GetParam(), {bomb}, 1'000'000), outcome_of(Error::BodyTooLarge));
    Decompressor decompressor(GetParam());
    Buffer out;
    const auto step = decompressor.feed(bomb, out, 1000);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->produced, 1000U);
    EXPECT_EQ(out.size(), 1000U);
    EXPECT_LE(out.capacity_bytes(), 2000U);
}

TEST_P(EveryCoding, MayFillTheLimitToTheLastByte) {
    const std::string coded = compress(GetParam(), sample(1000));
    for (const std::size_t max_bytes : {1U, 10U, 1000U, 1001U, 65536U}) {
        EXPECT_EQ(decompress(GetParam(), {coded}, 1000, max_bytes), sample(1000));
        EXPECT_EQ(decompress(GetParam(), {coded}, 999, max_bytes), outcome_of(Error::BodyTooLarge));
    }
    EXPECT_EQ(decompress(GetParam(), {compress(GetParam(), "")}, 0), "");
}

TEST_P(EveryCoding, CanBeReadAfterEachFlush) {
    Compressor compressor(GetParam());
    Decompressor decompressor(GetParam());
    for (const std::string text : {"one", "two", "three"}) {
        Buffer coded;
        compressor.feed(text, coded, FlushMode::Sync);
        Buffer plain;
        ASSERT_TRUE(decompressor.feed(coded.view(), plain, 1000));
        EXPECT_EQ(plain.view(), text);
    }
    Buffer end;
    compressor.finish(end);
    Buffer plain;
    ASSERT_TRUE(decompressor.feed(end.view(), plain, 1000));
    EXPECT_TRUE(plain.empty());
    EXPECT_TRUE(decompressor.finish());
}

TEST_P(EveryCoding, CanBeUsedForOneBodyAfterAnother) {
    Compressor compressor(GetParam());
    Decompressor decompressor(GetParam());
    Buffer out;
    compressor.feed("given up in the middle", out);
    for (const std::string text : {"first", "second", ""}) {
        compressor.reset();
        decompressor.reset();
        out.clear();
        compressor.feed(text, out);
        compressor.finish(out);
        EXPECT_EQ(out.view(), compress(GetParam(), text));
        EXPECT_EQ(decompress(decompressor, {out.view()}, 100), text);
    }
    decompressor.reset();
    EXPECT_EQ(decompress(decompressor, {"garbage all over"}, 100),
              outcome_of(Error::BadContentCoding));
    decompressor.reset();
    EXPECT_EQ(decompress(decompressor, {compress(GetParam(), "good")}, 100), "good");
}

TEST_P(EveryCoding, HasLevels) {
    Buffer out;
    Compressor best(GetParam(), GetParam() == ContentCoding::Brotli ? 11 : 9);
    best.feed(sample(20'000), out);
    best.finish(out);
    EXPECT_LT(out.size(), compress(GetParam(), sample(20'000)).size());
    EXPECT_EQ(decompress(GetParam(), {out.view()}), sample(20'000));
    EXPECT_THROW(Compressor(GetParam(), -1), std::invalid_argument);
    EXPECT_THROW(Compressor(GetParam(), 23), std::invalid_argument);
}

TEST_P(EveryCoding, NoneOtherReadsIt) {
    const std::string coded = compress(GetParam(), sample(100));
    for (const ContentCoding other : kCodings) {
        if (other == GetParam()) continue;
        const std::string outcome = decompress(other, {coded});
        EXPECT_EQ(outcome.substr(0, 6), "error:") << to_string(other);
    }
}

std::string name_of(const testing::TestParamInfo<ContentCoding>& info) {
    return std::string(to_string(info.param));
}

INSTANTIATE_TEST_SUITE_P(Codings, EveryCoding, testing::ValuesIn(kCodings), name_of);

TEST(Decompressor, JoinsTheMembersOfGzipAndTheFramesOfZstandard) {
    for (const ContentCoding coding : {ContentCoding::Gzip, ContentCoding::Zstd}) {
        const std::string coded =
            compress(coding, "one") + compress(coding, "") + compress(coding, "two");
        EXPECT_EQ(expect_same_in_any_fragmentation(
                      coded, [coding](const Pieces& pieces) { return decompress(coding, pieces); }),
                  "onetwo");
        EXPECT_EQ(decompress(coding, {coded}, 5), outcome_of(Error::BodyTooLarge));
    }
    for (const ContentCoding coding : {ContentCoding::Deflate, ContentCoding::Brotli}) {
        EXPECT_EQ(decompress(coding, {compress(coding, "one") + compress(coding, "two")}),
                  outcome_of(Error::BadContentCoding));
    }
}

TEST(Decompressor, RefusesBareDeflateData) {
    const std::string coded = compress(ContentCoding::Deflate, "hello");
    EXPECT_EQ(decompress(ContentCoding::Deflate, {std::string_view(coded).substr(2)}),
              outcome_of(Error::BadContentCoding));
}

TEST(Decompressor, ChecksTheChecksum) {
    std::string coded = compress(ContentCoding::Gzip, "hello");
    coded[coded.size() - 8] ^= 1;
    EXPECT_EQ(decompress(ContentCoding::Gzip, {coded}), outcome_of(Error::BadContentCoding));
}

TEST(Decompressor, RefusesZstandardFramesOfOldFormatsAndHugeWindows) {
    EXPECT_EQ(decompress(ContentCoding::Zstd, {"\x27\xb5\x2f\xfd\x04\x60"}),
              outcome_of(Error::BadContentCoding));
    // A window of 16 MiB: exponent 14, and a raw block of one byte.
    EXPECT_EQ(decompress(ContentCoding::Zstd,
                         {std::string_view("\x28\xb5\x2f\xfd\x00\x70\x09\x00\x00x", 10)}),
              outcome_of(Error::BadContentCoding));
    // A window of 8 MiB.
    EXPECT_EQ(decompress(ContentCoding::Zstd,
                         {std::string_view("\x28\xb5\x2f\xfd\x00\x68\x09\x00\x00x", 10)}),
              "x");
}

TEST(Compressor, RefusesIdentity) {
    EXPECT_THROW(Compressor(ContentCoding::Identity), std::invalid_argument);
    EXPECT_THROW(Decompressor(ContentCoding::Identity), std::invalid_argument);
}

TEST(ContentCoding, HasAName) {
    for (const ContentCoding coding : kCodings) {
        EXPECT_EQ(parse_content_coding(to_string(coding)), coding);
    }
    EXPECT_EQ(parse_content_coding("X-GZip"), ContentCoding::Gzip);
    EXPECT_EQ(parse_content_coding("identity"), ContentCoding::Identity);
    EXPECT_FALSE(parse_content_coding("compress"));
    EXPECT_FALSE(parse_content_coding(""));
}

TEST(ChooseCoding, FollowsTheClientAndThenTheServer) {
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd"), ContentCoding::Zstd);
    EXPECT_EQ(choose_coding("gzip, deflate, br"), ContentCoding::Brotli);
    EXPECT_EQ(choose_coding("gzip;q=0.9, deflate;q=0.8"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("br;q=0.1, gzip"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("*"), ContentCoding::Zstd);
    EXPECT_EQ(choose_coding("zstd;q=0, *"), ContentCoding::Brotli);
    EXPECT_EQ(choose_coding("GZIP"), ContentCoding::Gzip);
    constexpr ContentCoding kOnlyGzip[] = {ContentCoding::Gzip};
    EXPECT_EQ(choose_coding("br, gzip;q=0.5", kOnlyGzip), ContentCoding::Gzip);
}

// RFC 9110 section 12.5.3.
TEST(ChooseCoding, TakesIdentityUnlessItIsExcluded) {
    EXPECT_EQ(choose_coding(std::nullopt), ContentCoding::Identity);
    EXPECT_EQ(choose_coding(""), ContentCoding::Identity);
    EXPECT_EQ(choose_coding("compress"), ContentCoding::Identity);
    EXPECT_EQ(choose_coding("gzip;q=0"), ContentCoding::Identity);
    EXPECT_EQ(choose_coding("identity, gzip;q=0.5"), ContentCoding::Identity);
    EXPECT_EQ(choose_coding("identity;q=0.5, gzip"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("identity, gzip"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("gzip;q=0.1, *;q=0"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("identity;q=0, gzip"), ContentCoding::Gzip);
    EXPECT_EQ(choose_coding("*;q=0"), std::nullopt);
    EXPECT_EQ(choose_coding("identity;q=0"), std::nullopt);
    EXPECT_EQ(choose_coding("*;q=0, identity;q=0.1"), ContentCoding::Identity);
}

TEST(IsCompressible, KnowsTextFromWhatIsCompressedAlready) {
    for (const char* type : {"text/html; charset=utf-8",
                             "Text/Plain",
                             "application/json",
                             "application/problem+JSON",
                             "image/svg+xml",
                             "application/javascript",
                             "application/wasm",
                             "font/ttf"}) {
        EXPECT_TRUE(is_compressible(type)) << type;
    }
    for (const char* type : {"image/png",
                             "video/mp4",
                             "application/zip",
                             "application/octet-stream",
                             "font/woff2",
                             "text",
                             "",
                             "application/jsonx"}) {
        EXPECT_FALSE(is_compressible(type)) << type;
    }
}

TEST(IsWorthCompressing, AsksForTypeAndSize) {
    EXPECT_TRUE(is_worth_compressing("text/plain", 1024));
    EXPECT_FALSE(is_worth_compressing("text/plain", 1023));
    EXPECT_TRUE(is_worth_compressing("text/plain", std::nullopt));
    EXPECT_FALSE(is_worth_compressing("image/png", 100'000));
    EXPECT_TRUE(is_worth_compressing("text/plain", 10, 10));
}

}  // namespace
}  // namespace indrik::http::tests
