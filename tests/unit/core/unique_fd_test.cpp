#include "indrik/core/unique_fd.hpp"

#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace indrik {
namespace {

int open_something() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) != -1;
}

TEST(UniqueFd, ClosesWhenItGoes) {
    const int fd = open_something();
    {
        const UniqueFd owner(fd);
        EXPECT_TRUE(owner);
        EXPECT_EQ(owner.get(), fd);
        EXPECT_TRUE(is_open(fd));
    }
    EXPECT_FALSE(is_open(fd));
    EXPECT_FALSE(UniqueFd());
}

TEST(UniqueFd, MovingHandsTheDescriptorOver) {
    const int fd = open_something();
    UniqueFd first(fd);
    UniqueFd second(std::move(first));
    EXPECT_FALSE(first);
    const int other = open_something();
    UniqueFd third(other);
    third = std::move(second);
    EXPECT_EQ(third.get(), fd);
    EXPECT_FALSE(is_open(other));
    EXPECT_TRUE(is_open(fd));
}

TEST(UniqueFd, ReleaseLeavesItOpen) {
    UniqueFd owner(open_something());
    const int fd = owner.release();
    EXPECT_FALSE(owner);
    EXPECT_TRUE(is_open(fd));
    owner.reset(fd);
    owner.reset(fd);  // the same one stays open
    EXPECT_TRUE(is_open(fd));
    owner.reset();
    EXPECT_FALSE(is_open(fd));
}

}  // namespace
}  // namespace indrik
