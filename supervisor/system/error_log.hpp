#pragma once
// The error log: where master and workers say what happens. It goes to a file or to standard error, and to syslog if that is
// wanted; statsd counts what is in it.

#include <memory>
#include <string_view>

#include "indrik/core/logging.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik {
class FileSink;
class LogSink;
}  // namespace indrik

namespace indrik::supervisor {

class Statsd;

class ErrorLog {
public:
    /// Errors: ConfigError that names the setting and the file or address.
    explicit ErrorLog(const Settings& settings);
    ~ErrorLog();

    /// Whether the settings ask for another one than this, apart from the level.
    static bool differs(const Settings& present, const Settings& wanted);
    /// Makes `present` the same in what differs() compares.
    static void adopt(Settings& present, const Settings& wanted);

    Logger logger(std::string_view name) const { return logging_.logger(name); }
    void set_level(LogLevel level) { logging_.set_level(level); }
    /// Opens the file again by its name, for logrotate. Errors: ConfigError; the old file is then kept.
    void reopen();
    /// For signal handlers, which may only write(). Changes with reopen().
    int fd() const;
    /// Whether lines on fd() are to begin with a priority.
    bool is_journal() const { return is_journal_; }
    bool is_json() const { return is_json_; }
    /// Null: no metrics are sent.
    Statsd* statsd() const { return statsd_.get(); }

private:
    std::shared_ptr<FileSink> file_;  // null: standard error
    bool is_journal_;
    bool is_json_;
    std::shared_ptr<Statsd> statsd_;
    Logging logging_;
};

/// Where the access log goes: the file that the settings name, and syslog. Null: nowhere. Errors: ConfigError.
std::shared_ptr<LogSink> make_access_sink(const Settings& settings);

}  // namespace indrik::supervisor
