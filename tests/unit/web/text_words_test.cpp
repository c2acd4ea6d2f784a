#include "indrik/web/detail/text_words.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace indrik::web::detail {
namespace {

/// A path of `length` characters whose only '/' is at `slash`.
std::string path_with(std::size_t length, std::size_t slash) {
    std::string path;
    for (std::size_t i = 0; i < length; ++i) path += static_cast<char>('a' + i % 26);
    if (slash < length) path[slash] = '/';
    return path;
}

TEST(TextWords, AWordEndsWithTheText) {
    const std::string text = "abcdefghijk";
    for (std::size_t size = 0; size <= text.size(); ++size) {
        // Of its own memory, so that a sanitizer sees what is read behind it.
        const std::string part = text.substr(0, size);
        for (std::size_t at = 0; at <= size + 1; ++at) {
            std::uint64_t expected = 0;
            for (std::size_t i = 0; i < 8 && at + i < size; ++i) {
                expected |= std::uint64_t{static_cast<unsigned char>(part[at + i])} << 8 * i;
            }
            EXPECT_EQ(load_word(part, at), expected) << size << " " << at;
        }
    }
}

TEST(TextWords, ASegmentEndsAtTheNextSlash) {
    for (std::size_t length = 0; length <= 20; ++length) {
        for (std::size_t slash = 0; slash <= length; ++slash) {
            const std::string path = path_with(length, slash);
            for (std::size_t begin = 0; begin <= length; ++begin) {
                const Segment segment = read_segment(path, begin);
                EXPECT_EQ(segment.end, std::min(path.find('/', begin), length)) << path << begin;
                const std::string alone = path.substr(begin, segment.end - begin);
                EXPECT_EQ(segment.hash, read_segment(alone, 0).hash) << path << begin;
            }
        }
    }
}

TEST(TextWords, BytesAroundTheSlashAreNone) {
    const std::string path = "\x2e\x30\xaf\x2e\x80\xff\x30\x2e\x30/";
    EXPECT_EQ(read_segment(path, 0).end, 9u);
    EXPECT_EQ(read_segment(path.substr(0, 9), 0).end, 9u);
}

TEST(TextWords, HashesDiffer) {
    std::set<std::uint64_t> hashes;
    for (int i = 0; i < 10'000; ++i) hashes.insert(hash_text("/articles/" + std::to_string(i)));
    EXPECT_EQ(hashes.size(), 10'000u);
    EXPECT_NE(hash_text("a"), hash_text(std::string("a\0", 2)));
}

}  // namespace
}  // namespace indrik::web::detail
