#include "indrik/web/middlewares/cors.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/http/authority.hpp"
#include "indrik/web/vary.hpp"

namespace indrik::web {
namespace {

using http::Field;

bool is_origin(std::string_view text) {
    if (text == "null") return true;
    const std::size_t end = text.find("://");
    return end != std::string_view::npos && end > 0 &&
           http::parse_authority(text.substr(end + 3)).has_value();
}

bool is_preflight(const Request& request) {
    return request.method() == http::Method::Options && request.headers().contains(Field::Origin) &&
           request.headers().contains(Field::AccessControlRequestMethod);
}

}  // namespace

void CORS::check() const {
    if (!any_origin_ && origins_.empty() && !predicate_) {
        throw std::invalid_argument("cors: no origin is allowed");
    }
    if (any_origin_ && credentials_) {
        throw std::invalid_argument("cors: credentials are for origins that are named");
    }
    for (const std::string& origin : origins_) {
        if (!is_origin(origin)) {
            throw std::invalid_argument("cors: '" + origin +
                                        "' is no origin such as https://example.com");
        }
    }
    if (!prefix_.empty() && prefix_.front() != '/') {
        throw std::invalid_argument("cors: the prefix '" + prefix_ + "' begins without a slash");
    }
    http::Headers probe;  // refuses what no field may hold
    probe.set(Field::AccessControlAllowMethods, methods_);
    probe.set(Field::AccessControlAllowHeaders, headers_.value_or(""));
    probe.set(Field::AccessControlExposeHeaders, exposed_);
}

bool CORS::concerns(std::string_view path) const {
    if (prefix_.empty() || prefix_ == "/") return true;
    if (!path.starts_with(prefix_)) return false;
    return path.size() == prefix_.size() || prefix_.ends_with('/') || path[prefix_.size()] == '/';
}

bool CORS::allows(std::string_view origin) const {
    if (origin.empty()) return false;
    if (any_origin_) return true;
    return std::find(origins_.begin(), origins_.end(), origin) != origins_.end() ||
           (predicate_ && predicate_(origin));
}

void CORS::apply(http::Headers& fields, std::string_view origin) const {
    if (any_origin_) {
        fields.set(Field::AccessControlAllowOrigin, "*");
    } else {
        // Also for requests of no origin: a cache must not give their answer to others.
        vary_by(fields, "Origin");
        if (!allows(origin)) return;
        fields.set(Field::AccessControlAllowOrigin, origin);
        if (credentials_) fields.set(Field::AccessControlAllowCredentials, "true");
    }
    if (!exposed_.empty()) fields.set(Field::AccessControlExposeHeaders, exposed_);
}

Response CORS::answer_preflight(const Request& request) const {
    Response response(http::Status::NoContent);
    http::Headers& fields = response.headers();
    const std::string_view origin = request.header(Field::Origin);
    const std::string_view wanted = request.header(Field::AccessControlRequestHeaders);
    if (!any_origin_) vary_by(fields, "Origin");
    if (!headers_) vary_by(fields, "Access-Control-Request-Headers");
    if (!allows(origin)) return response;
    fields.set(Field::AccessControlAllowOrigin, any_origin_ ? "*" : origin);
    if (credentials_) fields.set(Field::AccessControlAllowCredentials, "true");
    fields.set(Field::AccessControlAllowMethods, methods_);
    if (headers_ && !headers_->empty()) fields.set(Field::AccessControlAllowHeaders, *headers_);
    if (!headers_ && !wanted.empty()) fields.set(Field::AccessControlAllowHeaders, wanted);
    fields.set(Field::AccessControlMaxAge, std::to_string(max_age_.count()));
    return response;
}

Middleware cors(CORS options) {
    options.check();
    return [options = std::move(options)](Request& request, Next next) -> Task<Response> {
        if (!options.concerns(request.path())) return next(request);
        if (is_preflight(request)) {
            const auto answer = [](Response response) -> Task<Response> {
                co_return std::move(response);
            };
            return answer(options.answer_preflight(request));
        }
        request.on_response_prepare([&options](Request& answered, Response& response) {
            options.apply(response.headers(), answered.header(Field::Origin));
        });
        return next(request);
    };
}

}  // namespace indrik::web
