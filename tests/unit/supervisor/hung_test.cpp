// Workers that are silent, slots that nobody serves, workers that wish to be replaced (supervisor/arbiter/service.cpp,
// recycling.cpp).
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "supervised.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Service : public testing::Test {
protected:
    /// Slot and pid of both, as they became ready.
    Service() : master_({"-w", "2"}) {
        for (int count = 0; count < 2; ++count) {
            const std::string line = master_.expect("is ready in slot");
            workers_[line.find("slot 0") != std::string::npos ? 0 : 1] = pid_in(line);
        }
    }

    Supervised master_;
    pid_t workers_[2] = {};
};

TEST_F(Service, ASilentWorkersSlotIsLentAndGivenBack) {
    ::kill(workers_[1], SIGSTOP);
    EXPECT_EQ(pid_in(master_.expect("is silent; its siblings serve slot 1")), workers_[1]);
    master_.expect("serves slot 1 with 1 sockets");
    ::kill(workers_[1], SIGCONT);
    EXPECT_EQ(pid_in(master_.expect("answers again")), workers_[1]);
    master_.expect("leaves slot 1");
    EXPECT_THAT(master_.children(), UnorderedElementsAre(workers_[0], workers_[1]));
}

TEST_F(Service, TheSlotOfADeadWorkerIsLentUntilTheNextIsReady) {
    master_.set_behaviour(Behaviour::BootSlowly);
    ::kill(workers_[0], SIGKILL);
    master_.expect("serves slot 0 with 1 sockets");
    master_.let_boot();
    master_.expect_ready();
    master_.expect("leaves slot 0");
}

TEST_F(Service, ALoanEndsWithItsBorrower) {
    master_.signal(SIGTTIN);
    master_.expect("is ready in slot 2");
    ::kill(workers_[0], SIGSTOP);
    const pid_t borrower = pid_in(master_.expect("Slot 0 is lent"));
    master_.set_behaviour(Behaviour::BootSlowly);
    ::kill(borrower, SIGKILL);
    EXPECT_NE(pid_in(master_.expect("Slot 0 is lent")), borrower);
    ::kill(workers_[0], SIGKILL);
}

TEST_F(Service, ASlotThatGoesIsEmptiedForASecond) {
    const auto start = std::chrono::steady_clock::now();
    master_.signal(SIGTTOU);
    master_.expect("Workers: 1");
    EXPECT_THAT(master_.children(), SizeIs(2));
    master_.expect("got SIGTERM");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 990ms);
    EXPECT_THAT(master_.children_once(1), testing::ElementsAre(workers_[0]));
}

TEST_F(Service, ASlotThatIsWantedAgainStays) {
    master_.signal(SIGTTOU);
    master_.expect("Workers: 1");
    master_.signal(SIGTTIN);
    master_.expect("Workers: 2");
    std::this_thread::sleep_for(1300ms);  // longer than a slot takes to go
    EXPECT_THAT(master_.children(), UnorderedElementsAre(workers_[0], workers_[1]));
}

TEST_F(Service, AWorkerThatWasToldToEndIsReplacedAtOnce) {
    ::kill(workers_[0], SIGTERM);
    EXPECT_THAT(master_.expect("is ready in slot"), HasSubstr("slot 0"));
    EXPECT_THAT(master_.children_once(2), SizeIs(2));
}

}  // namespace
}  // namespace indrik::supervisor
