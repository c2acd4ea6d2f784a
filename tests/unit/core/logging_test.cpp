#include "indrik/core/logging.hpp"

#include <memory>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/core/unique_fd.hpp"

/// Counts how often it is formatted.
struct Costly {
    int* formatted;
};

template <>
struct fmt::formatter<Costly> : fmt::formatter<int> {
    template <class Context>
    auto format(const Costly& value, Context& context) const {
        ++*value.formatted;
        return fmt::formatter<int>::format(0, context);
    }
};

namespace indrik {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

struct Fixture {
    std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
    Logging logging{LogLevel::Debug, sink};
    Logger log = logging.logger("indrik.server");
};

TEST(Logger, WritesTimePidLevelAndName) {
    Fixture f;
    f.log.info("Listening at: {}:{}", "127.0.0.1", 8000);
    EXPECT_THAT(f.sink->text(),
                MatchesRegex("\\[[0-9]+-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] "
                             "[+-][0-9][0-9][0-9][0-9]\\] \\[" +
                             std::to_string(::getpid()) +
                             "\\] \\[INFO\\] \\[indrik.server\\] Listening at: 127.0.0.1:8000\n"));
}

TEST(Logger, NamesEveryLevelAsGunicornDoes) {
    Fixture f;
    f.log.debug("x");
    f.log.warning("x");
    f.log.error("x");
    f.log.critical("x");
    const std::string text = f.sink->text();
    for (const char* level : {"[DEBUG]", "[WARNING]", "[ERROR]", "[CRITICAL]"}) {
        EXPECT_THAT(text, HasSubstr(level));
    }
}

TEST(Logger, ChildrenExtendTheName) {
    Fixture f;
    EXPECT_EQ(f.log.child("access").name(), "indrik.server.access");
    EXPECT_EQ(f.logging.logger("").child("a").child("b").name(), "a.b");
    EXPECT_EQ(f.log.child("").name(), "indrik.server");
}

TEST(Logger, OutlivesTheLoggingItCameFrom) {
    auto sink = std::make_shared<MemorySink>();
    Logger log = Logging(LogLevel::Info, sink).logger("late");
    log.info("still there");
    EXPECT_THAT(sink->text(), HasSubstr("[late] still there\n"));
}

TEST(Logger, EscapesLineBreaksAndControlCharacters) {
    Fixture f;
    f.log.info("path {}", std::string_view("/a\r\n[2026] [1] [INFO] forged\x1b[2J\tz\x7f", 35));
    EXPECT_THAT(f.sink->text(),
                HasSubstr("path /a\\r\\n[2026] [1] [INFO] forged\\x1b[2J\tz\\x7f\n"));
}

TEST(Logger, LogWritesTheMessageAsItIs) {
    Fixture f;
    f.log.log(LogLevel::Error, "first {}\nsecond");
    EXPECT_THAT(f.sink->text(), HasSubstr("first {}\nsecond\n"));
}

TEST(Logger, NullLoggerDiscardsEverything) {
    const Logger log = Logger::null();
    EXPECT_FALSE(log.is_enabled(LogLevel::Critical));
    EXPECT_FALSE(log.is_enabled(LogLevel::Off));
    log.critical("nobody sees {}", "this");
    log.child("x").log(LogLevel::Critical, "nor this");
}

TEST(Logger, LinesCarryThePidOfTheProcessThatWroteThem) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    Logging logging(LogLevel::Info, std::make_shared<DescriptorSink>(writing.get()));
    const Logger log = logging.logger("x");
    log.info("parent");
    const pid_t child = ::fork();
    if (child == 0) {
        log.info("child");
        ::_exit(0);
    }
    ASSERT_GT(child, 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    writing.reset();
    std::string text(512, '\0');
    text.resize(static_cast<std::size_t>(::read(reading.get(), text.data(), text.size())));
    EXPECT_THAT(text, HasSubstr("[" + std::to_string(::getpid()) + "] [INFO] [x] parent\n"));
    EXPECT_THAT(text, HasSubstr("[" + std::to_string(child) + "] [INFO] [x] child\n"));
}

TEST(Logging, LevelChangesForEveryLoggerAtOnce) {
    Fixture f;
    const Logger child = f.log.child("x");
    f.logging.set_level(LogLevel::Error);
    EXPECT_EQ(f.logging.level(), LogLevel::Error);
    EXPECT_FALSE(child.is_enabled(LogLevel::Warning));
    child.warning("below");
    EXPECT_EQ(f.sink->text(), "");
    child.error("at the level");
    EXPECT_NE(f.sink->text(), "");
    f.logging.set_level(LogLevel::Off);
    EXPECT_FALSE(child.is_enabled(LogLevel::Critical));
}

TEST(Logging, RefusesAFileThatCannotBeOpened) {
    LogSettings settings;
    settings.destination = "/nonexistent/indrik.log";
    EXPECT_THROW(Logging{settings}, std::system_error);
}

TEST(LogLevel, NamesAreReadInAnyCase) {
    EXPECT_EQ(parse_log_level("debug"), LogLevel::Debug);
    EXPECT_EQ(parse_log_level("INFO"), LogLevel::Info);
    EXPECT_EQ(parse_log_level("Warning"), LogLevel::Warning);
    EXPECT_EQ(parse_log_level("error"), LogLevel::Error);
    EXPECT_EQ(parse_log_level("critical"), LogLevel::Critical);
    EXPECT_EQ(parse_log_level("verbose"), std::nullopt);
    EXPECT_EQ(parse_log_level(""), std::nullopt);
    EXPECT_EQ(format_log_level(LogLevel::Warning), "warning");
}

TEST(Logger, BelowTheLevelNothingIsFormatted) {
    Fixture f;
    int formatted = 0;
    f.logging.set_level(LogLevel::Info);
    f.log.debug("{}", Costly{&formatted});
    EXPECT_EQ(formatted, 0);
    f.log.info("{}", Costly{&formatted});
    EXPECT_EQ(formatted, 1);
}

}  // namespace
}  // namespace indrik
