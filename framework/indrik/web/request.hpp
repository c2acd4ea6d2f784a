#pragma once
// What a handler is asked.
//
//   Task<web::Response> greet(web::Request& request) {
//       const auto name = request.query().get("name").value_or("stranger");
//       const auto body = co_await request.text();
//       ...
//   }
//
// A request belongs to its connection and is lent to the handler by reference. Lifetime: the object and every string_view
// that it returns live until the handler has returned its response.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "indrik/core/task.hpp"
#include "indrik/http/multipart.hpp"
#include "indrik/http/url.hpp"
#include "indrik/net/byte_source.hpp"
#include "indrik/net/endpoint.hpp"
#include "indrik/web/app_key.hpp"
#include "indrik/web/match_info.hpp"
#include "indrik/web/request_changes.hpp"
#include "indrik/web/request_fields.hpp"
#include "indrik/web/route_url.hpp"
#include "indrik/web/stream_reader.hpp"

namespace indrik {
class Logger;
}
namespace indrik::http {
class RequestCookies;
struct ForwardedClient;
}  // namespace indrik::http
namespace indrik::net {
class Stream;
class TLSStream;
}  // namespace indrik::net

namespace indrik::web {

class Application;
class FormData;
class MultipartReader;
class Response;
class ResponseChannel;
struct ServerOptions;

class Request : public RequestFields {
public:
    Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    ~Request();

    /// The same request, changed, for a middleware that hands on another one: `co_await next(*other)`. Body, storage and
    /// on_response_prepare are shared with this one. The route is found already, and its variables stay.
    /// Lifetime: this request outlives it. Errors: std::invalid_argument for what no request may say.
    std::unique_ptr<Request> clone(const RequestChanges& changes);

    // What the head says as it is (method, headers, conditions and so on) is in RequestFields.

    /// The decoded path: "/caf\u00e9/a b". Malformed escapes are left as they came.
    std::string_view path() const;
    /// The decoded parameters of the query; parsed when first asked for.
    /// Errors: HTTPBadRequest if there are more than http::kMaxQueryParameters.
    const http::QueryParameters& query() const;

    // ---- where it was sent, and from where
    // Behind proxies that the server trusts (ServerOptions::forwarded_allow_ips) it is they who say so. Errors: HTTPBadRequest if
    // what they say makes no sense.

    /// "http" or "https".
    std::string_view scheme() const;
    /// Whether the client's connection is encrypted: scheme() is "https".
    bool is_secure() const { return scheme() == "https"; }
    /// What was negotiated (version, cipher, server name) and the client's certificate; null if this server does not encrypt the
    /// connection, whatever a proxy does. Asking costs nothing.
    const net::TLSStream* tls() const;
    /// The subject of the client's certificate ("CN=alice"), which was verified; "" if it showed none.
    std::string peer_certificate_subject() const;
    /// Host and port as the client named them; the local address if an HTTP/1.0 client named none.
    std::string_view host() const;
    /// scheme://host/target
    std::string url() const;
    /// The peer's address without port; "" for a Unix socket.
    std::string_view remote() const;

    // ---- fields

    /// The cookies sent; parsed when first asked for.
    const http::RequestCookies& cookies() const;
    /// Media type of the body in lower case without parameters, "application/octet-stream" if there is none.
    std::string_view content_type() const;
    /// The charset parameter of the content type in lower case, or "".
    std::string_view charset() const;

    // ---- the route

    /// A variable of the route's pattern, decoded. Errors: std::out_of_range that names it.
    std::string_view match_info(std::string_view name) const;
    const MatchInfo& match_info() const { return match_info_; }
    /// The address of a named route: url_for("project", "id", 12); see Application::url_for. Becomes a std::string by itself.
    template <class... Parts>
    RouteURL url_for(std::string_view route, const Parts&... parts) const {
        return detail::with_parts(
            [&](std::span<const RoutePart> pairs) { return url_for_parts(route, pairs); },
            parts...);
    }

    /// The application that answers, which may be one within another.
    Application& app() const { return *application_; }
    /// How streamed responses go out; StreamResponse::prepare uses it.
    ResponseChannel& response_channel() const { return *channel_; }
    /// Tells the client what it will need before the answer is ready (103, RFC 8297): fields such as Link. Nothing goes to
    /// clients of HTTP/1.0. Errors: std::logic_error if the answer has begun; std::system_error if the peer is gone.
    Task<> send_early_hints(http::Headers fields) const;
    /// Whether the peer has gone, or says that it will send nothing more. Costs a system call.
    bool is_disconnected() const;
    /// Waits until is_disconnected(), for race() and the like. Errors: std::logic_error if the body has not been read to its end:
    /// who reads it will notice.
    Task<> disconnected() const;
    /// Values that middlewares leave for handlers; gone with the request.
    TypedStorage& storage() { return origin_->storage_; }
    const TypedStorage& storage() const { return origin_->storage_; }
    /// Called with the response just before its head is sent, whoever made it: also for what is streamed or thrown, and before
    /// the application's signal of that name. The newest is called first, as middlewares are left in that order. It may change
    /// the fields, and what is not streamed wholly. Lifetime: what it refers to lives until the response has gone.
    /// It may be a coroutine, if it has to wait. What it throws is answered instead.
    template <class Callback>
    void on_response_prepare(Callback callback) {
        PrepareCallback stored;
        if constexpr (std::is_same_v<std::invoke_result_t<Callback&, Request&, Response&>, Task<>>)
            stored.wait = std::move(callback);
        else
            stored.call = std::move(callback);
        origin_->prepare_callbacks_.push_back(std::move(stored));
    }
    /// The server's log, for what goes wrong beside an answer.
    const Logger& log() const;

    // ---- the body

    /// For this request alone, instead of ServerOptions::body_limit_bytes.
    void set_body_limit(std::uint64_t bytes) { body_limit_bytes_ = bytes; }
    std::uint64_t body_limit() const { return body_limit_bytes_; }

    /// Whether a body was sent or is still coming.
    bool has_body() const { return head_->framing != http::BodyFraming::None; }
    /// Whether everything of it has come and been taken off the connection.
    bool is_body_read() const { return body_->at_end(); }
    // A body with a Content-Encoding is decompressed on the way (ServerOptions::auto_decompress), and its limits count what comes of
    // it. Errors: HTTPUnsupportedMediaType for a coding that is not known, HTTPBadRequest for data that is malformed.

    /// The fields behind a chunked body; none behind another. What frames, routes or authenticates a message is never among them.
    /// Errors: std::logic_error if the body has not been read to its end.
    const http::Headers& trailers() const;

    /// The body as a stream, for uploads that should not be gathered in memory; the server's body limit does not apply.
    StreamReader& content();
    /// The whole body (or what content() has left of it), kept: later calls return it again. Errors: HTTPRequestEntityTooLarge beyond the server's body limit;
    /// std::system_error if it is cut short, malformed or does not come in time (the server then answers 400 or 408).
    Task<std::string_view> read();
    /// The whole body as UTF-8 (latin-1 is converted). Errors: as read(); HTTPUnsupportedMediaType for another charset.
    Task<std::string_view> text();
    /// The whole body as JSON, whatever its content type. Errors: as read(); HTTPBadRequest that says what is wrong where.
    Task<boost::json::value> json();
    /// The form that an application/x-www-form-urlencoded or multipart/form-data body holds, kept: later calls return it again.
    /// No fields for another content type. The server's body limit counts for the whole form, files included; larger ones
    /// go to a temporary file. Errors: as read(); as MultipartReader; std::system_error if the temporary file cannot be
    /// written, which the server answers with 507 if the disk is full.
    Task<FormData> post();
    /// A multipart body part by part; the server's body limit does not apply, but `limits` do.
    /// Errors: HTTPUnsupportedMediaType if it is none; HTTPBadRequest without a proper boundary.
    MultipartReader multipart(http::MultipartLimits limits = {});

private:
    friend class RequestHandler;
    friend class Router;
    friend class WebSocketResponse;
    struct Derived;
    struct Changed;
    /// One of the two.
    struct PrepareCallback {
        std::function<void(Request&, Response&)> call;
        std::function<Task<>(Request&, Response&)> wait;
    };

    /// Starts on a parsed head.
    void begin(const http::RequestHead& head,
               net::ByteSource& body,
               const ServerOptions& options,
               net::Stream& stream,
               ResponseChannel& channel,
               Application& application,
               const http::Headers& trailers);
    /// Forgets everything that belonged to the request.
    void end();
    Derived& derived() const;
    /// Gives back what was worked out. REQUIRES: nobody holds a view of it
    void drop_derived() const;
    const http::ForwardedClient* forwarded_client() const;
    /// How many pairs of the Cookie fields were dropped when a handler asked for them.
    std::size_t dropped_cookies() const;
    net::ByteSource& body_source();
    Task<std::string_view> read_within(std::uint64_t limit_bytes);
    Task<std::string> read_rest(StreamReader& content, std::uint64_t limit_bytes);
    Task<FormData> read_multipart_form();
    RouteURL url_for_parts(std::string_view route, std::span<const RoutePart> parts) const;

    Request* origin_ = this;  // another one if this is a clone
    net::ByteSource* body_ = nullptr;
    const http::Headers* trailers_ = nullptr;
    net::Stream* stream_ = nullptr;
    ResponseChannel* channel_ = nullptr;
    Application* application_ = nullptr;
    const ServerOptions* options_ = nullptr;
    std::uint64_t body_limit_bytes_ = 0;
    MatchInfo match_info_;
    TypedStorage storage_;
    std::vector<PrepareCallback> prepare_callbacks_;
    mutable std::unique_ptr<Derived>
        derived_;  // what was asked for and had to be worked out; kept for reuse
    mutable bool has_derived_ = false;
    std::unique_ptr<Changed> changed_;  // of a clone
};

}  // namespace indrik::web
