#include "supervisor/system/systemd.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

/// systemd's end of the socket; `name` begins with '/' or, for an abstract one, with '@'.
class Manager {
public:
    explicit Manager(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto size =
            offsetof(sockaddr_un, sun_path) + name.size() + (name.front() == '@' ? 0 : 1);
        const auto* const data = reinterpret_cast<const sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_.get(), data, static_cast<socklen_t>(size)), 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ~Manager() { forget_service_manager(); }

    std::string receive() const {
        std::array<char, 512> bytes;
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        return count < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(count));
    }

private:
    UniqueFd socket_;
};

std::string abstract_name() {
    return "@indrik-systemd-test-" + std::to_string(::getpid());
}

TEST(ServiceNotifier, DoesNothingWithoutASocket) {
    forget_service_manager();
    ServiceNotifier systemd;
    EXPECT_FALSE(systemd.is_active());
    systemd.ready("nobody hears this");
    EXPECT_FALSE(systemd.watchdog_interval());
}

TEST(ServiceNotifier, SpeaksToAnAbstractSocket) {
    const Manager manager(abstract_name());
    ServiceNotifier systemd;
    ASSERT_TRUE(systemd.is_active());
    systemd.ready("4 of 4 workers\nserve");
    EXPECT_EQ(manager.receive(), "READY=1\nSTATUS=4 of 4 workers serve");
    systemd.stopping("Stopping");
    EXPECT_EQ(manager.receive(), "STOPPING=1\nSTATUS=Stopping");
    systemd.reloading("Reloading");
    EXPECT_THAT(manager.receive(),
                testing::MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+\nSTATUS=Reloading"));
    systemd.main_pid(77);
    EXPECT_EQ(manager.receive(), "MAINPID=77");
    systemd.stopping("it is not the service any more");
    EXPECT_EQ(manager.receive(), "");
}

TEST(ServiceNotifier, SpeaksToAPath) {
    char folder[] = "/tmp/indrik-systemd-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    {
        const Manager manager(std::string(folder) + "/notify");
        ServiceNotifier systemd;
        systemd.status("Fine");
        EXPECT_EQ(manager.receive(), "STATUS=Fine");
    }
    std::filesystem::remove_all(folder);
}

TEST(ServiceNotifier, SurvivesAManagerThatHasGone) {
    { const Manager manager(abstract_name()); }
    ::setenv("NOTIFY_SOCKET", abstract_name().c_str(), 1);
    ServiceNotifier systemd;
    systemd.ready("nobody");
    forget_service_manager();
}

TEST(ServiceNotifier, HalvesTheTimeOfTheWatchdog) {
    const Manager manager(abstract_name());
    ::setenv("WATCHDOG_USEC", "3000000", 1);
    EXPECT_EQ(ServiceNotifier().watchdog_interval(), std::chrono::microseconds(1'500'000));
    ::setenv("WATCHDOG_PID", "999999999", 1);
    EXPECT_FALSE(ServiceNotifier().watchdog_interval()) << "meant for another process";
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_TRUE(ServiceNotifier().watchdog_interval());
    for (const char* const value : {"", "0", "soon", "-5", "99999999999999999999999"}) {
        ::setenv("WATCHDOG_USEC", value, 1);
        EXPECT_FALSE(ServiceNotifier().watchdog_interval()) << value;
    }
}

TEST(ForgetServiceManager, LeavesNothingToWorkers) {
    { const Manager manager(abstract_name()); }
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
}

}  // namespace
}  // namespace indrik::supervisor
