#include "indrik/core/random_pool.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace indrik {
namespace {

TEST(RandomPool, NeverRepeatsItself) {
    RandomPool pool;
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) EXPECT_TRUE(seen.insert(pool.bytes(12)).second);
    for (const std::size_t size : {0u, 1u, 2047u, 2048u, 2049u, 100'000u}) {
        const std::string bytes = pool.bytes(size);
        ASSERT_EQ(bytes.size(), size);
        const std::set<char> values(bytes.begin(), bytes.end());
        EXPECT_GE(values.size() * 10, std::min<std::size_t>(size, 2000)) << "most of 256";
    }
}

TEST(RandomPool, ChildrenDoNotGetWhatTheirParentGets) {
    RandomPool pool;
    pool.bytes(16);
    std::set<std::string> seen;
    for (int child = 0; child < 3; ++child) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            const std::string bytes = pool.bytes(16);
            ::_exit(::write(ends[1], bytes.data(), bytes.size()) == 16 ? 0 : 1);
        }
        ::close(ends[1]);
        std::string bytes(16, '\0');
        EXPECT_EQ(::read(ends[0], bytes.data(), bytes.size()), 16);
        ::close(ends[0]);
        ::waitpid(pid, nullptr, 0);
        EXPECT_TRUE(seen.insert(bytes).second);
    }
    EXPECT_TRUE(seen.insert(pool.bytes(16)).second);
}

}  // namespace
}  // namespace indrik
