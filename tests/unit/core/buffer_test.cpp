#include "indrik/core/buffer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace indrik {
namespace {

TEST(Buffer, GivesBackWhatWasAppended) {
    Buffer buffer;
    EXPECT_TRUE(buffer.empty());
    buffer.append("");
    buffer.append("hello ");
    buffer.append("world");
    EXPECT_EQ(buffer.view(), "hello world");
    buffer.consume(6);
    EXPECT_EQ(buffer.view(), "world");
    buffer.truncate(2);
    EXPECT_EQ(buffer.view(), "wo");
    buffer.clear();
    EXPECT_TRUE(buffer.empty());
}

TEST(Buffer, PreparedSpaceBecomesDataWhenCommitted) {
    Buffer buffer;
    buffer.append("ab");
    const auto space = buffer.prepare(100);
    ASSERT_GE(space.size(), 100u);
    std::fill_n(space.data(), 3, 'x');
    EXPECT_EQ(buffer.size(), 2u);
    buffer.commit(3);
    EXPECT_EQ(buffer.view(), "abxxx");
}

TEST(Buffer, ReusesConsumedSpaceInsteadOfGrowing) {
    Buffer buffer(64);
    const std::size_t capacity = buffer.capacity_bytes();
    for (int i = 0; i < 1000; ++i) {
        buffer.append("0123456789");
        buffer.consume(i == 0 ? 5 : 10);
        EXPECT_EQ(buffer.view(), "56789");
    }
    EXPECT_EQ(buffer.capacity_bytes(), capacity);
}

TEST(Buffer, KeepsItsDataWhenItGrows) {
    Buffer buffer;
    std::string expected;
    for (int i = 0; i < 500; ++i) {
        buffer.append(std::to_string(i));
        expected += std::to_string(i);
        if (i % 7 == 0) {
            buffer.consume(1);
            expected.erase(0, 1);
        }
    }
    EXPECT_EQ(buffer.view(), expected);
    buffer.reserve(100000);
    EXPECT_GE(buffer.capacity_bytes(), 100000u);
    EXPECT_EQ(buffer.view(), expected);
}

TEST(Buffer, MovingTakesTheDataAlong) {
    Buffer buffer;
    buffer.append("data");
    Buffer moved(std::move(buffer));
    EXPECT_EQ(moved.view(), "data");
    EXPECT_TRUE(buffer.empty());
    buffer.append("again");
    EXPECT_EQ(buffer.view(), "again");
    buffer = std::move(moved);
    EXPECT_EQ(buffer.view(), "data");
}

}  // namespace
}  // namespace indrik
