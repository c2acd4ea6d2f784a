#include "indrik/http/response_parser.hpp"

#include <algorithm>

#include "indrik/http/detail/field_line.hpp"
#include "indrik/http/detail/head_lines.hpp"
#include "indrik/http/detail/single_fields.hpp"
#include "indrik/http/response_framing.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

using detail::kNoError;
using detail::LineKind;

constexpr std::string_view kProtocol = "HTTP/";
constexpr std::size_t kVersionSize = 8;                   // "HTTP/1.1"
constexpr std::size_t kStatusEnd = kVersionSize + 1 + 3;  // "HTTP/1.1 200"

/// Fields whose repetition leaves in doubt what is read, or where to go next.
constexpr Headers::Mask kSingleFields = Headers::mask_of(
    Field::ContentLength, Field::ContentRange, Field::Location, Field::TransferEncoding);

/// `line` begins with "HTTP/".
Error parse_version(std::string_view line, Version& version) {
    const std::string_view text = line.substr(0, line.find(' '));
    if (text == "HTTP/1.1") {
        version = Version::Http11;
        return kNoError;
    }
    if (text == "HTTP/1.0") {
        version = Version::Http10;
        return kNoError;
    }
    const bool well_formed =
        text.size() == kVersionSize && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
    return well_formed ? Error::UnsupportedVersion : Error::BadVersion;
}

/// Three digits, the first not 0, and nothing or a space behind them.
Error parse_status(std::string_view line, Status& status) {
    if (line.size() < kStatusEnd) return Error::BadStatusLine;
    const std::string_view digits = line.substr(kVersionSize + 1, 3);
    if (!std::ranges::all_of(digits, is_digit) || digits[0] == '0') return Error::BadStatusLine;
    if (line.size() > kStatusEnd && line[kStatusEnd] != ' ') return Error::BadStatusLine;
    const int number = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    status = static_cast<Status>(number);
    return kNoError;
}

/// `line` has no control characters but HTAB and begins with "HTTP/".
Error parse_status_line(std::string_view line, ResponseHead& head) {
    Error error = parse_version(line, head.version);
    if (error == kNoError) error = parse_status(line, head.status);
    if (error == kNoError && line.size() > kStatusEnd) head.reason = line.substr(kStatusEnd + 1);
    return error;
}

}  // namespace

Result<std::size_t> ResponseParser::parse(std::string_view received, ResponseHead& head) {
    begin(received.data(), head);
    Error error = kNoError;
    if (!in_fields_ && !take_status_line(received, head, error)) return wait_or_fail(error);
    while (detail::has_field_line(cursor_, received, error)) {
        std::string_view line;
        const bool ready =
            detail::take_line<LineKind::Field>(cursor_, received, limits_.field_bytes, line, error);
        if (ready) error = add_field(line, head);
        if (!ready || error != kNoError) return wait_or_fail(error);
    }
    if (error != kNoError || received.size() - cursor_.line < 2) return wait_or_fail(error);
    if (received[cursor_.line + 1] != '\n') return wait_or_fail(Error::BadFieldValue);
    const Result<> checked = check_head(head, request_method_);
    const std::size_t size = cursor_.line + 2;
    reset();
    if (!checked) return checked.error();
    return size;
}

void ResponseParser::reset() {
    base_ = nullptr;
    cursor_.reset();
    fields_ = 0;
    in_fields_ = false;
}

Result<std::size_t> ResponseParser::wait_or_fail(Error error) {
    if (error == kNoError) return std::size_t{0};
    reset();
    return make_error_code(error);
}

/// Prepares `head` for a new head, or moves its views to where the bytes lie now.
void ResponseParser::begin(const char* base, ResponseHead& head) {
    if (cursor_.is_at_start()) {
        head.clear();
    } else if (base != base_ && in_fields_) {
        head.headers.rebase(base_, base);
        head.reason = {base + kStatusEnd + 1, head.reason.size()};
    }
    base_ = base;
}

/// False without an error means that more bytes are needed.
bool ResponseParser::take_status_line(std::string_view received, ResponseHead& head, Error& error) {
    if (received.empty()) return false;
    // What is not HTTP at all need not be waited for; bytes beyond a limit are not looked at.
    const std::size_t within =
        std::min({kProtocol.size(), limits_.status_line_bytes, limits_.head_bytes});
    if (!kProtocol.starts_with(received.substr(0, within))) {
        error = Error::BadStatusLine;
        return false;
    }
    std::string_view line;
    const bool ready = detail::take_line<LineKind::Status>(
        cursor_, received, limits_.status_line_bytes, line, error);
    if (!ready) return false;
    error = parse_status_line(line, head);
    in_fields_ = error == kNoError;
    return in_fields_;
}

Error ResponseParser::add_field(std::string_view line, ResponseHead& head) {
    if (++fields_ > limits_.fields) return Error::TooManyFields;
    detail::FieldLine field;
    const Error error = detail::parse_field_line(line, field);
    if (error != kNoError) return error;
    const bool known = field.id != Field::Unknown;
    if (known && head.headers.contains(field.id) && detail::is_in(field.id, kSingleFields)) {
        return detail::duplicate_error(field.id);
    }
    head.headers.append_view(field.id, field.name, field.value);
    return kNoError;
}

}  // namespace indrik::http
