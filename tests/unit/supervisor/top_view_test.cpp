#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/top/view.hpp"

namespace indrik::supervisor {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

json::Object worker(int pid, int requests, double beat_time, double cpu) {
    json::Object object;
    object["pid"] = pid;
    object["slot"] = pid - 100;
    object["state"] = "ready";
    object["requests"] = requests;
    object["beat_time"] = beat_time;
    object["cpu"] = cpu;
    object["rss"] = 1000 * requests;
    return object;
}

json::Object all(json::Array workers) {
    json::Object stats;
    stats["pid"] = 1;
    stats["name"] = "polls";
    stats["state"] = "serving";
    json::Object object;
    object["stats"] = std::move(stats);
    object["workers"] = std::move(workers);
    return object;
}

TEST(TopView, CountsRatesFromBeatToBeat) {
    TopView view;
    view.update(all({worker(100, 1000, 9.5, 1.0)}), 10.0);
    EXPECT_FALSE(view.has_rates());
    view.update(all({worker(100, 1000, 9.5, 1.1)}), 10.4);  // the same beat
    EXPECT_FALSE(view.has_rates());
    view.update(all({worker(100, 1500, 10.5, 1.4)}), 10.6);
    ASSERT_TRUE(view.has_rates());
    EXPECT_NEAR(view.rows()[0].rate, 500, 0.1);
    EXPECT_NEAR(view.rows()[0].cpu_share, 1.5, 0.01);
    view.update(all({worker(100, 1500, 10.5, 1.4)}), 10.8);  // no news: the rate stays
    EXPECT_NEAR(view.rows()[0].rate, 500, 0.1);
}

TEST(TopView, ForgetsWorkersThatAreGone) {
    TopView view;
    view.update(all({worker(100, 1, 0, 0), worker(101, 1, 0, 0)}), 1);
    view.update(all({worker(102, 1, 0, 0)}), 2);
    EXPECT_THAT(view.rows(), SizeIs(1));
}

TEST(TopView, SortsByEachKey) {
    TopView view;
    view.update(all({worker(100, 1, 0, 0), worker(101, 9, 0, 0)}), 1);
    EXPECT_EQ(view.rows()[0].pid, 100);
    view.sort_by(SortKey::Memory);
    EXPECT_EQ(view.rows()[0].pid, 101);
    view.sort_by_next();
    view.sort_by_next();
    EXPECT_EQ(view.sort_key(), SortKey::Slot);
}

TEST(TopView, FitsIntoAnySize) {
    TopView view;
    view.update(all({worker(100, 1, 0, 0), worker(101, 9, 0, 0)}), 1);
    for (const std::size_t height : {0u, 1u, 2u, 5u, 50u}) {
        for (const std::size_t width : {0u, 1u, 20u, 200u}) {
            const auto lines = view.lines(width, height, "a note");
            EXPECT_LE(lines.size(), height);
            for (const std::string& line : lines) EXPECT_LE(line.size(), width);
        }
    }
    EXPECT_EQ(view.lines(80, 20, "a note").back(), "a note");
}

TEST(TopView, TakesWhatIsNoAnswer) {
    TopView view;
    view.update({}, 1);
    EXPECT_THAT(view.lines(80, 24, "")[0], HasSubstr("(pid 0)"));
    EXPECT_THAT(json::serialize(view.as_json()), HasSubstr("totals"));
}

}  // namespace
}  // namespace indrik::supervisor
