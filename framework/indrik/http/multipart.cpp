#include "indrik/http/multipart.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/http/content_disposition.hpp"
#include "indrik/http/detail/field_line.hpp"
#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/detail/scan.hpp"

namespace indrik::http {

namespace {

using detail::kNoError;

constexpr std::string_view kLineEnd = "\r\n";

std::size_t common_prefix(std::string_view left, std::string_view right) {
    const std::size_t size = std::min(left.size(), right.size());
    const auto mismatch = std::mismatch(left.begin(), left.begin() + size, right.begin());
    return static_cast<std::size_t>(mismatch.first - left.begin());
}

bool is_boundary_character(char character) {
    const char lower = to_lower(character);
    return is_digit(lower) || (lower >= 'a' && lower <= 'z') ||
           detail::is_in(character, "'()+_,-./:=? ");
}

void require_boundary(std::string_view text) {
    if (!is_boundary(text)) throw std::invalid_argument("not a multipart boundary");
}

bool is_multipart(std::string_view content_type) {
    constexpr std::string_view kPrefix = "multipart/";
    return equal_ignoring_case(content_type.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace

bool is_boundary(std::string_view text) {
    return !text.empty() && text.size() <= kMaxBoundaryBytes && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), is_boundary_character);
}

Result<std::string> parse_boundary(const MediaType& media_type) {
    const std::string_view boundary = media_type.parameter("boundary").value_or("");
    if (media_type.type() != "multipart" || !is_boundary(boundary)) {
        return make_error_code(Error::BadMultipart);
    }
    return std::string(boundary);
}

MultipartParser::MultipartParser(std::string_view boundary, MultipartLimits limits)
    : limits_(limits) {
    require_boundary(boundary);
    delimiter_.append("\r\n--").append(boundary);
}

Result<MultipartParser::Step> MultipartParser::feed(std::string_view input) {
    Step step{0, Event::NeedMore, {}};
    std::string_view rest = input;
    while (!rest.empty() && step.event == Event::NeedMore && state_ != State::Failed) {
        switch (state_) {
            case State::Preamble:
            case State::Body:
                step = matched_ != 0 ? go_on_matching(rest) : search(rest);
                break;
            case State::Field:
                step = take_field(rest);
                break;
            case State::FieldLf:
                step = take_field_end(rest.front());
                break;
            case State::Epilogue:
                step = take_content(rest.size(), rest);
                break;
            default:
                step = take_padding(rest.front());
                break;
        }
        rest.remove_prefix(step.consumed);
    }
    step.consumed = input.size() - rest.size();
    if (step.consumed > limits_.total_bytes - total_bytes_) fail(Error::BodyTooLarge);
    if (state_ == State::Failed) return make_error_code(error_);
    total_bytes_ += step.consumed;
    return step;
}

Result<void> MultipartParser::finish() const {
    if (state_ == State::Failed) return make_error_code(error_);
    if (!done()) return make_error_code(Error::IncompleteBody);
    return {};
}

MultipartParser::Step MultipartParser::fail(Error error) {
    if (state_ != State::Failed) error_ = error;
    state_ = State::Failed;
    return {0, Event::NeedMore, {}};
}

bool MultipartParser::take_outside(std::size_t size_bytes) {
    if (size_bytes > limits_.outside_bytes - outside_bytes_) return false;
    outside_bytes_ += size_bytes;
    return true;
}

/// The input so far ended with a part of the delimiter, which the parser has kept from the body.
///
/// The delimiter begins with CR and holds no other. So where a match breaks off, the next one
/// cannot begin within what has matched: that is all data, and the search goes on behind it.
MultipartParser::Step MultipartParser::go_on_matching(std::string_view input) {
    const std::string_view wanted = std::string_view(delimiter_).substr(matched_);
    const std::size_t size = common_prefix(input, wanted);
    if (size == wanted.size()) return take_delimiter(size);
    if (size == input.size()) {
        matched_ += size;
        return {size, Event::NeedMore, {}};
    }
    const std::string_view kept =
        std::string_view(delimiter_).substr(borrowed_, matched_ - borrowed_);
    matched_ = borrowed_ = 0;
    return take_content(0, kept);
}

MultipartParser::Step MultipartParser::search(std::string_view input) {
    for (std::size_t at = 0; at < input.size();) {
        at = input.find('\r', at);
        if (at == std::string_view::npos) break;
        const std::size_t size = common_prefix(input.substr(at), delimiter_);
        if (size == delimiter_.size() || at + size == input.size()) {
            if (at != 0) return take_content(at, input.substr(0, at));
            if (size == delimiter_.size()) return take_delimiter(size);
            matched_ = size;
            return {size, Event::NeedMore, {}};
        }
        at += size;
    }
    return take_content(input.size(), input);
}

/// What is no delimiter: data within a part, and nothing of interest without.
MultipartParser::Step MultipartParser::take_content(std::size_t consumed,
                                                    std::string_view content) {
    if (state_ == State::Body) {
        return {consumed, content.empty() ? Event::NeedMore : Event::Data, content};
    }
    if (!take_outside(content.size())) return fail(Error::BadMultipart);
    return {consumed, Event::NeedMore, {}};
}

MultipartParser::Step MultipartParser::take_delimiter(std::size_t consumed) {
    const Event event = state_ == State::Body ? Event::PartEnd : Event::NeedMore;
    state_ = State::Delimiter;
    matched_ = borrowed_ = 0;
    return {consumed, event, {}};
}

/// One character of the rest of a delimiter's line.
MultipartParser::Step MultipartParser::take_padding(char character) {
    if (state_ == State::PaddingLf) {
        return character == '\n' ? begin_head() : fail(Error::BadMultipart);
    }
    if (state_ == State::LastDash) {
        if (character != '-') return fail(Error::BadMultipart);
        state_ = State::Epilogue;
        return {1, Event::End, {}};
    }
    if (character == '\r') {
        state_ = State::PaddingLf;
    } else if (character == '-' && state_ == State::Delimiter) {
        state_ = State::LastDash;
    } else if ((character == ' ' || character == '\t') && take_outside(1)) {
        state_ = State::Padding;
    } else {
        return fail(Error::BadMultipart);
    }
    return {1, Event::NeedMore, {}};
}

MultipartParser::Step MultipartParser::begin_head() {
    if (++parts_ > limits_.parts) return fail(Error::TooManyParts);
    state_ = State::Field;
    head_bytes_ = 0;
    line_.clear();
    headers_.clear();
    return {1, Event::NeedMore, {}};
}

/// What has come of a line of a part's header, up to its CR.
MultipartParser::Step MultipartParser::take_field(std::string_view input) {
    const char first = input.front();
    if (line_.empty() && (first == ' ' || first == '\t')) return fail(Error::BadPartHeader);
    const char* const end = input.data() + input.size();
    const char* const stop = detail::find_stop<detail::LineKind::Field>(input.data(), end);
    const auto size = static_cast<std::size_t>(stop - input.data());
    if (size > limits_.part_head_bytes - head_bytes_) return fail(Error::PartHeadTooLarge);
    head_bytes_ += size;
    line_.append(input.data(), size);
    if (stop == end) return {size, Event::NeedMore, {}};
    if (*stop != '\r') return fail(Error::BadPartHeader);
    state_ = State::FieldLf;
    return {size + 1, Event::NeedMore, {}};
}

MultipartParser::Step MultipartParser::take_field_end(char character) {
    if (character != '\n') return fail(Error::BadPartHeader);
    if (line_.empty()) return begin_body();
    const bool room = headers_.size() < limits_.part_fields &&
                      limits_.part_head_bytes - head_bytes_ >= kLineEnd.size();
    if (!room) return fail(Error::PartHeadTooLarge);
    head_bytes_ += kLineEnd.size();
    detail::FieldLine field;
    if (detail::parse_field_line(line_, field) != kNoError) return fail(Error::BadPartHeader);
    // Two opinions on what a part is are how filters are passed by.
    const bool single = field.id == Field::ContentDisposition || field.id == Field::ContentType;
    if (single && headers_.contains(field.id)) return fail(Error::BadPartHeader);
    headers_.append(field.name, field.value);
    line_.clear();
    state_ = State::Field;
    return {1, Event::NeedMore, {}};
}

MultipartParser::Step MultipartParser::begin_body() {
    const bool nested = is_multipart(headers_.get(Field::ContentType).value_or(""));
    if (nested && !limits_.nesting) return fail(Error::NestedMultipart);
    state_ = State::Body;
    // The line end of the header's last line may be that of the delimiter: a part without a body.
    matched_ = borrowed_ = kLineEnd.size();
    return {1, Event::PartBegin, {}};
}

MultipartWriter::MultipartWriter(std::string boundary) : boundary_(std::move(boundary)) {
    require_boundary(boundary_);
}

std::string MultipartWriter::content_type(std::string_view subtype) const {
    std::string text = "multipart/" + std::string(subtype) + "; boundary=";
    return text += is_token(boundary_) ? boundary_ : detail::quote(boundary_);
}

void MultipartWriter::append_delimiter(Buffer& out) {
    out.append(is_first_ ? "--" : "\r\n--");
    out.append(boundary_);
    is_first_ = false;
}

void MultipartWriter::begin_part(Buffer& out, const Headers& headers) {
    append_delimiter(out);
    out.append(kLineEnd);
    for (const HeaderField field : headers) {
        out.append(field.name);
        out.append(": ");
        out.append(field.value);
        out.append(kLineEnd);
    }
    out.append(kLineEnd);
}

void MultipartWriter::append_field(Buffer& out, std::string_view name, std::string_view value) {
    Headers headers;
    headers.append(Field::ContentDisposition, format_form_disposition(name));
    begin_part(out, headers);
    out.append(value);
}

void MultipartWriter::append_file(Buffer& out,
                                  std::string_view name,
                                  std::string_view file_name,
                                  std::string_view content_type,
                                  std::string_view data) {
    Headers headers;
    headers.append(Field::ContentDisposition, format_form_disposition(name, file_name));
    headers.append(Field::ContentType, content_type);
    begin_part(out, headers);
    out.append(data);
}

void MultipartWriter::finish(Buffer& out) {
    append_delimiter(out);
    out.append("--\r\n");
}

std::string make_boundary() {
    return "indrik-" + hex_encode(random_bytes(16));
}

}  // namespace indrik::http
