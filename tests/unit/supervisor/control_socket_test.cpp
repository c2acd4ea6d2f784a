#include "supervisor/control/control_socket.hpp"

#include <filesystem>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/control/unix_connection.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::supervisor {
namespace {

using testing::HasSubstr;

class ControlSocketTest : public testing::Test {
protected:
    /// What the function returns in a child process.
    static int in_child(const std::function<int()>& function) {
        const pid_t pid = ::fork();
        if (pid == 0) ::_exit(function());
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string refusal(const std::string& where) const {
        try {
            const ControlSocket socket(where, 0600);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "it was made";
    }
    bool exists() const { return std::filesystem::exists(path); }

    test::TemporaryFolder folder;
    std::string path = (folder / "a.sock").string();
};

TEST_F(ControlSocketTest, ListensWithItsModeAndRemovesItsFile) {
    {
        const ControlSocket socket(path, 0640);
        struct stat status {};
        ASSERT_EQ(::lstat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777u, 0640u);
        const UnixConnection connection = connect_unix(path);
        ASSERT_TRUE(connection.fd);
        EXPECT_EQ(peer_of(connection.fd.get()).pid, ::getpid());
        EXPECT_TRUE(socket.admits(connection.fd.get()));
        EXPECT_FALSE(std::filesystem::exists(path + ".new"));
    }
    EXPECT_FALSE(exists());
}

TEST_F(ControlSocketTest, ComesBackWhenItsFileIsRemoved) {
    ControlSocket socket(path, 0600);
    std::filesystem::remove(path);
    socket.restore();
    EXPECT_TRUE(connect_unix(path).fd);
}

TEST_F(ControlSocketTest, LeavesItsFileToTheMaster) {
    ControlSocket socket(path, 0600);
    EXPECT_EQ(in_child([&] { return socket.abandon(), 0; }), 0);
    EXPECT_TRUE(exists());
}

TEST_F(ControlSocketTest, ReplacesWhatNobodyServes) {
    EXPECT_EQ(in_child([&] {
                  static const ControlSocket* const left = new ControlSocket(path, 0600);
                  return left == nullptr ? 1 : 0;  // and ends without a destructor
              }),
              0);
    EXPECT_TRUE(exists());
    const ControlSocket socket(path, 0600);
    EXPECT_TRUE(connect_unix(path).fd);
}

TEST_F(ControlSocketTest, IsTakenOverByASuccessorAndComesBackWhenThatGivesUp) {
    ControlSocket socket(path, 0600);
    EXPECT_EQ(in_child([&] {
                  const ControlSocket successor(path, 0600);
                  socket.restore();  // there is a file, so nothing happens
                  return peer_of(connect_unix(path).fd.get()).pid == ::getpid() ? 0 : 1;
              }),
              0);
    EXPECT_FALSE(exists());
    socket.restore();
    EXPECT_EQ(peer_of(connect_unix(path).fd.get()).pid, ::getpid());
}

TEST_F(ControlSocketTest, IsNotTakenByStrangers) {
    const ControlSocket socket(path, 0600);
    // A grandchild, whose parent is not the one that listens.
    EXPECT_EQ(in_child([&] {
                  return in_child([&] {
                      return refusal(path).find("each instance needs its own") == std::string::npos;
                  });
              }),
              0);
    EXPECT_TRUE(connect_unix(path).fd);
}

TEST_F(ControlSocketTest, SaysWhatIsWrong) {
    folder.write("file", "x");
    EXPECT_THAT(refusal((folder / "file").string()), HasSubstr("is no socket"));
    EXPECT_THAT(refusal((folder / "none/a.sock").string()), HasSubstr("No such file"));
    EXPECT_THAT(refusal((folder / std::string(120, 'x')).string()), HasSubstr("too long"));
    EXPECT_TRUE(std::filesystem::exists(folder / "file"));
}

}  // namespace
}  // namespace indrik::supervisor
