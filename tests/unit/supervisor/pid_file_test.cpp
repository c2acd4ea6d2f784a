#include "supervisor/system/pid_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

namespace fs = std::filesystem;

class PidFileTest : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/indrik-pid-XXXXXX";
        folder_ = ::mkdtemp(name);
        path_ = folder_ / "indrik.pid";
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string content() const {
        std::string text;
        std::getline(std::ifstream(path_), text);
        return text;
    }

    fs::path folder_;
    fs::path path_;
};

TEST_F(PidFileTest, HoldsThePidReadableForAllAndGoesAway) {
    {
        const PidFile file(path_);
        EXPECT_EQ(content(), std::to_string(::getpid()));
        struct stat status {};
        ASSERT_EQ(::stat(path_.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777u, 0644u);
        EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
    }
    EXPECT_FALSE(fs::exists(path_));
}

TEST_F(PidFileTest, RefusesToReplaceALivingProcess) {
    std::ofstream(path_) << ::getppid();
    try {
        const PidFile file(path_);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(::getppid())));
    }
    EXPECT_EQ(content(), std::to_string(::getppid()));
}

TEST_F(PidFileTest, ReplacesThatOfADeadProcess) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    std::ofstream(path_) << child;
    const PidFile file(path_);
    EXPECT_EQ(content(), std::to_string(::getpid()));
}

TEST_F(PidFileTest, LeavesAFileThatIsNoLongerItsOwn) {
    {
        const PidFile file(path_);
        std::ofstream(path_) << 1;
    }
    EXPECT_EQ(content(), "1");
}

TEST_F(PidFileTest, NamesAFileThatCannotBeWritten) {
    EXPECT_THROW(PidFile((folder_ / "absent" / "x.pid").string()), ConfigError);
}

TEST_F(PidFileTest, AnEmptyPathIsNoFile) {
    EXPECT_NO_THROW(PidFile(""));
}

}  // namespace
}  // namespace indrik::supervisor
