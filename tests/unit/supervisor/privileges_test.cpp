#include "supervisor/system/privileges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

using ::testing::HasSubstr;

std::string refusal(const Settings& settings) {
    try {
        resolve_identity(settings);
        return "";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

Settings with(const std::string& user, const std::string& group = "") {
    Settings settings;
    settings.user = user;
    settings.group = group;
    return settings;
}

bool is_root() {
    return ::geteuid() == 0;
}

TEST(ResolveIdentity, NamesWhoIsNotThere) {
    EXPECT_THAT(refusal(with("nobody-of-that-name")),
                HasSubstr("--user: there is no user \"nobody-of"));
    EXPECT_THAT(refusal(with("", "no-such-group")), HasSubstr("--group: there is no group"));
}

TEST(ResolveIdentity, LeavesRootAsItIs) {
    if (!is_root()) GTEST_SKIP() << "not root";
    EXPECT_EQ(refusal(with("root")), "");
    EXPECT_FALSE(resolve_identity(with("")).changes);
    EXPECT_EQ(resolve_identity(with("")).user, 0u);
}

TEST(ResolveIdentity, TakesTheGroupOfTheUser) {
    if (!is_root()) GTEST_SKIP() << "not root";
    const Identity identity = resolve_identity(with("nobody"));
    EXPECT_TRUE(identity.changes);
    EXPECT_EQ(identity.user, 65534u);
    EXPECT_EQ(identity.group, 65534u);
    EXPECT_EQ(resolve_identity(with("12345")).user, 12345u);
    EXPECT_EQ(resolve_identity(with("12345")).group, 12345u);
    EXPECT_EQ(resolve_identity(with("12345", "27")).group, 27u);
    EXPECT_EQ(resolve_identity(with("12345", "daemon")).group, 1u);
}

TEST(ResolveIdentity, LetsNobodyButRootChange) {
    if (!is_root()) GTEST_SKIP() << "not root";
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
        const bool is_refused =
            refusal(with("daemon")).find("nobody but root") != std::string::npos;
        const bool is_itself = refusal(with("nobody")).empty() && refusal(with("")).empty();
        ::_exit(is_refused && is_itself ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(Become, KeepsNothingOfRoot) {
    if (!is_root()) GTEST_SKIP() << "not root";
    const pid_t child = ::fork();
    if (child == 0) {
        Settings settings = with("nobody");
        become(resolve_identity(settings));
        gid_t groups[8];
        const int count = ::getgroups(8, groups);
        const bool is_nobody = ::getuid() == 65534 && ::geteuid() == 65534 &&
                               ::getegid() == 65534 && count == 1 && groups[0] == 65534;
        const bool may_return = ::setresuid(0, 0, 0) == 0 || ::setresgid(0, 0, 0) == 0;
        ::_exit(is_nobody && !may_return ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(SocketUmask, EndsWithItsScope) {
    const mode_t before = ::umask(022);
    {
        Settings settings;
        settings.umask = 07;
        const SocketUmask umask(settings);
        const mode_t inside = ::umask(0);
        ::umask(inside);
        EXPECT_EQ(inside, 07u);
    }
    EXPECT_EQ(::umask(before), 022u);
}

}  // namespace
}  // namespace indrik::supervisor
