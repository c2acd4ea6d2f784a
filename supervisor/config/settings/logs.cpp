// What is logged, and where.
#include "supervisor/config/settings/groups.hpp"
#include "supervisor/system/syslog_sink.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kLogs = "Logs";
constexpr std::string_view kMetrics = "Metrics";

LogFormat parse_log_format(std::string_view value) {
    return static_cast<LogFormat>(parse_choice(value, {"text", "json"}));
}

// "auto" is nothing: it depends on --debug.
std::optional<std::chrono::milliseconds> parse_slow_callback(std::string_view value) {
    if (value == "auto") return std::nullopt;
    return parse_duration(value);
}

// An empty value is none.
template <auto Member, auto Parse>
void optional(Settings& settings, Values values) {
    auto& member = settings.*Member;
    if (values.back().empty()) {
        member = {};
    } else {
        member = {Parse(values.back())};
    }
}

}  // namespace

// clang-format off
std::vector<Setting> logs_settings() {
    return {
        {kLogs, {"access_logfile", "accesslog"}, 0, {"access-logfile"}, "FILE", "",
         "Where requests are logged; - is standard output. Off by default.",
         single<&Settings::access_logfile, text>},
        {kLogs, {"access_logformat", "access_log_format"}, 0, {"access-logformat"}, "FORMAT",
         R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")",
         "How a request is written: in gunicorn's atoms, %(h)s, in Apache's and aiohttp's, %a, or json.",
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
        {kLogs, {"access_log_json"}, 0, {"access-log-json"}, "", "false",
         "Each request is a JSON object; the same as --access-logformat json.",
         single<&Settings::access_log_json, parse_switch>},
        {.group = kLogs, .names = {"access_log_exclude"}, .letter = 0, .flags = {"access-log-exclude"},
         .placeholder = "PATH", .default_value = "",
         .prose = "Requests of this path are not logged: health checks, say. PATH* means all that begin so. May be given "
                  "several times.",
         .assign = several<&Settings::access_log_exclude>, .repeatable = true},
        {kLogs, {"slow_request"}, 0, {"slow-request"}, "TIME", "0",
         "Requests that took so long are in the error log, as warnings; 0: none is.",
         single<&Settings::slow_request, parse_duration>},
        {kLogs, {"slow_callback"}, 0, {"slow-callback"}, "TIME", "auto",
         "Whatever blocks a worker's loop for so long is in the error log with its stack; 0: nothing is. auto: 100ms with "
         "--debug, nothing without.",
         single<&Settings::slow_callback, parse_slow_callback>},
        {kLogs, {"log_json"}, 0, {"log-json"}, "", "false",
         "Both logs are JSON, an object a line.",
         single<&Settings::log_json, parse_switch>},
        {kLogs, {"error_logformat"}, 0, {"error-logformat"}, "FORMAT", "text",
         "text or json.",
         single<&Settings::error_logformat, parse_log_format>},
        {kLogs, {"log_syslog", "syslog"}, 0, {"log-syslog"}, "", "false",
         "Both logs go to syslog too.",
         single<&Settings::log_syslog, parse_switch>},
        {kLogs, {"log_syslog_to", "syslog_addr"}, 0, {"log-syslog-to"}, "ADDRESS", "udp://localhost:514",
         "Where syslog listens: unix://PATH (with #dgram or #stream behind it to choose), udp://HOST:PORT or tcp://HOST:PORT.",
         single<&Settings::log_syslog_to, parse_syslog_address>},
        {kLogs, {"log_syslog_prefix", "syslog_prefix"}, 0, {"log-syslog-prefix"}, "NAME", "",
         "Messages are marked indrik.NAME.error and indrik.NAME.access.",
         single<&Settings::log_syslog_prefix, text>},
        {kLogs, {"log_syslog_facility", "syslog_facility"}, 0, {"log-syslog-facility"}, "NAME", "user",
         "The facility of the messages: user, daemon, local0 to local7, ...",
         single<&Settings::log_syslog_facility, parse_facility>},
        {kLogs, {"disable_redirect_access_to_syslog"}, 0, {"disable-redirect-access-to-syslog"}, "", "false",
         "The access log does not go to syslog.",
         single<&Settings::disable_redirect_access_to_syslog, parse_switch>},

        {kMetrics, {"metrics_bind"}, 0, {"metrics-bind"}, "ADDRESS", "",
         "Where the master shows the metrics of all workers to Prometheus, at /metrics: HOST:PORT or unix:PATH. Off by default.",
         optional<&Settings::metrics_bind, Address::parse_openable>},
        {kMetrics, {"statsd_host"}, 0, {"statsd-host"}, "ADDRESS", "",
         "Where gunicorn's metrics are sent: HOST:PORT (UDP; the port is 8125 if it is left out) or unix://PATH. Off by default.",
         optional<&Settings::statsd_host, parse_statsd_address>},
        {kMetrics, {"statsd_prefix"}, 0, {"statsd-prefix"}, "PREFIX", "",
         "Stands before the name of each metric, with a dot between them.",
         single<&Settings::statsd_prefix, text>},
        {kMetrics, {"dogstatsd_tags"}, 0, {"dogstatsd-tags"}, "TAGS", "",
         "Tags of each metric, as DogStatsD takes them: region:eu,app:shop.",
         single<&Settings::dogstatsd_tags, text>},
        {kMetrics, {"enable_backlog_metric"}, 0, {"enable-backlog-metric"}, "", "false",
         "Send how many connections wait to be accepted, each second.",
         single<&Settings::enable_backlog_metric, parse_switch>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
