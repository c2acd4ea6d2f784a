#pragma once
// The format of an access log, taken apart once: literal text and atoms, in gunicorn's notation or in Apache's and aiohttp's.
//
//   %(h)s %(r)s %({User-Agent}i)s     gunicorn: always in parentheses
//   %a %r %Tf %{User-Agent}i          Apache and aiohttp: never in parentheses
//
// What follows the percent sign tells them apart, so both may stand in one format although a letter may mean two things: %(a)s
// is the user agent, as with gunicorn, and %a the address, as with Apache. supervisor/docs/logs_and_metrics.md has the table.

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::web {

struct AccessRecord;

enum class AccessAtom : unsigned char {
    Literal,
    RemoteAddress,
    Dash,
    User,
    Time,
    RequestLine,
    Method,
    Path,
    Query,
    QueryWithMark,  // Apache's: with its question mark
    Protocol,
    Status,
    BodyBytes,
    BodyBytesOrDash,
    SentBytes,
    Referer,
    UserAgent,
    Seconds,
    Milliseconds,
    Microseconds,
    DecimalSeconds,
    Pid,
    PidInBrackets,  // gunicorn's: <4711>
    RequestID,
    RequestField,
    ResponseField,
    Environment
};

class AccessLogFormat {
public:
    /// Errors: std::invalid_argument that names an unknown atom and where it stands.
    explicit AccessLogFormat(std::string_view format);

    /// Appends the line without its end. `time` is the record's time as Time shows it.
    void append(std::string& line, const AccessRecord& record, std::string_view time) const;

private:
    struct Part {
        AccessAtom atom;
        std::string text;  // the literal, or the name of a field or variable
    };

    /// Reads the atom behind the percent sign at `position`; returns where the text goes on.
    std::size_t parse_gunicorn(std::string_view format, std::size_t position);
    std::size_t parse_apache(std::string_view format, std::size_t position);
    static void append_part(std::string& line,
                            const Part& part,
                            const AccessRecord& record,
                            std::string_view time);

    std::vector<Part> parts_;
};

/// "[21/Oct/2026:00:00:00 +0000]", in local time.
std::string format_access_time(std::time_t time);

/// One JSON object: time, remote, user, method, path, query, protocol, status, bytes, duration, referer, user_agent,
/// request_id, pid. What is not known is null.
void append_access_json(std::string& line, const AccessRecord& record);

}  // namespace indrik::web
