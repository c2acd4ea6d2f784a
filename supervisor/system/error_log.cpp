#include "supervisor/system/error_log.hpp"

#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "indrik/core/log_sinks.hpp"
#include "supervisor/config/errors.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void refuse(const std::system_error& error) {
    throw ConfigError(fmt::format("--error-logfile: {}", error.what()));
}

std::shared_ptr<LogSink> open_sink(const std::string& destination) {
    try {
        return make_log_sink(destination, STDERR_FILENO);
    } catch (const std::system_error& error) {
        refuse(error);
    }
}

}  // namespace

ErrorLog::ErrorLog(const Settings& settings)
    : sink_(open_sink(settings.error_logfile)), logging_(settings.log_level, sink_) {}

void ErrorLog::reopen() {
    try {
        logging_.reopen();
    } catch (const std::system_error& error) {
        refuse(error);
    }
}

int ErrorLog::fd() const {
    const auto* const file = dynamic_cast<const FileSink*>(sink_.get());
    return file != nullptr ? file->fd() : STDERR_FILENO;
}

}  // namespace indrik::supervisor
