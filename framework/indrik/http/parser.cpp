#include "indrik/http/parser.hpp"

#include <algorithm>

#include "indrik/http/authority.hpp"
#include "indrik/http/detail/field_line.hpp"
#include "indrik/http/detail/head_lines.hpp"
#include "indrik/http/detail/single_fields.hpp"
#include "indrik/http/framing.hpp"

namespace indrik::http {

namespace {

using detail::kNoError;
using detail::LineKind;

constexpr std::size_t kMaxEmptyLines = 4;  // before a request line
constexpr std::size_t kMinMethodSize = 3;
constexpr std::size_t kMaxMethodSize = 20;

/// Fields that mean something else when they come twice (lists are not among them).
constexpr Headers::Mask kSingleFields = Headers::mask_of(Field::ContentLength,
                                                         Field::ContentLocation,
                                                         Field::ContentRange,
                                                         Field::ContentType,
                                                         Field::ETag,
                                                         Field::Host,
                                                         Field::MaxForwards,
                                                         Field::Server,
                                                         Field::TransferEncoding,
                                                         Field::UserAgent);

void split_path(std::string_view text, RequestHead& head) {
    const std::size_t question = text.find('?');
    head.path = text.substr(0, question);
    if (question != std::string_view::npos) head.query = text.substr(question + 1);
}

Error parse_absolute_target(RequestHead& head) {
    head.target_form = TargetForm::Absolute;
    std::string_view rest = head.target;
    if (equal_ignoring_case(rest.substr(0, 7), "http://")) {
        rest.remove_prefix(7);
    } else if (equal_ignoring_case(rest.substr(0, 8), "https://")) {
        rest.remove_prefix(8);
    } else {
        return Error::BadTarget;
    }
    head.authority = rest.substr(0, rest.find_first_of("/?"));
    if (!parse_authority(head.authority)) return Error::BadTarget;
    split_path(rest.substr(head.authority.size()), head);
    if (head.path.empty()) head.path = "/";
    return kNoError;
}

Error parse_target(std::string_view target, RequestHead& head) {
    if (target.empty()) return Error::BadTarget;
    if (!detail::all_of_class(target, detail::kTargetClass)) {
        return target.find(' ') == std::string_view::npos ? Error::BadTarget
                                                          : Error::BadRequestLine;
    }
    head.target = target;
    if (head.method == Method::Connect) {
        const auto authority = parse_authority(target);
        if (!authority || authority->port.empty()) return Error::BadTarget;
        head.target_form = TargetForm::Authority;
        head.authority = target;
        return kNoError;
    }
    if (target.front() == '/') {
        split_path(target, head);
        return kNoError;
    }
    if (target == "*") {
        if (head.method != Method::Options) return Error::BadTarget;
        head.target_form = TargetForm::Asterisk;
        head.path = target;
        return kNoError;
    }
    return parse_absolute_target(head);
}

/// Cuts "METHOD SP" off the front of `rest`.
Error take_method(std::string_view& rest, RequestHead& head) {
    std::size_t size = 3;
    if (rest.substr(0, 4) == "GET ") [[likely]] {
        head.method = Method::Get;
    } else {
        size = rest.find(' ');
        if (size == std::string_view::npos) return Error::BadRequestLine;
        const std::string_view text = rest.substr(0, size);
        if (size < kMinMethodSize || size > kMaxMethodSize) return Error::BadMethod;
        if (!detail::all_of_class(text, detail::kMethodClass)) return Error::BadMethod;
        head.method = parse_method(text);
    }
    head.method_text = rest.substr(0, size);
    rest.remove_prefix(size + 1);
    return kNoError;
}

/// Cuts "SP VERSION" off the end of `rest`.
Error take_version(std::string_view& rest, RequestHead& head) {
    constexpr std::string_view kUsual = " HTTP/1.1";
    if (rest.ends_with(kUsual)) [[likely]] {
        head.version = Version::Http11;
        rest.remove_suffix(kUsual.size());
        return kNoError;
    }
    const std::size_t space = rest.rfind(' ');
    if (space == std::string_view::npos) return Error::BadRequestLine;
    const std::string_view text = rest.substr(space + 1);
    if (text != "HTTP/1.0") {
        const bool well_formed = text.size() == 8 && text.starts_with("HTTP/") &&
                                 is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
        return well_formed ? Error::UnsupportedVersion : Error::BadVersion;
    }
    head.version = Version::Http10;
    rest = rest.substr(0, space);
    return kNoError;
}

/// `line` has no control characters and begins with an upper-case letter.
Error parse_request_line(std::string_view line, RequestHead& head) {
    Error error = take_method(line, head);
    if (error != kNoError) return error;
    error = take_version(line, head);
    if (error != kNoError) return error;
    return parse_target(line, head);
}

}  // namespace

Result<std::size_t> RequestParser::parse(std::string_view received, RequestHead& head) {
    begin(received.data(), head);
    Error error = kNoError;
    std::string_view line;
    if (!in_fields_) {
        const bool ready = skip_empty_lines(received, error) &&
                           detail::take_line<LineKind::Request>(
                               cursor_, received, limits_.request_line_bytes, line, error);
        if (!ready) return wait_or_fail(error);
        error = parse_request_line(line, head);
        if (error != kNoError) return wait_or_fail(error);
        request_line_ = static_cast<std::size_t>(line.data() - received.data());
        request_line_size_ = line.size();
        in_fields_ = true;
    }
    while (detail::has_field_line(cursor_, received, error)) {
        const bool ready =
            detail::take_line<LineKind::Field>(cursor_, received, limits_.field_bytes, line, error);
        if (!ready) return wait_or_fail(error);
        error = add_field(line, head);
        if (error != kNoError) return wait_or_fail(error);
    }
    if (error != kNoError || received.size() - cursor_.line < 2) return wait_or_fail(error);
    if (received[cursor_.line + 1] != '\n') return wait_or_fail(Error::BadFieldValue);
    error = detail::check_head(head, known_host_);
    if (error != kNoError) return wait_or_fail(error);
    const std::size_t size = cursor_.line + 2;
    reset();
    return size;
}

void RequestParser::reset() {
    base_ = nullptr;
    cursor_.reset();
    fields_ = 0;
    in_fields_ = false;
}

Result<std::size_t> RequestParser::wait_or_fail(Error error) {
    if (error == kNoError) return std::size_t{0};
    reset();
    return make_error_code(error);
}

/// Prepares `head` for a new head, or moves its views to where the bytes lie now.
void RequestParser::begin(const char* base, RequestHead& head) {
    if (cursor_.is_at_start()) {
        head.clear();
        has_gateway_fields_ = false;
    } else if (base != base_ && in_fields_) {
        head.headers.rebase(base_, base);
        // It was good before, and is read again for its views.
        static_cast<void>(parse_request_line({base + request_line_, request_line_size_}, head));
    }
    base_ = base;
}

/// Moves to the beginning of the request line; as take_line, false without an error means that more
/// bytes are needed.
bool RequestParser::skip_empty_lines(std::string_view received, Error& error) {
    for (; cursor_.line < received.size(); cursor_.line += 2) {
        const char first = received[cursor_.line];
        if (first >= 'A' && first <= 'Z') return true;
        if (first == '\r' && cursor_.line + 1 == received.size()) return false;
        const bool empty = first == '\r' && received[cursor_.line + 1] == '\n';
        if (empty && cursor_.line < kMaxEmptyLines * 2) continue;
        const bool line_end = first == '\r' || first == '\n';
        error = line_end ? Error::BadRequestLine : Error::BadMethod;
        return false;
    }
    return false;
}

Error RequestParser::add_field(std::string_view line, RequestHead& head) {
    if (++fields_ > limits_.fields) return Error::TooManyFields;
    detail::FieldLine field;
    const Error error = detail::parse_field_line(line, field);
    if (error != kNoError) return error;
    bool is_gateway_name = false;
    if (field.id == Field::Unknown) {
        if (limits_.underscore_names != UnderscoreNames::Keep && field.has_underscore()) {
            is_gateway_name = is_gateway_field(field.name);
            const bool refuse = limits_.underscore_names == UnderscoreNames::Refuse;
            if (!is_gateway_name) return refuse ? Error::BadFieldName : kNoError;
        }
    } else if (head.headers.contains(field.id) && detail::is_in(field.id, kSingleFields)) {
        return detail::duplicate_error(field.id);
    }
    has_gateway_fields_ = has_gateway_fields_ || is_gateway_name;
    head.headers.append_view(field.id, field.name, field.value);
    return kNoError;
}

/// Whether a name with '_' is one of those that gateways may send.
bool RequestParser::is_gateway_field(std::string_view name) const {
    if (limits_.gateway_fields == nullptr) return false;
    return std::ranges::any_of(*limits_.gateway_fields, [name](const std::string& known) {
        return equal_ignoring_case(known, name);
    });
}

}  // namespace indrik::http
