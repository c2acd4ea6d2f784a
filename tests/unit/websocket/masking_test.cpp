#include "indrik/websocket/masking.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace indrik::websocket {
namespace {

constexpr MaskKey kKey{'\x01', '\x02', '\x40', '\xff'};

std::string masked_slowly(std::string text, std::size_t offset) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[i] = static_cast<char>(text[i] ^ kKey[(offset + i) % 4]);
    }
    return text;
}

TEST(ApplyMask, IsRightForEverySizeOffsetAndAlignment) {
    std::string all;
    for (int i = 0; i < 300; ++i) all += static_cast<char>(i * 7);
    for (std::size_t size = 0; size <= 200; ++size) {
        for (std::size_t offset = 0; offset < 4; ++offset) {
            for (std::size_t start = 0; start < 5; ++start) {
                std::string text = all.substr(start, size);
                const std::string expected = masked_slowly(text, offset);
                std::string framed = std::string(start, '<') + text + '>';
                apply_mask(std::span<char>(framed).subspan(start, size), kKey, offset);
                ASSERT_EQ(framed, std::string(start, '<') + expected + '>')
                    << size << ' ' << offset << ' ' << start;
            }
        }
    }
}

TEST(ApplyMask, TwiceIsNothing) {
    std::string text(1000, 'q');
    apply_mask(text, kKey, 3);
    EXPECT_NE(text, std::string(1000, 'q'));
    apply_mask(text, kKey, 3);
    EXPECT_EQ(text, std::string(1000, 'q'));
}

TEST(MaskKeys, DoNotRepeat) {
    MaskKeys keys;
    std::set<MaskKey> seen;
    for (int i = 0; i < 500; ++i) seen.insert(keys.next());
    EXPECT_GT(seen.size(), 490u);
}

}  // namespace
}  // namespace indrik::websocket
