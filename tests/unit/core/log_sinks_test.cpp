#include "indrik/core/log_sinks.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace indrik {
namespace {

namespace fs = std::filesystem;

/// A directory of the test's own, removed at its end.
class FileSinkTest : public testing::Test {
protected:
    FileSinkTest() {
        std::string name = (fs::temp_directory_path() / "indrik-log-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
    }
    ~FileSinkTest() override { fs::remove_all(directory_); }

    fs::path path(const std::string& name) const { return directory_ / name; }
    static std::string read(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

private:
    fs::path directory_;
};

TEST_F(FileSinkTest, AppendsToWhatIsThere) {
    std::ofstream(path("a.log")) << "before\n";
    FileSink sink(path("a.log").string());
    sink.write("line\n");
    EXPECT_EQ(read(path("a.log")), "before\nline\n");
}

TEST_F(FileSinkTest, ReopenWritesToANewFileOfTheOldName) {
    FileSink sink(path("a.log").string());
    sink.write("one\n");
    fs::rename(path("a.log"), path("a.log.1"));
    sink.write("two\n");
    sink.reopen();
    sink.write("three\n");
    EXPECT_EQ(read(path("a.log.1")), "one\ntwo\n");
    EXPECT_EQ(read(path("a.log")), "three\n");
}

TEST_F(FileSinkTest, FailedReopenKeepsTheOldFile) {
    fs::create_directory(path("dir"));
    FileSink sink(path("dir/a.log").string());
    fs::rename(path("dir"), path("moved"));
    EXPECT_THROW(sink.reopen(), std::system_error);
    sink.write("still\n");
    EXPECT_EQ(read(path("moved/a.log")), "still\n");
}

TEST_F(FileSinkTest, ALineThatWasCutShortDoesNotRunIntoTheNext) {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit unlimited = limit;
    ::signal(SIGXFSZ, SIG_IGN);
    FileSink sink(path("a.log"));
    sink.write("12345\n");
    limit.rlim_cur = 10;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    sink.write("abcdefgh\n");
    sink.write("lost\n");
    ::setrlimit(RLIMIT_FSIZE, &unlimited);
    sink.write("next\n");
    sink.write("one more\n");
    ::signal(SIGXFSZ, SIG_DFL);
    EXPECT_EQ(read(path("a.log")), "12345\nabcd\nnext\none more\n");
}

TEST_F(FileSinkTest, ErrorNamesTheFile) {
    const std::string missing = path("none/a.log").string();
    try {
        FileSink sink(missing);
        FAIL() << "opened a file in a directory that does not exist";
    } catch (const std::system_error& error) {
        EXPECT_NE(std::string(error.what()).find(missing), std::string::npos);
        EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    }
}

TEST_F(FileSinkTest, DestinationChoosesTheKindOfSink) {
    const auto file = make_log_sink(path("b.log").string());
    file->write("x\n");
    EXPECT_EQ(read(path("b.log")), "x\n");
    make_log_sink("")->write("nowhere\n");
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const UniqueFd reading(ends[0]);
    const UniqueFd writing(ends[1]);
    make_log_sink("-", writing.get())->write("to the pipe\n");
    char text[32];
    const ssize_t size = ::read(reading.get(), text, sizeof text);
    ASSERT_GT(size, 0);
    EXPECT_EQ(std::string(text, static_cast<std::size_t>(size)), "to the pipe\n");
}

TEST(DescriptorSink, LosesWhatCannotBeWritten) {
    DescriptorSink sink(-1);
    sink.write("lost\n");
}

TEST(MemorySink, KeepsEverything) {
    MemorySink sink;
    sink.write("a\n");
    sink.reopen();
    sink.write("b\n");
    EXPECT_EQ(sink.text(), "a\nb\n");
}

}  // namespace
}  // namespace indrik
