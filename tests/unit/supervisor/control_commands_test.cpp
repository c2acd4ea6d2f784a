#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/control/commands.hpp"

namespace indrik::supervisor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FakeTarget final : public ControlTarget {
public:
    MasterReport master() override {
        MasterReport report;
        report.pid = 42;
        report.name = "polls";
        return report;
    }
    std::vector<WorkerReport> workers() override { return std::vector<WorkerReport>(2); }
    std::vector<ListenerReport> listeners() override { return {{"http://x", 2, 1}}; }
    std::vector<ConfigReport> config() override { return {{"workers", "2", "command line"}}; }
    Pending reload() override {
        calls.emplace_back("reload");
        return [this] { return outcome; };
    }
    Pending scale(unsigned workers) override {
        calls.push_back("scale " + std::to_string(workers));
        return [this] { return outcome; };
    }
    unsigned wanted_workers() override { return 4; }
    void reopen_logs() override { calls.emplace_back("reopen"); }
    bool signal_worker(pid_t pid, int number) override {
        calls.push_back("signal " + std::to_string(pid) + " " + std::to_string(number));
        return pid != 1;
    }
    void shut_down(bool is_quick) override { calls.emplace_back(is_quick ? "quick" : "graceful"); }

    std::vector<std::string> calls;
    std::optional<ControlAnswer> outcome;
};

class ControlCommands : public testing::Test {
protected:
    std::string error(std::string_view command) {
        const CommandResult result = run_command(command, target);
        EXPECT_FALSE(result.answer.is_ok) << command;
        return result.answer.error;
    }
    std::string data(std::string_view command) {
        const CommandResult result = run_command(command, target);
        EXPECT_TRUE(result.answer.is_ok) << result.answer.error;
        return json::serialize(result.answer.data);
    }
    FakeTarget target;
};

TEST_F(ControlCommands, Show) {
    EXPECT_THAT(data("show stats"), HasSubstr(R"("pid":42,"name":"polls")"));
    EXPECT_THAT(data("  show \t workers "), HasSubstr(R"("workers":[{"pid":0)"));
    EXPECT_THAT(data("show listeners"), HasSubstr(R"("queue":1)"));
    EXPECT_THAT(data("show config"), HasSubstr(R"("source":"command line")"));
    EXPECT_THAT(data("show all"), HasSubstr("\"listeners\""));
    EXPECT_THAT(error("show tricks"), HasSubstr("show all, stats, workers, listeners or config"));
}

TEST_F(ControlCommands, CountFromWhatIsWanted) {
    data("scale 7");
    data("worker add");
    data("worker add 3");
    data("worker remove 2");
    EXPECT_THAT(target.calls, ElementsAre("scale 7", "scale 5", "scale 7", "scale 2"));
    EXPECT_THAT(error("worker remove 4"), HasSubstr("at least one"));
    EXPECT_THAT(error("worker add 1000"), HasSubstr("1000 workers at most"));
    EXPECT_EQ(target.calls.size(), 4u);
}

TEST_F(ControlCommands, WaitOnlyWhenAskedTo) {
    EXPECT_EQ(data("reload"), R"({"done":"reloading"})");
    const CommandResult waiting = run_command("reload --wait", target);
    ASSERT_TRUE(waiting.pending);
    EXPECT_FALSE(waiting.pending());
    target.outcome = ControlAnswer::failure("no database");
    EXPECT_EQ(waiting.pending()->error, "no database");
    EXPECT_EQ(error("reload"), "no database");  // refused at once
}

TEST_F(ControlCommands, KillWithTheSignalsThatWorkersKnow) {
    data("worker kill 4711");
    data("worker kill 4711 KILL");
    EXPECT_THAT(target.calls,
                ElementsAre("signal 4711 " + std::to_string(SIGTERM),
                            "signal 4711 " + std::to_string(SIGKILL)));
    EXPECT_THAT(error("worker kill 1"), HasSubstr("none of the workers"));
    EXPECT_THAT(error("worker kill 4711 STOP"), HasSubstr("TERM, QUIT, ABRT and KILL"));
    EXPECT_THAT(error("worker kill everybody"), HasSubstr("everybody"));
}

TEST_F(ControlCommands, TheRest) {
    data("reopen");
    data("shutdown");
    data("shutdown quick");
    EXPECT_THAT(target.calls, ElementsAre("reopen", "graceful", "quick"));
    EXPECT_THAT(data("help"), HasSubstr("worker kill PID"));
    for (const char* const command : {"",
                                      "  ",
                                      "dance",
                                      "show",
                                      "reload now",
                                      "scale",
                                      "scale x",
                                      "worker",
                                      "worker kill",
                                      "shutdown now",
                                      "help me",
                                      "a b c d e f g h i j"}) {
        EXPECT_FALSE(error(command).empty()) << command;
    }
}

TEST(IsChange, TellsLookingFromDoing) {
    EXPECT_FALSE(is_change("show all"));
    EXPECT_FALSE(is_change(" help"));
    EXPECT_FALSE(is_change(""));
    EXPECT_TRUE(is_change("reload"));
}

}  // namespace
}  // namespace indrik::supervisor
