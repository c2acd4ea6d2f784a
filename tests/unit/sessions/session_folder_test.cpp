#include "indrik/sessions/session_folder.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indrik/sessions/storage.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::sessions {
namespace {

constexpr Time kTime{Seconds(1'700'000'000)};

SessionFolder::Entry entry_of(std::string text, std::uint64_t version = 1) {
    SessionFolder::Entry entry;
    entry.version = version;
    entry.saved = kTime;
    entry.text = std::move(text);
    return entry;
}

std::size_t files_with(const std::filesystem::path& folder, std::string_view extension) {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder))
        count += file.path().extension() == extension ? 1 : 0;
    return count;
}

TEST(SessionFolder, KeepsWhatIsPutIn) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place / "sessions");
    folder.make();
    folder.make();
    const std::string identity = new_identity();
    EXPECT_FALSE(folder.load(identity));
    folder.insert(identity, entry_of("{}"), Time::max());
    const auto entry = folder.load(identity);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->text, "{}");
    EXPECT_EQ(entry->version, 1U);
    EXPECT_EQ(entry->saved, kTime);
    EXPECT_EQ(folder.replace(identity, 1, entry_of("{\"a\":1}", 2), Time::max()), Save::Done);
    EXPECT_EQ(folder.replace(identity, 1, entry_of("{\"b\":1}", 2), Time::max()), Save::Conflict);
    EXPECT_EQ(folder.load(identity)->text, "{\"a\":1}");
    EXPECT_TRUE(folder.erase(identity));
    EXPECT_FALSE(folder.erase(identity));
    EXPECT_EQ(folder.replace(identity, 2, entry_of("{}", 3), Time::max()), Save::Gone);
}

TEST(SessionFolder, IsItsOwnersAlone) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place / "sessions");
    folder.make();
    const std::string identity = new_identity();
    folder.insert(identity, entry_of("{}"), Time::max());
    struct stat status {};
    ASSERT_EQ(::stat((place / "sessions").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
    for (const auto& file : std::filesystem::directory_iterator(place / "sessions")) {
        ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600U);
        EXPECT_EQ(file.path().string().find(identity), std::string::npos);
    }
}

TEST(SessionFolder, TakesNoFileThatIsNoSession) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place.path());
    const std::string identity = new_identity();
    folder.insert(identity, entry_of("{}"), Time::max());
    std::filesystem::path file;
    for (const auto& one : std::filesystem::directory_iterator(place.path())) file = one.path();
    std::ostringstream whole;
    whole << std::ifstream(file).rdbuf();
    const std::string text = whole.str();
    const std::size_t head = text.find('\n');
    for (std::size_t size = 0; size <= head; ++size) {
        std::ofstream(file) << text.substr(0, size);
        EXPECT_FALSE(folder.load(identity)) << size;
    }
    std::ofstream(file) << std::string(2 << 20, 'x');
    EXPECT_FALSE(folder.load(identity));
    std::ofstream(file) << "indrik-session 1 99999999999999999999 1\n{}";
    EXPECT_FALSE(folder.load(identity));
}

TEST(SessionFolder, SweepsWhatHasExpiredAndWhatWasNeverFinished) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place.path());
    const std::string expired = new_identity();
    const std::string alive = new_identity();
    const std::string eternal = new_identity();
    folder.insert(expired, entry_of("{}"), kTime);
    folder.insert(alive, entry_of("{}"), kTime + Seconds(100));
    folder.insert(eternal, entry_of("{}"), Time::max());
    place.write("0123.unfinished", "x");
    place.write("somebody's", "x");
    const timespec old[2] = {{1'600'000'000, 0}, {1'600'000'000, 0}};
    ::utimensat(AT_FDCWD, (place / "0123.unfinished").c_str(), old, 0);
    EXPECT_EQ(folder.sweep(kTime + Seconds(1)), 2U);
    EXPECT_FALSE(folder.load(expired));
    EXPECT_TRUE(folder.load(alive));
    EXPECT_TRUE(folder.load(eternal));
    EXPECT_TRUE(std::filesystem::exists(place / "somebody's"));
    EXPECT_EQ(folder.sweep(kTime + Seconds(1)), 0U);
}

TEST(SessionFolder, HasOneSweeperAtATime) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place.path());
    {
        const UniqueFd mine = folder.try_become_sweeper();
        EXPECT_TRUE(mine);
        EXPECT_FALSE(folder.try_become_sweeper());
    }
    EXPECT_TRUE(folder.try_become_sweeper());
}

TEST(SessionFolder, ThatHasVanishedIsNotAnEmptyOne) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place / "sessions");
    folder.make();
    const std::string identity = new_identity();
    folder.insert(identity, entry_of("{}"), Time::max());
    std::filesystem::remove_all(place / "sessions");
    EXPECT_THROW(folder.load(identity), std::system_error);
    EXPECT_THROW(folder.insert(identity, entry_of("{}"), Time::max()), std::system_error);
    EXPECT_THROW(folder.replace(identity, 1, entry_of("{}"), Time::max()), std::system_error);
    EXPECT_THROW(folder.sweep(kTime), std::system_error);
    EXPECT_THROW(SessionFolder(place / "a" / "b").make(), std::system_error);
}

TEST(SessionFolder, LeavesNothingHalfWrittenOnAFullDisk) {
    const test::TemporaryFolder place;
    const SessionFolder folder(place.path());
    const std::string identity = new_identity();
    folder.insert(identity, entry_of("{\"old\":1}"), Time::max());
    // A limit for the size of files stands for a disk that is full in the middle of one.
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            folder.replace(identity, 1, entry_of(std::string(5000, 'x'), 2), Time::max());
        } catch (const std::system_error& error) {
            ::_exit(error.code() == std::errc::file_too_large ? 7 : 8);
        }
        ::_exit(9);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_EQ(folder.load(identity)->text, "{\"old\":1}");
    EXPECT_EQ(files_with(place.path(), ".unfinished"), 0U);
    EXPECT_EQ(files_with(place.path(), ".session"), 1U);
}

TEST(SessionFolder, LosesNoUpdateOfManyProcesses) {
    constexpr int kProcesses = 4;
    constexpr int kRounds = 100;
    const test::TemporaryFolder place;
    const SessionFolder folder(place.path());
    const std::string identity = new_identity();
    folder.insert(identity, entry_of("0"), Time::max());
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (int n = 0; n < kRounds;) {
                auto entry = *folder.load(identity);
                const std::uint64_t version = entry.version++;
                entry.text = std::to_string(std::stoi(entry.text) + 1);
                n += folder.replace(identity, version, entry, Time::max()) == Save::Done ? 1 : 0;
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    EXPECT_EQ(folder.load(identity)->text, std::to_string(kProcesses * kRounds));
}

}  // namespace
}  // namespace indrik::sessions
