#include "indrik/http/response_framing.hpp"

#include <optional>

#include "indrik/http/detail/connection_options.hpp"
#include "indrik/http/framing.hpp"

namespace indrik::http {

namespace {

/// What the fields say of the body, whether the response has one or not.
Result<> read_body_fields(ResponseHead& head) {
    const auto coding = head.headers.get(Field::TransferEncoding);
    const auto length = head.headers.get(Field::ContentLength);
    head.framing = BodyFraming::UntilClose;
    head.content_length = 0;
    if (coding) {
        if (length) return make_error_code(Error::ConflictingLength);
        if (head.version != Version::Http11) return make_error_code(Error::BadTransferEncoding);
        const Result<> known = check_transfer_encoding(*coding);
        if (!known) return known;
        head.framing = BodyFraming::Chunked;
    } else if (length) {
        const Result<std::uint64_t> size = parse_content_length(*length);
        if (!size) return size.error();
        head.content_length = *size;
        head.framing = *size == 0 ? BodyFraming::None : BodyFraming::ContentLength;
    }
    return boost::system::in_place_value;
}

Result<> check_connection(ResponseHead& head) {
    const detail::ConnectionOptions options = detail::read_connection_options(head.headers);
    const bool modern = head.version == Version::Http11;
    head.upgrade = head.status == Status::SwitchingProtocols;
    head.keep_alive = !head.upgrade && !options.close && (modern || options.keep_alive);
    const bool named = modern && options.upgrade && head.headers.contains(Field::Upgrade);
    if (head.upgrade && !named) return make_error_code(Error::BadUpgrade);
    return boost::system::in_place_value;
}

void drop_body(ResponseHead& head) {
    head.framing = BodyFraming::None;
    head.content_length = 0;
}

}  // namespace

Result<> check_head(ResponseHead& head, Method request_method) {
    const Result<> connection = check_connection(head);
    if (!connection) return connection;
    if (request_method == Method::Connect && is_success(head.status)) {
        head.keep_alive = false;
        drop_body(head);
        return boost::system::in_place_value;
    }
    const Result<> fields = read_body_fields(head);
    if (!fields) return fields;
    const bool announced =
        head.framing == BodyFraming::Chunked || head.framing == BodyFraming::ContentLength;
    if (!may_have_body(head.status)) {
        // 304 announces what a 200 would have.
        if (announced && head.status != Status::NotModified) head.keep_alive = false;
        drop_body(head);
    } else if (request_method == Method::Head) {
        drop_body(head);
    } else if (head.framing == BodyFraming::UntilClose) {
        head.keep_alive = false;
    }
    return boost::system::in_place_value;
}

}  // namespace indrik::http
