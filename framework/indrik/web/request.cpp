#include "indrik/web/request.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "indrik/core/encoding.hpp"
#include "indrik/core/sleep.hpp"
#include "indrik/http/authority.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/http/form.hpp"
#include "indrik/http/forwarded.hpp"
#include "indrik/http/mime.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/json/value.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/net/tls_stream.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/decoded_body.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/form_reader.hpp"
#include "indrik/web/peer_name.hpp"
#include "indrik/web/response_channel.hpp"
#include "indrik/web/server_options.hpp"

namespace indrik::web {

namespace {
constexpr std::uint64_t kReservedBytes = 1024 * 1024;
constexpr std::chrono::milliseconds kLookInterval{250};

/// A body that has been read, once more.
class KeptBody final : public net::ByteSource {
public:
    explicit KeptBody(std::string_view bytes) : bytes_(bytes) {}
    Task<std::string_view> read_some() override { co_return std::exchange(bytes_, {}); }
    bool at_end() const override { return bytes_.empty(); }

private:
    std::string_view bytes_;
};

[[noreturn]] void refuse_change(const char* what, const std::string& value) {
    throw std::invalid_argument("Request::clone: '" + value + "' is no " + what);
}

void set_method(http::RequestHead& head, const std::string& method) {
    if (method.empty() ||
        !http::detail::all_of_class(method, http::detail::CharacterClass::kMethodClass)) {
        refuse_change("method", method);
    }
    head.method_text = method;
    head.method = http::parse_method(method);
}

void set_target(http::RequestHead& head, const std::string& target) {
    if (!target.starts_with('/') ||
        !http::detail::all_of_class(target, http::detail::CharacterClass::kTargetClass)) {
        refuse_change("path with a query", target);
    }
    const std::string_view text = target;
    const std::size_t mark = text.find('?');
    head.target = text;
    head.target_form = http::TargetForm::Origin;
    head.path = text.substr(0, mark);
    head.query = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
}

const std::string& checked_scheme(const std::string& scheme) {
    if (scheme != "http" && scheme != "https") refuse_change("scheme", scheme);
    return scheme;
}
const std::string& checked_host(const std::string& host) {
    if (!http::parse_authority(host)) refuse_change("host", host);
    return host;
}

}  // namespace

/// Worked out of the head on demand. Each part knows whether it has been.
struct Request::Derived {
    std::optional<std::string> path;
    std::optional<http::QueryParameters> query;
    std::optional<http::RequestCookies> cookies;
    std::optional<std::string> host;
    std::optional<std::string> remote;
    std::optional<std::string> content_type;
    std::string charset;  // worked out together with content_type
    std::optional<http::ForwardedClient> client;
    std::optional<DecodedBody> decoded;  // what the two below read if the body is compressed
    std::optional<StreamReader> content;
    std::optional<std::string> body;
    std::optional<KeptBody> kept_body;         // a multipart form in `body`,
    std::optional<StreamReader> kept_content;  // and who reads it
    std::optional<FormData> form;
    std::optional<std::string> converted_text;
    bool is_too_large = false;  // part of the body has been read and thrown away

    void clear() {
        path.reset();
        query.reset();
        cookies.reset();
        host.reset();
        remote.reset();
        content_type.reset();
        client.reset();
        content.reset();
        decoded.reset();
        kept_content.reset();
        kept_body.reset();
        form.reset();
        body.reset();
        converted_text.reset();
        is_too_large = false;
    }
};

/// What a clone says instead, and the texts that its head refers to.
struct Request::Changed {
    http::RequestHead head;
    std::string method;
    std::string target;
    std::string scheme;  // empty: as the original
    std::string host;
    std::string remote;
};

Request::Request() = default;
Request::~Request() = default;

void Request::begin(const http::RequestHead& head,
                    net::ByteSource& body,
                    const ServerOptions& options,
                    net::Stream& stream,
                    ResponseChannel& channel,
                    Application& application,
                    const http::Headers& trailers) {
    head_ = &head;
    body_ = &body;
    options_ = &options;
    body_limit_bytes_ = options.body_limit_bytes;
    stream_ = &stream;
    channel_ = &channel;
    application_ = &application;
    trailers_ = &trailers;
}

std::unique_ptr<Request> Request::clone(const RequestChanges& changes) {
    auto changed = std::make_unique<Changed>();
    http::RequestHead& head = changed->head;
    head = *head_;
    if (changed_) {
        changed->scheme = changed_->scheme;
        changed->host = changed_->host;
        changed->remote = changed_->remote;
    }
    if (changes.method_) {
        changed->method = *changes.method_;
        set_method(head, changed->method);
    }
    if (changes.rel_url_) {
        changed->target = *changes.rel_url_;
        set_target(head, changed->target);
    }
    if (changes.headers_) head.headers = *changes.headers_;
    if (changes.scheme_) changed->scheme = checked_scheme(*changes.scheme_);
    if (changes.host_) {
        changed->host = checked_host(*changes.host_);
        head.authority = changed->host;
    }
    if (changes.remote_) changed->remote = *changes.remote_;
    auto other = std::make_unique<Request>();
    other->begin(head, *body_, *options_, *stream_, *channel_, *application_, *trailers_);
    other->origin_ = origin_;
    other->match_info_ = match_info_;
    other->body_limit_bytes_ = changes.body_limit_bytes_.value_or(body_limit_bytes_);
    other->changed_ = std::move(changed);
    return other;
}

void Request::end() {
    match_info_.clear();
    if (!prepare_callbacks_.empty()) prepare_callbacks_.clear();
    storage_.clear();
    if (has_derived_) {
        derived_->clear();
        has_derived_ = false;
    }
}

void Request::drop_derived() const {
    derived_.reset();
    has_derived_ = false;
}

Request::Derived& Request::derived() const {
    if (!derived_) derived_ = std::make_unique<Derived>();
    has_derived_ = true;
    return *derived_;
}

std::string_view Request::path() const {
    if (head_->path.find('%') == std::string_view::npos) return head_->path;
    auto& path = derived().path;
    if (!path) {
        auto decoded = http::percent_decode(head_->path);
        path = decoded ? std::move(*decoded) : std::string(head_->path);
    }
    return *path;
}

const http::QueryParameters& Request::query() const {
    auto& query = derived().query;
    if (!query) {
        Result<http::QueryParameters> parsed = http::parse_query(head_->query);
        if (!parsed) throw HTTPBadRequest("the query is malformed: " + parsed.error().message());
        query = std::move(*parsed);
    }
    return *query;
}

/// What trusted proxies say; null if there are none.
const Logger& Request::log() const {
    return options_->log;
}

const http::ForwardedClient* Request::forwarded_client() const {
    if (!options_->forwarded_allow_ips) return nullptr;
    auto& client = derived().client;
    if (!client) {
        const net::Endpoint peer = stream_->remote_endpoint();
        Result<http::ForwardedClient> resolved =
            http::resolve_client(headers(),
                                 peer_name(peer),
                                 *options_->forwarded_allow_ips,
                                 options_->forwarded_headers);
        if (!resolved) throw HTTPBadRequest(resolved.error().message());
        client = std::move(*resolved);
    }
    return &*client;
}

std::string_view Request::scheme() const {
    if (changed_ && !changed_->scheme.empty()) return changed_->scheme;
    const http::ForwardedClient* const client = forwarded_client();
    if (client != nullptr && !client->scheme.empty()) return client->scheme;
    return stream_->is_encrypted() ? "https" : "http";
}

const net::TLSStream* Request::tls() const {
    return stream_->tls();
}

std::string Request::peer_certificate_subject() const {
    return tls() != nullptr ? tls()->peer_subject() : "";
}

std::string_view Request::host() const {
    if (changed_ && !changed_->host.empty()) return changed_->host;
    const http::ForwardedClient* const client = forwarded_client();
    if (client != nullptr && !client->host.empty()) return client->host;
    if (!head_->authority.empty()) return head_->authority;
    auto& host = derived().host;
    if (!host) host = net::format_endpoint(stream_->local_endpoint());
    return *host;
}

std::string Request::url() const {
    std::string url(scheme());
    url += "://";
    url += host();
    if (head_->target_form != http::TargetForm::Asterisk) url += head_->path;
    if (!head_->query.empty()) url.append("?").append(head_->query);
    return url;
}

std::string_view Request::remote() const {
    if (changed_ && !changed_->remote.empty()) return changed_->remote;
    const http::ForwardedClient* const client = forwarded_client();
    if (client != nullptr && !client->remote.empty()) return client->remote;
    auto& remote = derived().remote;
    if (!remote) {
        const net::Endpoint peer = stream_->remote_endpoint();
        remote = peer.is_unix() ? "" : peer.address;
    }
    return *remote;
}

Task<> Request::send_early_hints(http::Headers fields) const {
    return channel_->send_interim(http::Status::EarlyHints, std::move(fields));
}

bool Request::is_disconnected() const {
    return stream_->is_peer_gone();
}

Task<> Request::disconnected() const {
    if (!is_body_read()) throw std::logic_error("the body has not been read to its end");
    net::Stream& stream = *stream_;
    std::error_code error;
    while (!stream.is_peer_gone()) {
        co_await stream.wait_readable(error);
        if (error) throw std::system_error(error);
        // A further request waits to be read, so that readiness says nothing more.
        if (!stream.is_peer_gone()) co_await sleep_for(kLookInterval);
    }
}

const http::RequestCookies& Request::cookies() const {
    auto& cookies = derived().cookies;
    if (!cookies) {
        cookies.emplace();
        for (const auto& field : head_->headers.get_all(http::Field::Cookie)) cookies->add(field);
    }
    return *cookies;
}

std::size_t Request::dropped_cookies() const {
    return has_derived_ && derived_->cookies ? derived_->cookies->dropped() : 0;
}

const http::Headers& Request::trailers() const {
    if (!is_body_read()) throw std::logic_error("the body has not been read to its end");
    static const http::Headers kNone;
    return head_->framing == http::BodyFraming::Chunked ? *trailers_ : kNone;
}

std::string_view Request::content_type() const {
    Derived& kept = derived();
    if (!kept.content_type) {
        const auto type = http::parse_media_type(header(http::Field::ContentType));
        kept.content_type = type ? std::string(type->essence()) : "application/octet-stream";
        kept.charset = type ? type->charset() : "";
    }
    return *kept.content_type;
}

std::string_view Request::charset() const {
    content_type();
    return derived_->charset;
}

std::string_view Request::match_info(std::string_view name) const {
    const std::string_view value = match_info_.find(name);
    if (value.data() == nullptr) {
        throw std::out_of_range("the route has no variable '" + std::string(name) + "'");
    }
    return value;
}

RouteURL Request::url_for_parts(std::string_view route, std::span<const RoutePart> parts) const {
    return application_->url_for_parts(route, parts);
}

/// The body as it is read: without its content coding.
net::ByteSource& Request::body_source() {
    if (!headers().contains(http::Field::ContentEncoding) || !options_->auto_decompress) {
        return *body_;
    }
    Derived& kept = derived();
    if (kept.decoded) return *kept.decoded;
    const bool is_single = headers().count(http::Field::ContentEncoding) == 1;
    const auto coding =
        is_single ? http::parse_content_coding(header(http::Field::ContentEncoding)) : std::nullopt;
    if (!coding) {
        HTTPUnsupportedMediaType refusal("the content coding of the body is not supported");
        refusal.response().header("Accept-Encoding", "gzip, deflate, br, zstd");
        throw refusal;
    }
    if (*coding == http::ContentCoding::Identity) return *body_;
    return kept.decoded.emplace(*body_, *coding);
}

// A clone has no body of its own.

StreamReader& Request::content() {
    auto& content = origin_->derived().content;
    if (!content) content.emplace(origin_->body_source());
    return *content;
}

Task<std::string_view> Request::read() {
    return origin_->read_within(body_limit_bytes_);
}

Task<std::string_view> Request::read_within(std::uint64_t limit) {
    Derived& kept = derived();
    if (kept.body) co_return *kept.body;
    if (kept.content) {
        kept.body = co_await read_rest(*kept.content, limit);
        co_return *kept.body;
    }
    net::ByteSource& source = body_source();
    const std::uint64_t announced = content_length().value_or(0);
    if (kept.is_too_large || (announced > limit && !source.at_end()))
        throw HTTPRequestEntityTooLarge(limit);
    std::string body;
    // What is announced need not come: it gets no more memory beforehand than anybody may have.
    body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(announced, kReservedBytes)));
    while (!source.at_end()) {
        const std::string_view piece = co_await source.read_some();
        if (body.size() + piece.size() > limit) {
            kept.is_too_large = true;
            throw HTTPRequestEntityTooLarge(limit);
        }
        body += piece;
    }
    kept.body = std::move(body);
    co_return *kept.body;
}

Task<std::string> Request::read_rest(StreamReader& content, std::uint64_t limit) {
    try {
        co_return co_await content.read_all(static_cast<std::size_t>(limit));
    } catch (const std::length_error&) {
        throw HTTPRequestEntityTooLarge(limit);
    }
}

Task<std::string_view> Request::text() {
    const std::string_view bytes = co_await read();
    const std::string_view encoding = charset();
    if (encoding.empty() || encoding == "utf-8" || encoding == "utf8" || encoding == "us-ascii" ||
        encoding == "ascii") {
        co_return bytes;
    }
    if (encoding != "iso-8859-1" && encoding != "latin-1" && encoding != "latin1") {
        throw HTTPUnsupportedMediaType("the charset '" + std::string(encoding) +
                                       "' is not supported; send UTF-8");
    }
    auto& converted = derived().converted_text;
    if (!converted) converted = latin1_to_utf8(bytes);
    co_return *converted;
}

Task<boost::json::value> Request::json() {
    const std::string_view text = co_await this->text();
    Result<json::Value> value = json::parse(text);
    if (!value) throw HTTPBadRequest("the body is not valid JSON: " + value.error().message());
    co_return std::move(*value);
}

Task<FormData> Request::post() {
    if (content_type() == http::kMultipartFormMediaType) {
        Derived& kept = derived();
        if (!kept.form) kept.form = co_await read_multipart_form();
        co_return *kept.form;
    }
    if (content_type() != http::kFormMediaType) co_return FormData();
    const std::string_view text = co_await this->text();
    const Result<http::QueryParameters> fields = http::parse_form(text);
    if (!fields) throw HTTPBadRequest("the form is malformed: " + fields.error().message());
    co_return FormData(*fields);
}

Task<FormData> Request::read_multipart_form() {
    http::MultipartLimits limits;
    limits.total_bytes = body_limit_bytes_;
    if (content_length().value_or(0) > limits.total_bytes) {
        throw HTTPRequestEntityTooLarge(limits.total_bytes);
    }
    FormLimits form_limits;
    form_limits.directory = options_->upload_directory;
    MultipartReader reader = multipart(limits);
    co_return co_await read_form(reader, form_limits);
}

MultipartReader Request::multipart(http::MultipartLimits limits) {
    const auto type = http::parse_media_type(header(http::Field::ContentType));
    if (!type || type->type() != "multipart")
        throw HTTPUnsupportedMediaType("the body is not multipart");
    const Result<std::string> boundary = http::parse_boundary(*type);
    if (!boundary) throw HTTPBadRequest("the multipart body has no proper boundary");
    Derived& kept = origin_->derived();
    if (!kept.body) return MultipartReader(content(), *boundary, limits);
    kept.kept_body.emplace(*kept.body);
    kept.kept_content.emplace(*kept.kept_body);
    return MultipartReader(*kept.kept_content, *boundary, limits);
}

}  // namespace indrik::web
