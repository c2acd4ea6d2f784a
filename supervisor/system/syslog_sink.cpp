#include "supervisor/system/syslog_sink.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indrik/core/logging.hpp"
#include "indrik/core/strings.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 20> kFacilities{
    {{"kern", 0},      {"user", 1},    {"mail", 2},    {"daemon", 3},  {"auth", 4},
     {"syslog", 5},    {"lpr", 6},     {"news", 7},    {"uucp", 8},    {"cron", 9},
     {"authpriv", 10}, {"ftp", 11},    {"local0", 16}, {"local1", 17}, {"local2", 18},
     {"local3", 19},   {"local4", 20}, {"local5", 21}, {"local6", 22}, {"local7", 23}}};

/// RFC 5424 section 6.2.1.
int severity(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return 7;
        case LogLevel::Info:
            return 6;
        case LogLevel::Warning:
            return 4;
        case LogLevel::Error:
            return 3;
        case LogLevel::Critical:
        case LogLevel::Off:
            break;
    }
    return 2;
}

template <class Function>
void each_line(std::string_view lines, Function function) {
    for (const std::string_view line : split(lines, '\n')) {
        if (!line.empty()) function(line);
    }
}

// "[2026-11-25 10:00:00 +0000] " of the error log: the daemon notes the time by itself.
std::string_view without_date(std::string_view line) {
    const std::size_t end = line.find("] ");
    const bool has_date =
        line.size() > 5 && line[0] == '[' && line[5] == '-' && end != std::string_view::npos;
    return has_date ? line.substr(end + 2) : line;
}

void append_date(std::string& message) {
    static constexpr std::array kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    fmt::format_to(std::back_inserter(message),
                   "{} {:2} {:02}:{:02}:{:02}",
                   kMonths[static_cast<std::size_t>(local.tm_mon)],
                   local.tm_mday,
                   local.tm_hour,
                   local.tm_min,
                   local.tm_sec);
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "- ";
    return std::string(name.data()) + ' ';
}

}  // namespace

int parse_facility(std::string_view text) {
    std::string name = to_lower(text);
    if (name.starts_with("log_")) name.erase(0, 4);
    for (const auto& [known, number] : kFacilities) {
        if (known == name) return number;
    }
    throw BadValue(
        fmt::format("{} is no facility; write user, daemon, local0 to local7, ...", quote(text)));
}

SyslogSink::SyslogSink(MessageSocket socket, int facility, std::string tag)
    : socket_(std::move(socket)),
      facility_(facility),
      tag_(std::move(tag)),
      host_(socket_.is_local() ? "" : host_name()) {}

void SyslogSink::write(std::string_view lines) {
    write_at(LogLevel::Info, lines);
}

void SyslogSink::write_at(LogLevel level, std::string_view lines) {
    const std::lock_guard lock(mutex_);
    each_line(lines, [&](std::string_view line) {
        message_.clear();
        fmt::format_to(std::back_inserter(message_), "<{}>", facility_ * 8 + severity(level));
        append_date(message_);
        fmt::format_to(std::back_inserter(message_),
                       " {}{}[{}]: {}",
                       host_,
                       tag_,
                       ::getpid(),
                       without_date(line));
        socket_.send(message_);
    });
}

void JournalSink::write(std::string_view lines) {
    write_at(LogLevel::Info, lines);
}

void JournalSink::write_at(LogLevel level, std::string_view lines) {
    std::string text;
    each_line(lines, [&](std::string_view line) {
        fmt::format_to(std::back_inserter(text), "<{}>{}\n", severity(level), line);
    });
    descriptor_.write(text);
}

bool JournalSink::is_journal(int fd) {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(fd, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

}  // namespace indrik::supervisor
