// USR2 as the old master sees it (supervisor/arbiter/succession.cpp): the new one is a shell script.
#include "supervisor/arbiter/upgrade.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include "supervised.hpp"
#include "supervisor/system/pid_file.hpp"

namespace indrik::supervisor {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> script(const std::string& text) {
    return {"bash", "-c", text};
}

TEST(Upgrade, TheOldMasterRetiresWhenTheNewOneReports) {
    Supervised master(
        {"-w", "2"},
        Behaviour::Serve,
        script("set -- $INDRIK_UPGRADE; echo \"old $1, sockets $INDRIK_SOCKETS\" >&2; "
               "printf R >&$2; sleep 0.1"));
    master.expect_ready();
    master.expect_ready();
    master.signal(SIGUSR2);
    EXPECT_THAT(master.expect("sockets slots 127.0.0.1:0\t"),
                HasSubstr("old " + std::to_string(master.pid())));
    master.expect("Upgrade: all workers of the new master");
    master.expect("got SIGTERM");
    master.expect("got SIGTERM");
    EXPECT_EQ(master.exit_code(), 0);
}

TEST(Upgrade, NothingChangesWhenTheNewOneEnds) {
    for (const char* const text : {"exit 1", "exit 0", "kill -9 $$"}) {
        Supervised master({}, Behaviour::Serve, script(text));
        const pid_t worker = master.expect_ready();
        master.signal(SIGUSR2);
        master.expect("Upgrade failed, everything stays: the new master ended");
        EXPECT_THAT(master.children_once(1), ElementsAre(worker));
    }
}

TEST(Upgrade, NothingChangesWhenThereIsNoSuchProgram) {
    Supervised master({}, Behaviour::Serve, {"/no/such/program"});
    const pid_t worker = master.expect_ready();
    master.signal(SIGUSR2);
    master.expect("Upgrade failed");
    EXPECT_THAT(master.children_once(1), ElementsAre(worker));
}

TEST(Upgrade, IsRefusedWhenTheProgramIsNotKnown) {
    Supervised master({});
    master.expect_ready();
    master.signal(SIGUSR2);
    master.expect("No upgrade: how this program was started is not known");
}

TEST(Upgrade, IsRefusedDuringAReload) {
    Supervised master({}, Behaviour::Serve, script("exit 1"));
    master.expect_ready();
    master.set_behaviour(Behaviour::BootSlowly);
    master.signal(SIGHUP);
    master.expect("Reloading");
    master.signal(SIGUSR2);
    master.expect("No upgrade: a reload is under way");
    master.let_boot();
    master.expect("generation 2 serves");
}

TEST(Upgrade, ScalingWaitsForItsEnd) {
    Supervised master({}, Behaviour::Serve, script("sleep 0.5; exit 1"));
    master.expect_ready();
    master.signal(SIGUSR2);
    master.expect("the new master has pid");
    master.signal(SIGTTIN);
    master.expect("Upgrade failed");
    master.expect("Workers: 2");
    master.expect_ready();
}

TEST(Invocation, RemembersArgumentsAndFolder) {
    char first[] = "program";
    char second[] = "-w";
    char* arguments[] = {first, second, nullptr};
    const Invocation invocation = Invocation::capture(2, arguments);
    EXPECT_THAT(invocation.arguments, ElementsAre("program", "-w"));
    EXPECT_EQ(invocation.folder, fs::current_path());
}

TEST(Predecessor, IsOnlyWhoStartedThisProcess) {
    ::setenv(kUpgradeVariable, "1 3", 1);
    EXPECT_FALSE(Predecessor::find());
    EXPECT_EQ(::getenv(kUpgradeVariable), nullptr);
    ::setenv(kUpgradeVariable, "nonsense", 1);
    EXPECT_FALSE(Predecessor::find());
}

TEST(PidFile, MovesToItsFinalPlace) {
    char name[] = "/tmp/indrik-upgrade-XXXXXX";
    const fs::path folder = ::mkdtemp(name);
    const std::string place = (folder / "pid").string();
    std::ofstream(place) << "1\n";  // the old master's
    {
        PidFile file(place + ".2");
        EXPECT_TRUE(fs::exists(place + ".2"));
        file.move_to(place);
        EXPECT_FALSE(fs::exists(place + ".2"));
        int pid = 0;
        std::ifstream(place) >> pid;
        EXPECT_EQ(pid, ::getpid());
    }
    EXPECT_FALSE(fs::exists(place));
    {
        PidFile file(place);
        file.abandon();
    }
    EXPECT_TRUE(fs::exists(place));
    fs::remove_all(folder);
}

}  // namespace
}  // namespace indrik::supervisor
