// The forms in which log lines leave: syslog messages, journal priorities, JSON.
#include <array>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/core/logging.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/system/json_log.hpp"
#include "supervisor/system/syslog_sink.hpp"

namespace indrik::supervisor {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(SyslogFacility, HasItsNumber) {
    EXPECT_EQ(parse_facility("user"), 1);
    EXPECT_EQ(parse_facility("daemon"), 3);
    EXPECT_EQ(parse_facility("LOCAL7"), 23);
    EXPECT_EQ(parse_facility("LOG_LOCAL0"), 16);
    EXPECT_THROW(parse_facility("postbox"), BadValue);
}

class Pipe {
public:
    Pipe() {
        std::array<int, 2> ends;
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        ours_.reset(ends[0]);
        theirs_.reset(ends[1]);
    }
    int fd() const { return theirs_.get(); }
    std::string text() {
        theirs_.reset();
        std::array<char, 4096> bytes;
        const ssize_t size = ::recv(ours_.get(), bytes.data(), bytes.size(), MSG_WAITALL);
        return {bytes.data(), static_cast<std::size_t>(size)};
    }

private:
    UniqueFd ours_;
    UniqueFd theirs_;
};

TEST(JournalSink, GivesEachLineItsPriority) {
    Pipe pipe;
    JournalSink sink(pipe.fd());
    sink.write_at(LogLevel::Debug, "d\n");
    sink.write_at(LogLevel::Info, "i\n");
    sink.write_at(LogLevel::Warning, "w\n");
    sink.write_at(LogLevel::Error, "e\n#0 stack\n");
    sink.write_at(LogLevel::Critical, "c\n");
    sink.write("unknown\n");
    EXPECT_EQ(pipe.text(), "<7>d\n<6>i\n<4>w\n<3>e\n<3>#0 stack\n<2>c\n<6>unknown\n");
}

TEST(JournalSink, KnowsTheJournalByDeviceAndInode) {
    Pipe pipe;
    struct stat status {};
    ::fstat(pipe.fd(), &status);
    const std::string name = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    ::setenv("JOURNAL_STREAM", name.c_str(), 1);
    EXPECT_TRUE(JournalSink::is_journal(pipe.fd()));
    EXPECT_FALSE(JournalSink::is_journal(STDIN_FILENO));
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    EXPECT_FALSE(JournalSink::is_journal(pipe.fd()));
    ::unsetenv("JOURNAL_STREAM");
    EXPECT_FALSE(JournalSink::is_journal(pipe.fd()));
}

TEST(JSONLogFormatter, WritesAnObjectALine) {
    const auto sink = std::make_shared<MemorySink>();
    const Logging logging(LogLevel::Debug, sink, std::make_unique<JSONLogFormatter>());
    logging.logger("indrik.x").warning("a \"b\" {}", "\xff");
    logging.logger("").log(LogLevel::Error, "two\nlines");
    const std::string text = sink->text();
    EXPECT_THAT(text,
                MatchesRegex("\\{\"time\":\"[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9:]+\\.[0-9][0-9][0-9]"
                             "Z\",\"level\":\"warning\",\"logger\":\"indrik.x\",\"pid\":[0-9]+,"
                             "\"message\":\"a \\\\\"b\\\\\" \xef\xbf\xbd\"\\}\n.*\n"));
    EXPECT_THAT(text, HasSubstr(R"("level":"error","logger":"","pid":)"));
    EXPECT_THAT(text, HasSubstr(R"("message":"two\nlines"})"));
}

}  // namespace
}  // namespace indrik::supervisor
