#include "indrik/web/access_log_format.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "indrik/core/encoding.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/json/text_writer.hpp"
#include "indrik/web/access_log.hpp"

namespace indrik::web {
namespace {

void append_escaped(std::string& line, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            char escape[5];
            std::snprintf(escape, sizeof escape, "\\x%02x", byte);
            line += escape;
        } else {
            line += c;
        }
    }
}

void append_or_dash(std::string& line, std::string_view text) {
    if (text.empty()) {
        line += '-';
    } else {
        append_escaped(line, text);
    }
}

void append_number(std::string& line, std::uint64_t number) {
    line += std::to_string(number);
}

std::string_view version_text(http::Version version) {
    switch (version) {
        case http::Version::Http10:
            return "HTTP/1.0";
        case http::Version::Http2:
            return "HTTP/2";
        case http::Version::Http11:
            break;
    }
    return "HTTP/1.1";
}

/// The user name of Basic credentials, or "".
std::string basic_user(const AccessRecord& record) {
    if (record.request == nullptr) return {};
    const auto field = record.request->headers.get(http::Field::Authorization).value_or("");
    constexpr std::string_view kScheme = "basic ";
    if (!http::equal_ignoring_case(field.substr(0, kScheme.size()), kScheme)) return {};
    const auto credentials = base64_decode(field.substr(kScheme.size()));
    if (!credentials) return {};
    return credentials->substr(0, credentials->find(':'));
}

std::string_view field_of(const http::Headers* headers, std::string_view name) {
    return headers == nullptr ? std::string_view() : headers->get(name).value_or("");
}

void append_request_line(std::string& line, const http::RequestHead* request) {
    if (request == nullptr) {
        line += '-';
        return;
    }
    append_escaped(line, request->method_text);
    line += ' ';
    append_escaped(line, request->target);
    line += ' ';
    line += version_text(request->version);
}

std::string_view request_field(const AccessRecord& record, std::string_view name) {
    return field_of(record.request != nullptr ? &record.request->headers : nullptr, name);
}

void append_decimal_seconds(std::string& line, std::uint64_t micros) {
    char text[32];
    std::snprintf(text,
                  sizeof text,
                  "%llu.%06llu",
                  static_cast<unsigned long long>(micros / 1'000'000),
                  static_cast<unsigned long long>(micros % 1'000'000));
    line += text;
}

[[noreturn]] void fail(std::size_t position, const std::string& why) {
    throw std::invalid_argument("access log format: " + why + " at position " +
                                std::to_string(position));
}

struct Name {
    std::string_view text;
    AccessAtom atom;
};

using enum AccessAtom;

constexpr std::array kGunicornAtoms{Name{"h", RemoteAddress}, Name{"l", Dash},
                                    Name{"u", User},          Name{"t", Time},
                                    Name{"r", RequestLine},   Name{"m", Method},
                                    Name{"U", Path},          Name{"q", Query},
                                    Name{"H", Protocol},      Name{"s", Status},
                                    Name{"B", BodyBytes},     Name{"b", BodyBytesOrDash},
                                    Name{"f", Referer},       Name{"a", UserAgent},
                                    Name{"T", Seconds},       Name{"M", Milliseconds},
                                    Name{"D", Microseconds},  Name{"L", DecimalSeconds},
                                    Name{"p", PidInBrackets}, Name{"request_id", RequestID}};

// The longest that fits counts: %Tf is one atom, and not %T and an f.
constexpr std::array kApacheAtoms{Name{">s", Status},
                                  Name{"Tf", DecimalSeconds},
                                  Name{"a", RemoteAddress},
                                  Name{"h", RemoteAddress},
                                  Name{"l", Dash},
                                  Name{"u", User},
                                  Name{"t", Time},
                                  Name{"r", RequestLine},
                                  Name{"m", Method},
                                  Name{"U", Path},
                                  Name{"q", QueryWithMark},
                                  Name{"H", Protocol},
                                  Name{"s", Status},
                                  Name{"B", BodyBytes},
                                  Name{"b", BodyBytesOrDash},
                                  Name{"O", SentBytes},
                                  Name{"T", Seconds},
                                  Name{"D", Microseconds},
                                  Name{"P", Pid},
                                  Name{"L", RequestID},
                                  Name{"{s}T", Seconds},
                                  Name{"{ms}T", Milliseconds},
                                  Name{"{us}T", Microseconds}};

/// Of {name}i, {name}o and {name}e. Literal: of no such atom.
AccessAtom named_atom(char letter) {
    switch (letter) {
        case 'i':
            return RequestField;
        case 'o':
            return ResponseField;
        case 'e':
            return Environment;
        default:
            return Literal;
    }
}

}  // namespace

AccessLogFormat::AccessLogFormat(std::string_view format) {
    std::string literal;
    const auto end_literal = [&] {
        if (!literal.empty()) parts_.push_back({Literal, std::exchange(literal, {})});
    };
    for (std::size_t i = 0; i < format.size();) {
        if (format[i] != '%') {
            literal += format[i++];
        } else if (format.substr(i, 2) == "%%") {
            literal += '%';
            i += 2;
        } else {
            end_literal();
            i = format.substr(i, 2) == "%(" ? parse_gunicorn(format, i) : parse_apache(format, i);
        }
    }
    end_literal();
}

std::size_t AccessLogFormat::parse_gunicorn(std::string_view format, std::size_t position) {
    const std::size_t close = format.find(")s", position);
    if (close == std::string_view::npos) fail(position, "expected %(atom)s, %a or %%");
    const std::string_view text = format.substr(position + 2, close - position - 2);
    for (const Name& name : kGunicornAtoms) {
        if (name.text != text) continue;
        parts_.push_back({name.atom, {}});
        return close + 2;
    }
    const bool is_named = text.size() > 3 && text.front() == '{' && text[text.size() - 2] == '}';
    const AccessAtom atom = is_named ? named_atom(text.back()) : Literal;
    if (atom == Literal) fail(position, "unknown atom '%(" + std::string(text) + ")s'");
    parts_.push_back({atom, std::string(text.substr(1, text.size() - 3))});
    return close + 2;
}

std::size_t AccessLogFormat::parse_apache(std::string_view format, std::size_t position) {
    const std::string_view rest = format.substr(position + 1);
    for (const Name& name : kApacheAtoms) {
        if (!rest.starts_with(name.text)) continue;
        parts_.push_back({name.atom, {}});
        return position + 1 + name.text.size();
    }
    const std::size_t close = rest.starts_with('{') ? rest.find('}') : std::string_view::npos;
    if (close != std::string_view::npos && close > 1 && close + 1 < rest.size()) {
        const AccessAtom atom = named_atom(rest[close + 1]);
        if (atom == Literal)
            fail(position, "unknown atom '%" + std::string(rest.substr(0, close + 2)) + "'");
        parts_.push_back({atom, std::string(rest.substr(1, close - 1))});
        return position + 1 + close + 2;
    }
    if (rest.empty() || rest.starts_with('{')) fail(position, "expected %(atom)s, %a or %%");
    fail(position, "unknown atom '%" + std::string(rest.substr(0, 1)) + "'");
}

void AccessLogFormat::append(std::string& line,
                             const AccessRecord& record,
                             std::string_view time) const {
    for (const Part& part : parts_) append_part(line, part, record, time);
}

// A table of what each atom shows.
void AccessLogFormat::append_part(std::string& line,
                                  const Part& part,
                                  const AccessRecord& record,
                                  std::string_view time) {
    const http::RequestHead* const request = record.request;
    const auto micros = static_cast<std::uint64_t>(record.duration.count());
    switch (part.atom) {
        case Literal:
            line += part.text;
            break;
        case RemoteAddress:
            return append_or_dash(line, record.remote);
        case Dash:
            line += '-';
            break;
        case User:
            return append_or_dash(line, basic_user(record));
        case Time:
            line += time;
            break;
        case RequestLine:
            return append_request_line(line, request);
        case Method:
            return append_or_dash(line, request ? request->method_text : "");
        case Path:
            return append_or_dash(line, request ? request->path : "");
        case QueryWithMark:
            if (request && !request->query.empty()) line += '?';
            [[fallthrough]];
        case Query:
            return append_escaped(line, request ? request->query : "");
        case Protocol:
            line += request ? version_text(request->version) : "-";
            break;
        case Status:
            return append_number(line, static_cast<std::uint64_t>(record.status));
        case BodyBytesOrDash:
            if (record.body_bytes == 0) {
                line += '-';
                break;
            }
            [[fallthrough]];
        case BodyBytes:
            return append_number(line, record.body_bytes);
        case SentBytes:
            return append_number(line, record.sent_bytes);
        case Referer:
            return append_or_dash(line, request_field(record, "Referer"));
        case UserAgent:
            return append_or_dash(line, request_field(record, "User-Agent"));
        case Seconds:
            return append_number(line, micros / 1'000'000);
        case Milliseconds:
            return append_number(line, micros / 1'000);
        case Microseconds:
            return append_number(line, micros);
        case DecimalSeconds:
            return append_decimal_seconds(line, micros);
        case Pid:
            return append_number(line, static_cast<std::uint64_t>(::getpid()));
        case PidInBrackets:
            line += '<';
            append_number(line, static_cast<std::uint64_t>(::getpid()));
            line += '>';
            break;
        case RequestID:
            return append_or_dash(line, record.request_id);
        case RequestField:
            return append_or_dash(line, request_field(record, part.text));
        case ResponseField:
            return append_or_dash(line, field_of(record.response_headers, part.text));
        case Environment: {
            const char* const value = std::getenv(part.text.c_str());
            return append_or_dash(line, value ? value : "");
        }
    }
}

std::string format_access_time(std::time_t time) {
    std::tm local{};
    ::localtime_r(&time, &local);
    char text[40];
    // Month names are English whatever the locale: logs are read by programs.
    static constexpr const char* kMonths[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char zone[8];
    std::strftime(zone, sizeof zone, "%z", &local);
    std::snprintf(text,
                  sizeof text,
                  "[%02d/%s/%04d:%02d:%02d:%02d %s]",
                  local.tm_mday,
                  kMonths[local.tm_mon],
                  local.tm_year + 1900,
                  local.tm_hour,
                  local.tm_min,
                  local.tm_sec,
                  zone);
    return text;
}

void append_access_json(std::string& line, const AccessRecord& record) {
    const http::RequestHead* const request = record.request;
    const auto text = [&line](std::string_view key, std::string_view value) {
        line += key;
        if (value.empty()) {
            line += "null";
        } else {
            json::append_string(line, value);
        }
    };
    std::tm utc{};
    ::gmtime_r(&record.started, &utc);
    char time[48];
    const std::size_t size = std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%S", &utc);
    line += R"({"time":")";
    line.append(time, size);
    std::snprintf(time, sizeof time, ".%03uZ\"", static_cast<unsigned>(record.started_ms % 1000));
    line += time;
    text(R"(,"remote":)", record.remote);
    text(R"(,"user":)", basic_user(record));
    text(R"(,"method":)", request ? request->method_text : "");
    text(R"(,"path":)", request ? request->path : "");
    text(R"(,"query":)", request ? request->query : "");
    text(R"(,"protocol":)", request ? version_text(request->version) : "");
    line += R"(,"status":)";
    append_number(line, static_cast<std::uint64_t>(record.status));
    line += R"(,"bytes":)";
    append_number(line, record.body_bytes);
    line += R"(,"duration":)";
    append_decimal_seconds(line, static_cast<std::uint64_t>(record.duration.count()));
    text(R"(,"referer":)", request_field(record, "Referer"));
    text(R"(,"user_agent":)", request_field(record, "User-Agent"));
    text(R"(,"request_id":)", record.request_id);
    line += R"(,"pid":)";
    append_number(line, static_cast<std::uint64_t>(::getpid()));
    line += '}';
}

}  // namespace indrik::web
