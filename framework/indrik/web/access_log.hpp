#pragma once
// The access log: one line a request, in a format made of gunicorn's atoms.
//
//   AccessLogger log(make_log_sink("access.log", 1), AccessLogger::kDefaultFormat);
//
// Lines are gathered and written together: when the buffer is full, when flush() is called (the server does once a second)
// and at the end.

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/log_sinks.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/status.hpp"

namespace indrik::web {

/// One finished request, as far as logs are concerned. Lifetime: only during AccessLogger::log.
struct AccessRecord {
    std::string_view remote;
    const http::RequestHead* request = nullptr;  // null if the request could not be parsed
    const http::Headers* response_headers = nullptr;
    http::Status status = http::Status::Ok;
    std::uint64_t body_bytes = 0;
    std::time_t started = 0;
    std::chrono::microseconds duration{0};
};

class AccessLogger {
public:
    static constexpr std::string_view kDefaultFormat =
        R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")";

    /// Atoms: h l u t r m U q H s B b f a T M D L p {name}i {name}o {name}e, written %(x)s; %% is a percent sign.
    /// Errors: std::invalid_argument that names an unknown atom and where it stands.
    AccessLogger(std::shared_ptr<LogSink> sink, std::string_view format);
    ~AccessLogger();

    /// What cannot be in a line (control characters, quotes) is escaped, so that nobody can forge one. Missing values are "-".
    void log(const AccessRecord& record);
    /// Writes what is gathered. The destructor does so, too.
    void flush();
    /// Writes what is gathered, then opens a file again by its name. Errors: std::system_error; the old file is kept.
    void reopen();

private:
    struct Atom {
        char kind;         // 0: literal text
        std::string text;  // the literal, or the name of a field
    };

    void parse(std::string_view format);
    void append(const Atom& atom, const AccessRecord& record);

    std::shared_ptr<LogSink> sink_;
    std::vector<Atom> atoms_;
    std::string buffer_;
    std::time_t time_second_ = -1;
    std::string time_text_;  // of time_second_
};

}  // namespace indrik::web
