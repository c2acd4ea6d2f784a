#pragma once
// Logging as gunicorn shows it:
//
//   [2026-11-20 10:00:00 +0000] [4711] [INFO] [indrik.server] Listening at: http://127.0.0.1:8000
//
//   Logging logging(LogSettings{.level = LogLevel::Info, .destination = "-"});   // in main, handed down
//   Logger log = logging.logger("indrik.server");
//   log.info("Listening at: {}", address);
//   Logger requests = log.child("requests");                                     // indrik.server.requests
//
// There is no global registry and no thread behind it: a process may fork while it has loggers, and
// each line carries the pid of the process that wrote it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace indrik {

class LogSink;

enum class LogLevel { Debug, Info, Warning, Error, Critical, Off };

/// "debug", "info", "warning", "error", "critical" in any case; nothing for other text.
std::optional<LogLevel> parse_log_level(std::string_view text);
/// The name in lower case, as parse_log_level takes it; "off" for Off.
std::string_view format_log_level(LogLevel level);

/// Where to log and from which level on. An aggregate: not made within a `co_await` expression.
struct LogSettings {
    LogLevel level = LogLevel::Info;
    // "-": standard error; empty: nowhere; otherwise a file, which is appended to
    std::string destination = "-";
};

/// Writes lines under a name. Cheap to copy; copies and children share the destination, which lives
/// as long as they do. Messages below the level are neither formatted nor written. May be used by
/// several threads. Line breaks and other control characters of the text are written escaped, so
/// that nobody can forge a line; a message may have several lines through Logger::log only.
class Logger {
public:
    /// A logger that discards everything.
    static Logger null();

    /// A logger named "<this name>.<name>" (or `name`, if this one has none).
    Logger child(std::string_view name) const;
    const std::string& name() const;
    bool is_enabled(LogLevel level) const;

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::Debug, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::Info, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::Warning, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::Error, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void critical(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::Critical, text, std::forward<Args>(args)...);
    }
    /// Writes `message` as it is, line breaks included.
    void log(LogLevel level, std::string_view message) const;

private:
    friend class Logging;
    struct State;
    explicit Logger(std::shared_ptr<const State> state) : state_(std::move(state)) {}

    template <class... Args>
    void format(LogLevel level, fmt::format_string<Args...> text, Args&&... args) const {
        if (is_enabled(level)) vformat(level, text, fmt::make_format_args(args...));
    }
    void vformat(LogLevel level, fmt::string_view text, fmt::format_args args) const;

    std::shared_ptr<const State> state_;
};

/// How a line is made of a message. One call at a time.
class LogFormatter {
public:
    virtual ~LogFormatter() = default;
    /// Appends the line, '\n' at its end included. `text` may have several lines.
    virtual void append_line(std::string& line,
                             LogLevel level,
                             std::string_view name,
                             std::string_view text) = 0;
};

/// The destination of a process's log, made in main.
class Logging {
public:
    /// Errors: std::system_error that names the file, if it cannot be opened.
    explicit Logging(const LogSettings& settings);
    /// Writes to a sink of the caller's (log_sinks.hpp).
    Logging(LogLevel level, std::shared_ptr<LogSink> sink);
    /// The same in another form of line.
    Logging(LogLevel level, std::shared_ptr<LogSink> sink, std::unique_ptr<LogFormatter> formatter);

    Logger logger(std::string_view name) const;
    /// Takes effect at once for every logger made from here.
    void set_level(LogLevel level);
    LogLevel level() const;
    /// Opens the file again by its name, for logrotate. Errors: as the constructor; the old file is
    /// then kept.
    void reopen();

private:
    std::shared_ptr<const Logger::State> root_;
};

}  // namespace indrik
