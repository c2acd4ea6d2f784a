#include "supervisor/system/json_log.hpp"

#include <ctime>
#include <iterator>

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include "indrik/json/text_writer.hpp"

namespace indrik::supervisor {

void JSONLogFormatter::append_line(std::string& line,
                                   LogLevel level,
                                   std::string_view name,
                                   std::string_view text) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::tm utc{};
    ::gmtime_r(&now.tv_sec, &utc);
    fmt::format_to(std::back_inserter(line),
                   R"({{"time":"{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","level":"{}","logger":)",
                   utc.tm_year + 1900,
                   utc.tm_mon + 1,
                   utc.tm_mday,
                   utc.tm_hour,
                   utc.tm_min,
                   utc.tm_sec,
                   now.tv_nsec / 1'000'000,
                   format_log_level(level));
    json::append_string(line, name);
    fmt::format_to(std::back_inserter(line), R"(,"pid":{},"message":)", ::getpid());
    json::append_string(line, text);
    line += "}\n";
}

}  // namespace indrik::supervisor
