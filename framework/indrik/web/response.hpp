#pragma once
// What a handler answers.
//
//   co_return web::Response().text("Hello");
//   co_return web::Response(201).json(created).header("Location", url);
//   co_return web::redirect("/login");
//
// Setters return the object, so answers are built in one expression; on a temporary they move it along, so nothing is copied.

#include <ctime>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/fwd.hpp>

#include "indrik/http/headers.hpp"
#include "indrik/http/status.hpp"

namespace indrik::http {
class Cookie;
}

namespace indrik::web {

/// Value type. A response without content type gets none; text(), html(), json() and body() set it.
class Response {
public:
    Response() = default;
    /// Errors: std::invalid_argument outside 200 to 599.
    explicit Response(http::Status status) : Response(static_cast<int>(status)) {}
    explicit Response(int status);
    /// The head of a 101, for ResponseChannel::upgrade() alone.
    static Response switching_protocols() {
        Response response;
        response.status_ = http::Status::SwitchingProtocols;
        return response;
    }

    /// The body as text/plain; charset=utf-8.
    Response& text(std::string text) &;
    /// The body as text/html; charset=utf-8.
    Response& html(std::string html) &;
    /// The body as application/json.
    Response& json(const boost::json::value& value) &;
    /// The same from JSON that is text already.
    Response& json_text(std::string json) &;
    /// The body as it is, application/octet-stream unless a content type was or will be set.
    Response& body(std::string bytes) &;
    Response& body(std::string bytes, std::string_view content_type) &;

    /// Errors: as the constructor.
    Response& status(http::Status status) &;
    Response& status(int status) &;
    /// Replaces the field. Errors: std::invalid_argument for what no header may hold (control characters, for example).
    Response& header(std::string_view name, std::string_view value) &;
    Response& header(http::Field field, std::string_view value) &;
    /// Adds a further field of that name. Errors: as header().
    Response& add_header(std::string_view name, std::string_view value) &;
    /// Replaces what text() and its like say. Errors: as header().
    Response& content_type(std::string_view type) &;
    /// ETag, which conditional requests are compared with. Errors: std::invalid_argument for what no tag may hold.
    Response& etag(std::string_view opaque, bool is_weak = false) &;
    Response& last_modified(std::time_t time) &;
    /// Adds a Set-Cookie field. The short form has Path=/ and no other attribute. Errors: std::invalid_argument.
    Response& cookie(const http::Cookie& cookie) &;
    Response& cookie(std::string_view name, std::string_view value) &;
    /// Makes the browser forget a cookie, which has to be named with the path and domain it was set with.
    Response& delete_cookie(std::string_view name,
                            std::string_view path = "/",
                            std::string_view domain = {}) &;
    /// Closes the connection after this response.
    Response& force_close() &;

    Response&& text(std::string text) && { return std::move(this->text(std::move(text))); }
    Response&& html(std::string html) && { return std::move(this->html(std::move(html))); }
    Response&& json(const boost::json::value& value) && { return std::move(this->json(value)); }
    Response&& json_text(std::string json) && { return std::move(json_text(std::move(json))); }
    Response&& body(std::string bytes) && { return std::move(this->body(std::move(bytes))); }
    Response&& body(std::string bytes, std::string_view type) && {
        return std::move(this->body(std::move(bytes), type));
    }
    Response&& status(http::Status status) && { return std::move(this->status(status)); }
    Response&& status(int status) && { return std::move(this->status(status)); }
    Response&& header(std::string_view name, std::string_view value) && {
        return std::move(header(name, value));
    }
    Response&& header(http::Field field, std::string_view value) && {
        return std::move(header(field, value));
    }
    Response&& add_header(std::string_view name, std::string_view value) && {
        return std::move(add_header(name, value));
    }
    Response&& content_type(std::string_view type) && { return std::move(content_type(type)); }
    Response&& etag(std::string_view opaque, bool is_weak = false) && {
        return std::move(etag(opaque, is_weak));
    }
    Response&& last_modified(std::time_t time) && { return std::move(last_modified(time)); }
    Response&& cookie(const http::Cookie& cookie) && { return std::move(this->cookie(cookie)); }
    Response&& cookie(std::string_view name, std::string_view value) && {
        return std::move(cookie(name, value));
    }
    Response&& delete_cookie(std::string_view name,
                             std::string_view path = "/",
                             std::string_view domain = {}) && {
        return std::move(delete_cookie(name, path, domain));
    }
    Response&& force_close() && { return std::move(force_close()); }

    http::Status status() const { return status_; }
    http::Headers& headers() { return headers_; }
    const http::Headers& headers() const { return headers_; }
    const std::string& body() const { return body_; }
    /// Whether force_close() was called, or a Connection field says so.
    bool closes_connection() const {
        return force_close_ || (headers_.contains(http::Field::Connection) && says_close());
    }
    /// Whether its body goes out (or went out) through a StreamResponse and not from here.
    bool is_streamed() const { return streamed_; }
    Response& mark_streamed() {
        streamed_ = true;
        return *this;
    }
    /// Whether its body only says what the status says, so that a page of the application's may take its place: see error_pages().
    bool has_default_body() const { return default_body_ || (body_.empty() && !streamed_); }
    Response& mark_default_body() {
        default_body_ = true;
        return *this;
    }

private:
    bool says_close() const;
    Response& set_body(std::string body, std::string_view static_content_type);

    http::Status status_ = http::Status::Ok;
    bool force_close_ = false;
    bool streamed_ = false;
    bool default_body_ = false;
    std::string body_;
    http::Headers headers_;
};

/// The value as application/json. Described structs have one of their own (json_response.hpp). Errors: std::invalid_argument
/// outside 200 to 599.
Response json_response(const boost::json::value& value, int status = 200);

/// A redirection with a Location; 302 unless said otherwise. Errors: std::invalid_argument if status is not 3xx or the location
/// holds what no header may.
Response redirect(std::string_view location, int status = 302);

}  // namespace indrik::web
