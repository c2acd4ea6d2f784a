// What is logged, and where.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kLogs = "Logs";

}  // namespace

// clang-format off
std::vector<Setting> logs_settings() {
    return {
        {kLogs, {"access_logfile", "accesslog"}, 0, {"access-logfile"}, "FILE", "",
         "Where requests are logged; - is standard output. Off by default.",
         single<&Settings::access_logfile, text>},
        {kLogs, {"access_logformat", "access_log_format"}, 0, {"access-logformat"}, "FORMAT",
         R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")",
         "How a request is written, in gunicorn's atoms.",
         single<&Settings::access_logformat, text>},
        {kLogs, {"error_logfile", "errorlog"}, 0, {"error-logfile", "log-file"}, "FILE", "-",
         "Where everything else is logged; - is standard error.",
         single<&Settings::error_logfile, text>},
        {kLogs, {"log_level", "loglevel"}, 0, {"log-level"}, "LEVEL", "info",
         "debug, info, warning, error or critical.",
         single<&Settings::log_level, parse_level>},
        {kLogs, {"capture_output"}, 0, {"capture-output"}, "", "false",
         "What is written to standard output and standard error goes to --error-logfile, too.",
         single<&Settings::capture_output, parse_switch>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
