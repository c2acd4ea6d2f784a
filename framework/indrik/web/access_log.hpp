#pragma once
// The access log: one line a request, in a format of atoms (access_log_format.hpp) or as JSON.
//
//   AccessLogger log(make_log_sink("access.log", 1), AccessLogger::kDefaultFormat);
//
// Lines are gathered and written together: when the buffer is full, when flush() is called (the server does once a second)
// and at the end.

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/log_sinks.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"
#include "indrik/web/access_log_format.hpp"

namespace indrik::web {

/// One finished request, as far as logs are concerned. Lifetime: only during AccessLogger::log.
struct AccessRecord {
    std::string_view remote;
    const http::RequestHead* request = nullptr;  // null if the request could not be parsed
    const http::Headers* response_headers = nullptr;
    http::Status status = http::Status::Ok;
    std::string_view request_id;  // "" without the middleware request_ids()
    std::uint64_t body_bytes = 0;
    std::uint64_t sent_bytes = 0;  // head included
    std::time_t started = 0;
    unsigned started_ms = 0;  // behind the second
    std::chrono::microseconds duration{0};
};

class AccessLogger {
public:
    static constexpr std::string_view kDefaultFormat =
        R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")";

    /// Instead of a format: lines of JSON.
    static constexpr std::string_view kJSON = "json";

    /// Errors: std::invalid_argument that names an unknown atom and where it stands.
    AccessLogger(std::shared_ptr<LogSink> sink, std::string_view format);
    ~AccessLogger();

    /// Requests of these paths are not logged: health checks, say. One that ends with "*" is a prefix.
    void exclude(std::vector<std::string> paths);

    /// What cannot be in a line (control characters, quotes) is escaped, so that nobody can forge one. Missing values are "-".
    void log(const AccessRecord& record);
    /// Writes what is gathered. The destructor does so, too.
    void flush();
    /// For a signal handler that ends the process: writes the whole lines that are left, if that needs no lock.
    void rescue() const;
    /// Writes what is gathered, then opens a file again by its name. Errors: std::system_error; the old file is kept.
    void reopen();

private:
    bool is_excluded(std::string_view path) const;

    std::shared_ptr<LogSink> sink_;
    std::optional<AccessLogFormat> format_;  // nothing: JSON
    std::vector<std::string> excluded_;
    std::string buffer_;
    std::time_t time_second_ = -1;
    std::string time_text_;  // of time_second_
};

}  // namespace indrik::web
