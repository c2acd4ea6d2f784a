#include "supervisor/system/error_log.hpp"

#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/system/json_log.hpp"
#include "supervisor/system/statsd.hpp"
#include "supervisor/system/syslog_sink.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void refuse(std::string_view flag, const std::system_error& error) {
    throw ConfigError(fmt::format("{}: {}", flag, error.what()));
}

std::shared_ptr<LogSink> make_syslog_sink(const Settings& settings, std::string_view log) {
    const std::string prefix =
        settings.log_syslog_prefix.empty() ? "" : "." + settings.log_syslog_prefix;
    return std::make_shared<SyslogSink>(MessageSocket(settings.log_syslog_to, "--log-syslog-to"),
                                        settings.log_syslog_facility,
                                        fmt::format("indrik{}.{}", prefix, log));
}

/// Hands each line to all of its sinks, and counts it.
class FanSink final : public LogSink {
public:
    explicit FanSink(std::vector<std::shared_ptr<LogSink>> sinks,
                     std::shared_ptr<Statsd> statsd = nullptr)
        : sinks_(std::move(sinks)), statsd_(std::move(statsd)) {}

    void write(std::string_view line) override {
        for (const auto& sink : sinks_) sink->write(line);
    }
    void write_at(LogLevel level, std::string_view line) override {
        for (const auto& sink : sinks_) sink->write_at(level, line);
        if (statsd_ && level >= LogLevel::Warning) count(level);
    }
    void rescue(std::string_view lines) override {
        for (const auto& sink : sinks_) sink->rescue(lines);
    }
    void reopen() override {
        for (const auto& sink : sinks_) sink->reopen();
    }

private:
    void count(LogLevel level) {
        if (level == LogLevel::Error && statsd_->take_exception())
            return statsd_->increment("gunicorn.log.exception");
        statsd_->increment(fmt::format("gunicorn.log.{}", format_log_level(level)));
    }

    std::vector<std::shared_ptr<LogSink>> sinks_;
    std::shared_ptr<Statsd> statsd_;
};

std::shared_ptr<FileSink> open_file(const Settings& settings) {
    if (settings.error_logfile == "-" || settings.error_logfile.empty()) return nullptr;
    try {
        return std::make_shared<FileSink>(settings.error_logfile);
    } catch (const std::system_error& error) {
        refuse("--error-logfile", error);
    }
}

std::shared_ptr<LogSink> main_sink(const Settings& settings,
                                   std::shared_ptr<FileSink> file,
                                   bool is_journal) {
    if (file) return file;
    if (settings.error_logfile.empty()) return std::make_shared<NullSink>();
    if (is_journal) return std::make_shared<JournalSink>(STDERR_FILENO);
    return std::make_shared<DescriptorSink>(STDERR_FILENO);
}

std::shared_ptr<LogSink> all_sinks(const Settings& settings,
                                   std::shared_ptr<LogSink> main,
                                   std::shared_ptr<Statsd> statsd) {
    if (!settings.log_syslog && !statsd) return main;
    std::vector<std::shared_ptr<LogSink>> sinks{std::move(main)};
    if (settings.log_syslog) sinks.push_back(make_syslog_sink(settings, "error"));
    return std::make_shared<FanSink>(std::move(sinks), std::move(statsd));
}

std::shared_ptr<Statsd> make_statsd(const Settings& settings) {
    if (!settings.statsd_host) return nullptr;
    return std::make_shared<Statsd>(MessageSocket(*settings.statsd_host, "--statsd-host"),
                                    settings.statsd_prefix,
                                    settings.dogstatsd_tags);
}

// Of Settings, perhaps const: references to what makes one error log differ from another.
template <class SomeSettings>
auto what_matters(SomeSettings& settings) {
    return std::tie(settings.error_logfile,
                    settings.log_json,
                    settings.error_logformat,
                    settings.log_syslog,
                    settings.log_syslog_to,
                    settings.log_syslog_prefix,
                    settings.log_syslog_facility,
                    settings.statsd_host,
                    settings.statsd_prefix,
                    settings.dogstatsd_tags);
}

Logging make_logging(const Settings& settings, std::shared_ptr<LogSink> sink, bool is_json) {
    if (!is_json) return Logging(settings.log_level, std::move(sink));
    return Logging(settings.log_level, std::move(sink), std::make_unique<JSONLogFormatter>());
}

}  // namespace

ErrorLog::ErrorLog(const Settings& settings)
    : file_(open_file(settings)),
      is_journal_(!file_ && JournalSink::is_journal(STDERR_FILENO)),
      is_json_(settings.log_json || settings.error_logformat == LogFormat::JSON),
      statsd_(make_statsd(settings)),
      logging_(make_logging(settings,
                            all_sinks(settings, main_sink(settings, file_, is_journal_), statsd_),
                            is_json_)) {}

ErrorLog::~ErrorLog() = default;

bool ErrorLog::differs(const Settings& present, const Settings& wanted) {
    return what_matters(present) != what_matters(wanted);
}

void ErrorLog::adopt(Settings& present, const Settings& wanted) {
    what_matters(present) = what_matters(wanted);
}

void ErrorLog::reopen() {
    try {
        logging_.reopen();
    } catch (const std::system_error& error) {
        refuse("--error-logfile", error);
    }
}

int ErrorLog::fd() const {
    return file_ ? file_->fd() : STDERR_FILENO;
}

std::shared_ptr<LogSink> make_access_sink(const Settings& settings) {
    std::vector<std::shared_ptr<LogSink>> sinks;
    try {
        if (!settings.access_logfile.empty())
            sinks.push_back(make_log_sink(settings.access_logfile, STDOUT_FILENO));
    } catch (const std::system_error& error) {
        refuse("--access-logfile", error);
    }
    if (settings.log_syslog && !settings.disable_redirect_access_to_syslog)
        sinks.push_back(make_syslog_sink(settings, "access"));
    if (sinks.empty()) return nullptr;
    if (sinks.size() == 1) return sinks.front();
    return std::make_shared<FanSink>(std::move(sinks));
}

}  // namespace indrik::supervisor
