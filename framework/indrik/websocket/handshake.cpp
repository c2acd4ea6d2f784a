#include "indrik/websocket/handshake.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/http/authority.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {

namespace {

using http::Field;

constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kVersion = "13";
constexpr std::size_t kKeyBytes = 16;

bool any_list_contains(const http::Headers& fields, Field field, std::string_view token) {
    const auto values = fields.get_all(field);
    return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
        return http::list_contains(value, token);
    });
}

/// All fields of a name as one list.
std::string joined(const http::Headers& fields, Field field) {
    std::string text;
    for (const std::string_view value : fields.get_all(field)) {
        if (!text.empty()) text += ',';
        text += value;
    }
    return text;
}

HandshakeRefusal refuse(http::Status status, std::string reason) {
    return {status, "WebSocket handshake: " + std::move(reason)};
}

std::optional<HandshakeRefusal> check_upgrade(const http::RequestHead& request) {
    const http::Headers& fields = request.headers;
    if (request.method != http::Method::Get)
        return refuse(http::Status::BadRequest, "the method must be GET");
    if (request.version == http::Version::Http10)
        return refuse(http::Status::BadRequest, "HTTP/1.1 is needed");
    if (!any_list_contains(fields, Field::Upgrade, "websocket"))
        return refuse(http::Status::UpgradeRequired, "no 'Upgrade: websocket' field");
    if (!any_list_contains(fields, Field::Connection, "upgrade"))
        return refuse(http::Status::UpgradeRequired, "no 'Connection: Upgrade' field");
    if (request.framing != http::BodyFraming::None)
        return refuse(http::Status::BadRequest, "the request has a body");
    const auto version = fields.get(Field::SecWebSocketVersion);
    if (!version || fields.count(Field::SecWebSocketVersion) != 1 || *version != kVersion)
        return refuse(http::Status::UpgradeRequired, "Sec-WebSocket-Version must be 13");
    return std::nullopt;
}

std::optional<HandshakeRefusal> check_key(const http::Headers& fields) {
    const auto key = fields.get(Field::SecWebSocketKey);
    if (!key) return refuse(http::Status::BadRequest, "no Sec-WebSocket-Key field");
    if (fields.count(Field::SecWebSocketKey) != 1)
        return refuse(http::Status::BadRequest, "more than one Sec-WebSocket-Key field");
    const auto decoded = base64_decode(*key);
    if (!decoded || decoded->size() != kKeyBytes)
        return refuse(http::Status::BadRequest, "Sec-WebSocket-Key must be 16 bytes in Base64");
    return std::nullopt;
}

/// The client's first subprotocol that the server speaks. Nothing if the list is malformed.
std::optional<std::string> choose_protocol(const http::Headers& fields,
                                           const std::vector<std::string>& spoken) {
    std::string chosen;
    for (const std::string_view field : fields.get_all(Field::SecWebSocketProtocol)) {
        std::string_view rest = field;
        while (!rest.empty()) {
            const std::string_view offer = http::take_element(rest);
            if (offer.empty()) continue;
            if (!http::is_token(offer)) return std::nullopt;
            const bool is_spoken = std::find(spoken.begin(), spoken.end(), offer) != spoken.end();
            if (chosen.empty() && is_spoken) chosen = offer;
        }
    }
    return chosen;
}

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text.append(text.empty() ? "" : ", ").append(part);
    return text;
}

}  // namespace

http::Headers HandshakeRefusal::fields() const {
    http::Headers fields;
    if (status == http::Status::UpgradeRequired) {
        fields.append(Field::Upgrade, "websocket");
        fields.append(Field::SecWebSocketVersion, kVersion);
    }
    return fields;
}

http::Headers ServerHandshake::fields() const {
    http::Headers fields;
    fields.append(Field::Upgrade, "websocket");
    fields.append(Field::SecWebSocketAccept, accept);
    if (!agreement.protocol.empty()) fields.append(Field::SecWebSocketProtocol, agreement.protocol);
    if (!extensions.empty()) fields.append(Field::SecWebSocketExtensions, extensions);
    return fields;
}

ServerHandshake answer_handshake(const http::RequestHead& request,
                                 const HandshakeOptions& options) {
    ServerHandshake answer;
    const http::Headers& fields = request.headers;
    answer.refusal = check_upgrade(request);
    if (!answer.refusal) answer.refusal = check_key(fields);
    if (answer.refusal) return answer;

    auto protocol = choose_protocol(fields, options.protocols);
    const auto offers = parse_extensions(joined(fields, Field::SecWebSocketExtensions));
    if (!protocol) {
        answer.refusal = refuse(http::Status::BadRequest, "malformed Sec-WebSocket-Protocol");
    } else if (!offers) {
        answer.refusal = refuse(http::Status::BadRequest, "malformed Sec-WebSocket-Extensions");
    }
    if (answer.refusal) return answer;

    answer.accept = accept_of(*fields.get(Field::SecWebSocketKey));
    answer.agreement.protocol = std::move(*protocol);
    if (options.deflate) {
        if (auto deflate = answer_deflate_offers(*offers, *options.deflate)) {
            answer.agreement.deflate = deflate->agreement;
            answer.extensions = std::move(deflate->extension);
        }
    }
    return answer;
}

bool is_same_origin(std::string_view origin, std::string_view scheme, std::string_view host) {
    if (origin.empty()) return true;
    const std::size_t colon = origin.find("://");
    if (colon == std::string_view::npos) return false;  // "null": a page without an origin
    const std::string_view origin_scheme = origin.substr(0, colon);
    if (!http::equal_ignoring_case(origin_scheme, scheme)) return false;
    const auto theirs = http::parse_authority(origin.substr(colon + 3));
    const auto ours = http::parse_authority(host);
    const std::string_view port = http::equal_ignoring_case(scheme, "https") ? "443" : "80";
    return theirs && ours && http::is_same_authority(*theirs, *ours, port);
}

ClientHandshake::ClientHandshake(HandshakeOptions options)
    : options_(std::move(options)), key_(base64_encode(random_bytes(kKeyBytes))) {
    for (const std::string& protocol : options_.protocols) {
        if (!http::is_token(protocol))
            throw std::invalid_argument("a WebSocket subprotocol must be a token: " + protocol);
    }
}

http::Headers ClientHandshake::fields() const {
    http::Headers fields;
    fields.append(Field::Connection, "Upgrade");
    fields.append(Field::Upgrade, "websocket");
    fields.append(Field::SecWebSocketVersion, kVersion);
    fields.append(Field::SecWebSocketKey, key_);
    if (!options_.protocols.empty())
        fields.append(Field::SecWebSocketProtocol, join(options_.protocols));
    if (options_.deflate)
        fields.append(Field::SecWebSocketExtensions, format_deflate_offer(*options_.deflate));
    return fields;
}

Result<Agreement> ClientHandshake::check(http::Status status, const http::Headers& response) const {
    if (status != http::Status::SwitchingProtocols ||
        !any_list_contains(response, Field::Upgrade, "websocket") ||
        !any_list_contains(response, Field::Connection, "upgrade")) {
        return make_error_code(Error::NotSwitched);
    }
    const auto accept = response.get(Field::SecWebSocketAccept);
    if (!accept || response.count(Field::SecWebSocketAccept) != 1 || *accept != accept_of(key_))
        return make_error_code(Error::BadAccept);

    Agreement agreement;
    if (const auto protocol = response.get(Field::SecWebSocketProtocol)) {
        const auto& offered = options_.protocols;
        const bool is_offered =
            std::find(offered.begin(), offered.end(), *protocol) != offered.end();
        if (!is_offered || response.count(Field::SecWebSocketProtocol) != 1)
            return make_error_code(Error::UnofferedProtocol);
        agreement.protocol = *protocol;
    }
    const auto extensions = parse_extensions(joined(response, Field::SecWebSocketExtensions));
    if (!extensions) return make_error_code(Error::MalformedExtensions);
    if (!options_.deflate && !extensions->empty())
        return make_error_code(Error::UnofferedExtension);
    if (options_.deflate) {
        const auto deflate = read_deflate_answer(*extensions, *options_.deflate);
        if (!deflate) return deflate.error();
        agreement.deflate = *deflate;
    }
    return agreement;
}

std::string accept_of(std::string_view key) {
    return base64_encode(digest(DigestAlgorithm::SHA1, std::string(key).append(kAcceptSuffix)));
}

}  // namespace indrik::websocket
