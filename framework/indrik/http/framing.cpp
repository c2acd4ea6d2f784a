#include "indrik/http/framing.hpp"

#include <algorithm>
#include <limits>

#include "indrik/http/authority.hpp"
#include "indrik/http/detail/connection_options.hpp"
#include "indrik/http/detail/field_line.hpp"

namespace indrik::http {

namespace {

using detail::kNoError;

/// Errors go up as codes only at the border: inside, an Error is one register.
Error read_content_length(std::string_view text, std::uint64_t& out) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (text.empty()) return Error::BadContentLength;
    std::uint64_t value = 0;
    for (const char character : text) {
        if (!is_digit(character)) return Error::BadContentLength;
        const auto digit = static_cast<std::uint64_t>(character - '0');
        if (value > (kMax - digit) / 10) return Error::BadContentLength;
        value = value * 10 + digit;
    }
    out = value;
    return kNoError;
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
    for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
        if (equal_ignoring_case(text.substr(i, part.size()), part)) return true;
    }
    return false;
}

Error read_transfer_encoding(std::string_view value) {
    if (equal_ignoring_case(value, "chunked")) return kNoError;
    if (value.empty() || value.back() == ',') return Error::BadTransferEncoding;
    std::string_view rest = value;
    while (!rest.empty()) {
        const std::string_view element = take_element(rest);
        const bool last_is_chunked = rest.empty() && equal_ignoring_case(element, "chunked");
        if (last_is_chunked) break;
        if (!is_token(element)) return Error::BadTransferEncoding;
        if (equal_ignoring_case(element, "identity")) return Error::BadTransferEncoding;
        if (contains_ignoring_case(element, "chunked")) return Error::BadTransferEncoding;
    }
    return Error::UnsupportedTransferEncoding;
}

Error check_host(RequestHead& head, detail::KnownHost& known_host) {
    const auto host = head.headers.get(Field::Host);
    if (!host) {
        return head.version == Version::Http11 ? Error::BadHost : kNoError;
    }
    if (head.target_form == TargetForm::Origin && !host->empty() && known_host.is(*host)) {
        head.authority = *host;
        return kNoError;
    }
    if (host->empty()) {
        const bool may_be_empty =
            head.version == Version::Http10 || head.target_form == TargetForm::Asterisk;
        return may_be_empty ? kNoError : Error::BadHost;
    }
    const auto named = parse_authority(*host);
    if (!named) return Error::BadHost;
    known_host.remember(*host);
    if (head.target_form == TargetForm::Origin || head.target_form == TargetForm::Asterisk) {
        head.authority = *host;
    } else if (head.target_form == TargetForm::Absolute) {
        const auto target = parse_authority(head.authority);
        const bool secure = equal_ignoring_case(head.target.substr(0, 6), "https:");
        if (!target || !is_same_authority(*target, *named, secure ? "443" : "80")) {
            return Error::BadHost;
        }
    }
    return kNoError;
}

Error check_body(RequestHead& head) {
    const auto coding = head.headers.get(Field::TransferEncoding);
    const auto length = head.headers.get(Field::ContentLength);
    if (coding) {
        if (length) return Error::ConflictingLength;
        if (head.version != Version::Http11) return Error::BadTransferEncoding;
        const Error error = read_transfer_encoding(*coding);
        if (error != kNoError) return error;
        head.framing = BodyFraming::Chunked;
    } else if (length) {
        const Error error = read_content_length(*length, head.content_length);
        if (error != kNoError) return error;
        if (head.content_length != 0) head.framing = BodyFraming::ContentLength;
    }
    return kNoError;
}

Error check_expectation(RequestHead& head) {
    if (head.version != Version::Http11) return kNoError;
    for (const HeaderField field : head.headers) {
        if (field.id != Field::Expect) continue;
        if (!equal_ignoring_case(field.value, "100-continue")) return Error::UnsupportedExpectation;
        head.expect_continue = true;
    }
    return kNoError;
}

bool offers_websocket(const Headers& headers) {
    return std::ranges::any_of(headers, [](const HeaderField& field) {
        return field.id == Field::Upgrade && list_contains(field.value, "websocket");
    });
}

Error check_connection(RequestHead& head) {
    const detail::ConnectionOptions options = detail::read_connection_options(head.headers);
    const bool modern = head.version == Version::Http11;
    head.keep_alive = !options.close && (modern || options.keep_alive);
    const bool upgrade = options.upgrade && modern && head.headers.contains(Field::Upgrade);
    head.upgrade = upgrade && head.framing == BodyFraming::None;
    if (!upgrade || head.upgrade) return kNoError;
    return offers_websocket(head.headers) ? Error::UpgradeWithBody : kNoError;
}

Result<> to_result(Error error) {
    if (error != kNoError) return make_error_code(error);
    return boost::system::in_place_value;
}

}  // namespace

Error detail::check_head(RequestHead& head, KnownHost& known_host) {
    constexpr Headers::Mask kRare = Headers::mask_of(
        Field::Connection, Field::ContentLength, Field::Expect, Field::TransferEncoding);
    Error error = check_host(head, known_host);
    if (error != kNoError) return error;
    head.keep_alive = head.version == Version::Http11;
    if (!head.headers.contains_any(kRare)) return kNoError;
    error = check_body(head);
    if (error == kNoError) error = check_expectation(head);
    if (error == kNoError) error = check_connection(head);
    return error;
}

Result<std::uint64_t> parse_content_length(std::string_view text) {
    std::uint64_t value = 0;
    const Error error = read_content_length(text, value);
    if (error != kNoError) return make_error_code(error);
    return value;
}

Result<> check_transfer_encoding(std::string_view value) {
    return to_result(read_transfer_encoding(value));
}

Result<> check_head(RequestHead& head) {
    detail::KnownHost unknown;
    return to_result(detail::check_head(head, unknown));
}

}  // namespace indrik::http
