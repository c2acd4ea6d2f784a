#pragma once
// The error log: where master and workers say what happens.

#include <memory>
#include <string_view>

#include "indrik/core/logging.hpp"
#include "supervisor/config/settings.hpp"

namespace indrik {
class LogSink;
}

namespace indrik::supervisor {

class ErrorLog {
public:
    /// Errors: ConfigError that names the setting and the file.
    explicit ErrorLog(const Settings& settings);

    Logger logger(std::string_view name) const { return logging_.logger(name); }
    void set_level(LogLevel level) { logging_.set_level(level); }
    /// Opens the file again by its name, for logrotate. Errors: ConfigError; the old file is then kept.
    void reopen();
    /// For signal handlers, which may only write(). Changes with reopen().
    int fd() const;

private:
    std::shared_ptr<LogSink> sink_;
    Logging logging_;
};

}  // namespace indrik::supervisor
