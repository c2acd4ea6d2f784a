#include "indrik/web/access_log.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <unistd.h>

#include "indrik/core/encoding.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::web {
namespace {

constexpr std::size_t kBufferBytes = 32 * 1024;

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

std::string time_text(std::time_t time) {
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

}  // namespace

AccessLogger::AccessLogger(std::shared_ptr<LogSink> sink, std::string_view format)
    : sink_(std::move(sink)) {
    parse(format);
    buffer_.reserve(kBufferBytes + 1024);
}

AccessLogger::~AccessLogger() {
    flush();
}

void AccessLogger::parse(std::string_view format) {
    const auto fail = [&](std::size_t position, const std::string& why) {
        throw std::invalid_argument("access log format: " + why + " at position " +
                                    std::to_string(position));
    };
    std::string literal;
    const auto end_literal = [&] {
        if (!literal.empty()) atoms_.push_back({0, std::exchange(literal, {})});
    };
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            literal += format[i];
            continue;
        }
        if (format.substr(i, 2) == "%%") {
            literal += '%';
            ++i;
            continue;
        }
        const std::size_t close = format.find(")s", i);
        if (format.substr(i, 2) != "%(" || close == std::string_view::npos) {
            fail(i, "expected %(atom)s or %%");
        }
        const std::string_view atom = format.substr(i + 2, close - i - 2);
        end_literal();
        if (atom.size() == 1 &&
            std::string_view("hlutrmUqHsBbfaTMDLp").find(atom) != std::string_view::npos) {
            atoms_.push_back({atom[0], {}});
        } else if (atom.size() > 3 && atom.front() == '{' && atom[atom.size() - 2] == '}' &&
                   std::string_view("ioe").find(atom.back()) != std::string_view::npos) {
            atoms_.push_back({atom.back(), std::string(atom.substr(1, atom.size() - 3))});
        } else {
            fail(i, "unknown atom '%(" + std::string(atom) + ")s'");
        }
        i = close + 1;
    }
    end_literal();
}

void AccessLogger::log(const AccessRecord& record) {
    for (const Atom& atom : atoms_) append(atom, record);
    buffer_ += '\n';
    if (buffer_.size() >= kBufferBytes) flush();
}

void AccessLogger::append(const Atom& atom, const AccessRecord& record) {
    const http::RequestHead* const request = record.request;
    const auto micros = static_cast<std::uint64_t>(record.duration.count());
    switch (atom.kind) {
        case 0:
            buffer_ += atom.text;
            break;
        case 'h':
            append_or_dash(buffer_, record.remote);
            break;
        case 'l':
            buffer_ += '-';
            break;
        case 'u':
            append_or_dash(buffer_, basic_user(record));
            break;
        case 't':
            if (record.started != time_second_) {
                time_second_ = record.started;
                time_text_ = time_text(record.started);
            }
            buffer_ += time_text_;
            break;
        case 'r':
            if (request == nullptr) {
                buffer_ += '-';
            } else {
                append_escaped(buffer_, request->method_text);
                buffer_ += ' ';
                append_escaped(buffer_, request->target);
                buffer_ += ' ';
                buffer_ += version_text(request->version);
            }
            break;
        case 'm':
            append_or_dash(buffer_, request ? request->method_text : "");
            break;
        case 'U':
            append_or_dash(buffer_, request ? request->path : "");
            break;
        case 'q':
            append_escaped(buffer_, request ? request->query : "");
            break;
        case 'H':
            buffer_ += request ? version_text(request->version) : "-";
            break;
        case 's':
            append_number(buffer_, static_cast<std::uint64_t>(record.status));
            break;
        case 'B':
            append_number(buffer_, record.body_bytes);
            break;
        case 'b':
            if (record.body_bytes == 0) {
                buffer_ += '-';
            } else {
                append_number(buffer_, record.body_bytes);
            }
            break;
        case 'f':
            append_or_dash(buffer_, field_of(request ? &request->headers : nullptr, "Referer"));
            break;
        case 'a':
            append_or_dash(buffer_, field_of(request ? &request->headers : nullptr, "User-Agent"));
            break;
        case 'T':
            append_number(buffer_, micros / 1'000'000);
            break;
        case 'M':
            append_number(buffer_, micros / 1'000);
            break;
        case 'D':
            append_number(buffer_, micros);
            break;
        case 'L': {
            char text[32];
            std::snprintf(text,
                          sizeof text,
                          "%llu.%06llu",
                          static_cast<unsigned long long>(micros / 1'000'000),
                          static_cast<unsigned long long>(micros % 1'000'000));
            buffer_ += text;
            break;
        }
        case 'p':
            buffer_ += '<';
            append_number(buffer_, static_cast<std::uint64_t>(::getpid()));
            buffer_ += '>';
            break;
        case 'i':
            append_or_dash(buffer_, field_of(request ? &request->headers : nullptr, atom.text));
            break;
        case 'o':
            append_or_dash(buffer_, field_of(record.response_headers, atom.text));
            break;
        case 'e': {
            const char* const value = std::getenv(atom.text.c_str());
            append_or_dash(buffer_, value ? value : "");
            break;
        }
        default:
            break;
    }
}

void AccessLogger::flush() {
    if (buffer_.empty()) return;
    sink_->write(buffer_);
    buffer_.clear();
}

void AccessLogger::reopen() {
    flush();
    sink_->reopen();
}

}  // namespace indrik::web
