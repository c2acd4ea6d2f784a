// SIGHUP: a new generation beside the old one (supervisor/arbiter/reload.cpp).
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include "supervised.hpp"

namespace indrik::supervisor {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Reload : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/indrik-reload-XXXXXX";
        folder_ = ::mkdtemp(name);
        config_ = folder_ / "conf";
    }
    void TearDown() override { fs::remove_all(folder_); }

    /// Writes the configuration file; an address of ours unless there is one.
    void configure(const std::string& text) const {
        const bool has_address = text.find("bind") != std::string::npos;
        std::ofstream(config_) << (has_address ? "" : "bind = 127.0.0.1:0\n") << text;
    }
    std::string address(const char* name) const {
        return "bind = unix:" + (folder_ / name).string() + "\n";
    }

    fs::path folder_;
    fs::path config_;
};

TEST_F(Reload, ReplacesTheWholeGeneration) {
    Supervised master({"-w", "2"});
    const pid_t first = master.expect_ready();
    const pid_t second = master.expect_ready();
    master.signal(SIGHUP);
    const pid_t third = master.expect_ready();
    const pid_t fourth = master.expect_ready();
    master.expect("generation 2 serves");
    EXPECT_TRUE(wait_until_gone(first) && wait_until_gone(second));
    EXPECT_THAT(master.children(), UnorderedElementsAre(third, fourth));
}

TEST_F(Reload, RetiresNobodyBeforeTheNewOnesAreReady) {
    Supervised master({"-w", "2"});
    const pid_t first = master.expect_ready();
    const pid_t second = master.expect_ready();
    master.set_behaviour(Behaviour::BootSlowly);
    master.signal(SIGHUP);
    master.expect("Reloading");
    master.expect("Booting worker");
    master.expect("Booting worker");
    EXPECT_THAT(master.children_once(4), SizeIs(4));
    master.let_boot();
    master.expect("generation 2 serves");
    EXPECT_TRUE(wait_until_gone(first) && wait_until_gone(second));
}

TEST_F(Reload, KeepsTheOldGenerationWhenTheNewOneFails) {
    Supervised master({"-w", "2"});
    const pid_t first = master.expect_ready();
    const pid_t second = master.expect_ready();
    for (const Behaviour behaviour :
         {Behaviour::FailToBoot, Behaviour::FailToLoad, Behaviour::CrashAtBoot}) {
        master.set_behaviour(behaviour);
        master.signal(SIGHUP);
        master.expect("Reload failed, generation 1 stays: ");
    }
    master.set_behaviour(Behaviour::Serve);
    master.signal(SIGHUP);
    master.expect("generation 5 serves");
    EXPECT_TRUE(wait_until_gone(first) && wait_until_gone(second));
    EXPECT_THAT(master.children_once(2), SizeIs(2));
}

TEST_F(Reload, AppliesTheNewConfiguration) {
    configure("workers = 1\n");
    Supervised master({"-c", config_});
    const pid_t first = master.expect_ready();
    configure("workers = 3\n");
    master.signal(SIGHUP);
    master.expect("generation 2 serves");
    EXPECT_TRUE(wait_until_gone(first));
    EXPECT_THAT(master.children_once(3), SizeIs(3));
    configure("workers = 2\n");
    master.signal(SIGHUP);
    master.expect("generation 3 serves");
    for (int count = 0; count < 3; ++count) master.expect("Worker exiting");
    EXPECT_THAT(master.children_once(2), SizeIs(2));
}

TEST_F(Reload, RefusesABadConfiguration) {
    configure("workers = 1\n");
    Supervised master({"-c", config_});
    const pid_t worker = master.expect_ready();
    configure("wokers = 2\n");
    master.signal(SIGHUP);
    EXPECT_THAT(master.expect("Reload refused"),
                HasSubstr("conf:2: there is no setting \"wokers\""));
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST_F(Reload, MovesToOtherAddresses) {
    configure(address("a"));
    Supervised master({"-c", config_});
    master.expect_ready();
    EXPECT_TRUE(fs::is_socket(folder_ / "a"));
    configure(address("a") + address("b"));
    master.signal(SIGHUP);
    master.expect("has 2 sockets");
    master.expect("generation 2 serves");
    EXPECT_TRUE(fs::is_socket(folder_ / "b"));
    configure(address("b"));
    master.signal(SIGHUP);
    master.expect("generation 3 serves");
    master.signal(SIGTERM);
    EXPECT_EQ(master.exit_code(), 0);
    EXPECT_FALSE(fs::exists(folder_ / "a"));
    EXPECT_FALSE(fs::exists(folder_ / "b"));
}

TEST_F(Reload, RefusesAnAddressThatIsTaken) {
    configure(address("a"));
    Supervised master({"-c", config_});
    const pid_t worker = master.expect_ready();
    std::ofstream(folder_ / "b") << "no socket";
    configure(address("a") + address("c") + address("b"));
    master.signal(SIGHUP);
    EXPECT_THAT(master.expect("Reload refused"), HasSubstr("/b exists and is no socket"));
    EXPECT_FALSE(fs::exists(folder_ / "c"));
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST_F(Reload, ClosesNewAddressesAgainWhenItFails) {
    configure(address("a"));
    Supervised master({"-c", config_});
    master.expect_ready();
    master.set_behaviour(Behaviour::FailToBoot);
    configure(address("b"));
    master.signal(SIGHUP);
    master.expect("Reload failed");
    master.signal(SIGUSR1);
    master.expect("SIGUSR1");
    EXPECT_TRUE(fs::is_socket(folder_ / "a"));
    EXPECT_FALSE(fs::exists(folder_ / "b"));
}

TEST_F(Reload, ReopensItsLogUnderAnotherName) {
    configure("error_logfile = -\n");
    Supervised master({"-c", config_});
    master.expect_ready();
    configure("error_logfile = " + (folder_ / "log").string() + "\n");
    master.signal(SIGHUP);
    master.expect("got SIGTERM");
    std::ifstream file(folder_ / "log");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(text, HasSubstr("generation 2"));
}

TEST_F(Reload, RefusesALogThatCannotBeOpened) {
    configure("error_logfile = -\n");
    Supervised master({"-c", config_});
    const pid_t worker = master.expect_ready();
    configure("error_logfile = " + (folder_ / "absent" / "log").string() + "\n");
    master.signal(SIGHUP);
    EXPECT_THAT(master.expect("Reload refused"), HasSubstr("absent/log"));
    EXPECT_THAT(master.children(), ElementsAre(worker));
}

TEST_F(Reload, ASecondHupDuringAReloadBringsAnother) {
    Supervised master({});
    master.expect_ready();
    master.set_behaviour(Behaviour::BootSlowly);
    master.signal(SIGHUP);
    master.expect("Reloading");
    master.signal(SIGHUP);
    master.expect("Handling signal: SIGHUP");
    master.let_boot();
    master.expect("generation 2 serves");
    master.expect("generation 3 serves");
}

TEST_F(Reload, ScalingWaitsForItsEnd) {
    Supervised master({});
    const pid_t first = master.expect_ready();
    master.set_behaviour(Behaviour::BootSlowly);
    master.signal(SIGHUP);
    master.expect("Reloading");
    master.signal(SIGTTIN);
    master.expect("Handling signal: SIGTTIN");
    master.let_boot();
    master.expect("generation 2 serves");
    master.expect("Workers: 2");
    master.expect_ready();
    EXPECT_TRUE(wait_until_gone(first));
    EXPECT_THAT(master.children_once(2), SizeIs(2));
}

TEST_F(Reload, TermDuringAReloadEndsBothGenerations) {
    Supervised master({"-w", "2"});
    master.expect_ready();
    master.expect_ready();
    master.set_behaviour(Behaviour::BootSlowly);
    master.signal(SIGHUP);
    master.expect("Reloading");
    master.signal(SIGTERM);
    master.expect("Shutting down: Master");
    EXPECT_EQ(master.exit_code(), 0);
}

}  // namespace
}  // namespace indrik::supervisor
