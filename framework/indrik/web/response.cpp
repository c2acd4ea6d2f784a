#include "indrik/web/response.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/json/serialize.hpp>

#include "indrik/http/cookies.hpp"
#include "indrik/http/dates.hpp"
#include "indrik/http/etag.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kTextPlain = "text/plain; charset=utf-8";
constexpr std::string_view kTextHtml = "text/html; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kOctetStream = "application/octet-stream";

http::Status checked(int status) {
    if (status < 200 || status > 599) {
        throw std::invalid_argument("a response's status must be 200 to 599, not " +
                                    std::to_string(status));
    }
    return static_cast<http::Status>(status);
}

}  // namespace

Response::Response(int status) : status_(checked(status)) {}

Response& Response::set_body(std::string body, std::string_view static_content_type) {
    body_ = std::move(body);
    default_body_ = false;
    headers_.erase(http::Field::ContentType);
    headers_.append_view(http::Field::ContentType, static_content_type);
    return *this;
}

Response& Response::text(std::string text) & {
    return set_body(std::move(text), kTextPlain);
}
Response& Response::html(std::string html) & {
    return set_body(std::move(html), kTextHtml);
}
Response& Response::json(const boost::json::value& value) & {
    return set_body(boost::json::serialize(value), kJson);
}
Response& Response::json_text(std::string json) & {
    return set_body(std::move(json), kJson);
}

Response& Response::body(std::string bytes) & {
    if (!headers_.contains(http::Field::ContentType))
        return set_body(std::move(bytes), kOctetStream);
    body_ = std::move(bytes);
    default_body_ = false;
    return *this;
}
Response& Response::body(std::string bytes, std::string_view type) & {
    body_ = std::move(bytes);
    default_body_ = false;
    return content_type(type);
}

Response& Response::status(http::Status status) & {
    return this->status(static_cast<int>(status));
}
Response& Response::status(int status) & {
    status_ = checked(status);
    return *this;
}

Response& Response::header(std::string_view name, std::string_view value) & {
    headers_.set(name, value);
    return *this;
}
Response& Response::header(http::Field field, std::string_view value) & {
    headers_.set(field, value);
    return *this;
}
Response& Response::add_header(std::string_view name, std::string_view value) & {
    headers_.append(name, value);
    return *this;
}
Response& Response::content_type(std::string_view type) & {
    return header(http::Field::ContentType, type);
}

Response& Response::etag(std::string_view opaque, bool is_weak) & {
    return header(http::Field::ETag, http::format_entity_tag({opaque, is_weak}));
}
Response& Response::last_modified(std::time_t time) & {
    return header(http::Field::LastModified, http::format_date(time));
}

Response& Response::cookie(const http::Cookie& cookie) & {
    headers_.append(http::Field::SetCookie, http::format_set_cookie(cookie));
    return *this;
}
Response& Response::cookie(std::string_view name, std::string_view value) & {
    return cookie(http::Cookie(std::string(name), std::string(value)).path("/"));
}
Response& Response::delete_cookie(std::string_view name,
                                  std::string_view path,
                                  std::string_view domain) & {
    return add_header(
        "Set-Cookie",
        http::format_deleted_cookie(std::string(name), std::string(path), std::string(domain)));
}

Response& Response::force_close() & {
    force_close_ = true;
    return *this;
}

bool Response::says_close() const {
    const auto fields = headers_.get_all(http::Field::Connection);
    return std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
        return http::list_contains(field, "close");
    });
}

Response json_response(const boost::json::value& value, int status) {
    return Response(status).json(value);
}

Response redirect(std::string_view location, int status) {
    if (status < 300 || status > 399) {
        throw std::invalid_argument("a redirection's status must be 300 to 399, not " +
                                    std::to_string(status));
    }
    return Response(status).header(http::Field::Location, location);
}

}  // namespace indrik::web
