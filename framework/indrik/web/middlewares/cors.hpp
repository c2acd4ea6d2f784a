#pragma once
// Lets pages of other origins use an API (CORS, in the Fetch standard).
//
//   app.add_middleware(web::cors(web::CORS().origin("https://shop.example").credentials(true).expose("X-Total")));
//   app.add_middleware(web::cors(web::CORS().prefix("/public").any_origin().max_age(24h)));
//
// A preflight request (OPTIONS with Access-Control-Request-Method) is answered here, whether the path has a route for OPTIONS or
// not. Origins that are not allowed get no permission, and it is their browser that then refuses. Access-Control-Allow-
// Private-Network is never sent.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// What is allowed to whom; every setter returns the object.
class CORS {
public:
    /// An origin as browsers write it: scheme, host, and port unless it is the scheme's. May be called several times.
    CORS& origin(std::string origin) { return origins_.push_back(std::move(origin)), *this; }
    /// Every origin, for what is public anyway. Not together with credentials.
    CORS& any_origin() { return any_origin_ = true, *this; }
    /// Those that the function takes. It is given the Origin field as it came.
    CORS& origin_if(std::function<bool(std::string_view)> predicate) {
        return predicate_ = std::move(predicate), *this;
    }
    /// Whether cookies and HTTP authentication come along. Off by default.
    CORS& credentials(bool on) { return credentials_ = on, *this; }
    /// The methods, "GET, HEAD, POST, PUT, PATCH, DELETE" by default.
    CORS& methods(std::string list) { return methods_ = std::move(list), *this; }
    /// The fields that requests may have, as "Content-Type, X-Token". By default those that are asked for.
    CORS& headers(std::string list) { return headers_ = std::move(list), *this; }
    /// The fields of responses that pages may read besides the harmless ones.
    CORS& expose(std::string list) { return exposed_ = std::move(list), *this; }
    /// How long a browser may remember the answer to a preflight. Ten minutes by default.
    CORS& max_age(std::chrono::seconds age) { return max_age_ = age, *this; }
    /// For paths that are this or below it. All by default.
    CORS& prefix(std::string path) { return prefix_ = std::move(path), *this; }

    /// Errors: std::invalid_argument if nobody is allowed, for all origins with credentials, or for what is no origin.
    void check() const;
    bool concerns(std::string_view path) const;
    bool allows(std::string_view origin) const;
    /// Adds to the fields of the answer to a request of that origin, or of none if it is "".
    void apply(http::Headers& fields, std::string_view origin) const;
    Response answer_preflight(const Request& request) const;

private:
    std::vector<std::string> origins_;
    std::function<bool(std::string_view)> predicate_;
    bool any_origin_ = false;
    bool credentials_ = false;
    std::string methods_ = "GET, HEAD, POST, PUT, PATCH, DELETE";
    std::optional<std::string> headers_;
    std::string exposed_;
    std::chrono::seconds max_age_{600};
    std::string prefix_;
};

/// A middleware; errors and streamed responses get the fields as well. Errors: as CORS::check.
Middleware cors(CORS options);

}  // namespace indrik::web
