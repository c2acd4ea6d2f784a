// Rate limits: the table, its sharing by processes, and the middleware.

#include "indrik/web/middlewares/rate_limit.hpp"

#include <csignal>
#include <set>
#include <stdexcept>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "indrik/web/middlewares/rate_table.hpp"
#include "indrik/web/middlewares/wrap.hpp"
#include "indrik/web/shared_memory.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using testing::HasSubstr;

/// A table and its words.
struct Table {
    explicit Table(std::size_t size = 64) : words(size), table(words) {}
    bool take(std::uint64_t hash, const RateRule& rule, microseconds now) {
        return table.take(hash, rule, now).is_allowed;
    }
    std::vector<RateTable::Word> words;
    RateTable table;
};

TEST(RateTable, ABurstPassesAndThenOneForEachInterval) {
    Table counted;
    const RateRule rule(10, 10s, 3);
    const microseconds start = 100s;
    for (std::uint64_t left : {2u, 1u, 0u}) {
        const RateDecision decision = counted.table.take(7, rule, start);
        EXPECT_TRUE(decision.is_allowed);
        EXPECT_EQ(decision.remaining, left);
    }
    const RateDecision refused = counted.table.take(7, rule, start + 250ms);
    EXPECT_FALSE(refused.is_allowed);
    EXPECT_EQ(refused.retry_after, 750ms);
    EXPECT_EQ(refused.full_after, 2750ms);
    EXPECT_TRUE(counted.take(7, rule, start + 1s));
    EXPECT_FALSE(counted.take(7, rule, start + 1999ms));
    EXPECT_TRUE(counted.take(7, rule, start + 2s));
}

TEST(RateTable, AFullBucketHoldsNoMoreThanABurst) {
    Table counted;
    const RateRule rule(1, 1s, 2);
    EXPECT_TRUE(counted.take(7, rule, 1s));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(counted.take(7, rule, 1000s));
    EXPECT_FALSE(counted.take(7, rule, 1000s));
}

TEST(RateTable, KeysHaveBucketsOfTheirOwn) {
    Table counted;
    const RateRule rule(1, 1s);
    const std::uint64_t tag = std::uint64_t{1} << 44;
    EXPECT_TRUE(counted.take(tag, rule, 1s));
    EXPECT_TRUE(counted.take(2 * tag, rule, 1s));
    EXPECT_FALSE(counted.take(tag, rule, 1s));
}

TEST(RateTable, IsBoundedAndDisplacesWhoIsClosestToAFullBucket) {
    Table counted(RateTable::kWays);  // one bucket for all
    const RateRule rule(10, 10s);
    const std::uint64_t tag = std::uint64_t{1} << 44;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(counted.take(tag, rule, 1s));  // the heavy one
    for (std::uint64_t key = 2; key < 200; ++key) {
        EXPECT_TRUE(counted.take(key * tag, rule, 1s)) << key;
    }
    EXPECT_FALSE(counted.take(tag, rule, 1s));
}

TEST(RateTable, TheClockMayWrap) {
    Table counted;
    const RateRule rule(2, 2s);
    const microseconds wrap((std::int64_t{1} << 44) - 500'000);
    EXPECT_TRUE(counted.take(7, rule, wrap));
    EXPECT_TRUE(counted.take(7, rule, wrap));
    EXPECT_FALSE(counted.take(7, rule, wrap + 900ms));
    EXPECT_TRUE(counted.take(7, rule, wrap + 1s));
}

TEST(RateRule, MistakesAreErrors) {
    EXPECT_THROW(RateRule(0, 1s), std::invalid_argument);
    EXPECT_THROW(RateRule(1, 0s), std::invalid_argument);
    EXPECT_THROW(RateRule(2, 1us), std::invalid_argument);
    EXPECT_THROW(RateRule(1, 31 * 24h), std::invalid_argument);
    EXPECT_THROW(RateRule(1, 24h, 1000), std::invalid_argument);
}

// The test vector of the SipHash paper.
TEST(KeyedHash, IsSipHash) {
    std::string key;
    for (char i = 0; i < 16; ++i) key += i;
    EXPECT_EQ(keyed_hash(key, std::string_view(key).substr(0, 15)), 0xa129ca6149be45e5u);
    EXPECT_EQ(keyed_hash(key, ""), 0x726fdb47dd0e0e31u);
}

TEST(SharedMemory, RegionsHaveNames) {
    const SharedMemory memory(1024 * 1024);
    const auto first = memory.region("first", 5000);
    const auto second = memory.region("second", 100);
    EXPECT_EQ(first.size(), 5000u);
    EXPECT_NE(first.data(), second.data());
    EXPECT_EQ(memory.region("first", 5000).data(), first.data());
    EXPECT_GE(second.data(), first.data() + first.size());
    EXPECT_EQ(first[4999], std::byte{0});
    EXPECT_TRUE(memory.region("too large", 2 * 1024 * 1024).empty());
    EXPECT_EQ(memory.secret().size(), 32u);
    EXPECT_NE(memory.secret(), SharedMemory(8192).secret());
}

TEST(SharedMemory, FullIsEmpty) {
    const SharedMemory memory(4 * 4096);
    EXPECT_EQ(memory.region("a", 2 * 4096).size(), 2u * 4096);
    EXPECT_TRUE(memory.region("b", 2 * 4096).empty());
    EXPECT_EQ(memory.region("c", 4096).size(), 4096u);
    EXPECT_TRUE(memory.region("d", 1).empty());
}

Application limited_app(RateLimit limit) {
    return app_with(rate_limit(std::move(limit)));
}

/// How many of `count` requests to "/" pass in a process of its own.
int passed_in_child(const SharedMemory& memory, int count) {
    const pid_t child = ::fork();
    if (child == 0) {
        int passed = 0;
        Application app = limited_app(RateLimit(10, 24h));
        app.set(kSharedMemory, memory);
        test::ServerRun run(std::move(app));
        for (int i = 0; i < count; ++i) {
            if (answer_of(run, get_request("/")).status == 200) ++passed;
        }
        ::_exit(passed);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RateLimit, WorkersCountTogether) {
    const SharedMemory memory;
    EXPECT_EQ(passed_in_child(memory, 6), 6);
    EXPECT_EQ(passed_in_child(memory, 6), 4);
    EXPECT_EQ(passed_in_child(memory, 6), 0);
}

// Children take tokens until they are killed, at any instruction; what is left still works and never gives too much.
TEST(RateLimit, SurvivesTheDeathOfWorkers) {
    const SharedMemory memory;
    const auto bytes = memory.region("table", 64 * sizeof(RateTable::Word));
    auto* const words = reinterpret_cast<RateTable::Word*>(bytes.data());
    const auto counts_bytes = memory.region("counts", sizeof(RateTable::Word));
    auto* const taken = reinterpret_cast<RateTable::Word*>(counts_bytes.data());
    const RateRule rule(1000, 24h);
    const std::uint64_t hash = keyed_hash(memory.secret(), "key");
    for (int i = 0; i < 20; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            RateTable table({words, 64});
            for (;;) {
                if (table.take(hash, rule, 5s).is_allowed) taken->fetch_add(1);
            }
        }
        ::usleep(200);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    RateTable table({words, 64});
    while (table.take(hash, rule, 5s).is_allowed) taken->fetch_add(1);
    EXPECT_LE(taken->load(), 1000u);
    EXPECT_GE(taken->load(), 1000u - 20);  // those killed between taking and counting
    EXPECT_TRUE(table.take(hash, rule, 5s + 87s).is_allowed);
}

TEST(RateLimit, SaysHowMuchIsLeftAndWhenToComeAgain) {
    test::ServerRun run(limited_app(RateLimit(2, 60s).name("pages")));
    const auto first = answer_of(run, get_request("/"));
    EXPECT_TRUE(first.has_field("RateLimit: \"pages\";r=1;t=30"));
    EXPECT_TRUE(first.has_field("RateLimit-Policy: \"pages\";q=2;w=60"));
    EXPECT_TRUE(answer_of(run, get_request("/stream")).has_field("RateLimit: \"pages\";r=0;t=60"));
    const auto refused = answer_of(run, get_request("/"));
    EXPECT_EQ(refused.status, 429);
    EXPECT_TRUE(refused.has_field("Retry-After: 30")) << refused.head;
    EXPECT_THAT(refused.head, HasSubstr("RateLimit: \"pages\";r=0"));
}

TEST(RateLimit, KeysAreChosen) {
    const auto by_user = [](Request& request) { return std::string(request.header("X-User")); };
    test::ServerRun run(limited_app(RateLimit(1, 60s).key(by_user)));
    EXPECT_EQ(answer_of(run, get_request("/", "X-User: a\r\n")).status, 200);
    EXPECT_EQ(answer_of(run, get_request("/", "X-User: b\r\n")).status, 200);
    EXPECT_EQ(answer_of(run, get_request("/", "X-User: a\r\n")).status, 429);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(answer_of(run, get_request("/")).status, 200);
}

TEST(RateLimit, CountsWhereItIsWrapped) {
    Application app = make_plain_app();
    app.add_route(get("/login", wrap(rate_limit(RateLimit(1, 60s).name("login")), [](Request&) {
                          return Response().text("in");
                      })));
    test::ServerRun run(std::move(app));
    EXPECT_EQ(answer_of(run, get_request("/login")).status, 200);
    EXPECT_EQ(answer_of(run, get_request("/login")).status, 429);
    EXPECT_EQ(answer_of(run, get_request("/")).status, 200);
}

class RefusingStore final : public RateStore {
public:
    Task<RateDecision> take(Request&, std::string key, RateRule) override {
        keys.insert(std::move(key));
        RateDecision decision;
        decision.is_allowed = false;
        decision.retry_after = 1ms;
        co_return decision;
    }
    std::set<std::string> keys;
};

TEST(RateLimit, StoresAreReplaceable) {
    const auto store = std::make_shared<RefusingStore>();
    test::ServerRun run(limited_app(RateLimit(1, 60s).store(store)));
    const auto refused = answer_of(run, get_request("/"));
    EXPECT_EQ(refused.status, 429);
    EXPECT_TRUE(refused.has_field("Retry-After: 1"));
    EXPECT_EQ(store->keys.size(), 1u);
    EXPECT_THROW(rate_limit(RateLimit(1, 1s).name("a b")), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
