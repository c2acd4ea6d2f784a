// Answers that caches may keep.

#include <ctime>
#include <stdexcept>
#include <string>

#include <indrik/core/crypto.hpp>
#include <indrik/core/encoding.hpp>
#include <indrik/http/conditional.hpp>
#include <indrik/http/dates.hpp>

#include "handlers.hpp"

namespace httpbin {

namespace http = indrik::http;

namespace {

std::string entity_tag(std::string_view text) {
    try {
        return http::format_entity_tag(http::EntityTag{text});
    } catch (const std::invalid_argument& error) {
        throw web::HTTPBadRequest(error.what());
    }
}

}  // namespace

/// For whoever asks with a condition nothing has changed.
web::Response cache(web::Request& request) {
    if (request.headers().contains("If-Modified-Since") ||
        request.headers().contains("If-None-Match"))
        return web::Response(304);
    auto response = get(request);
    response.header(http::Field::LastModified, http::format_date(std::time(nullptr)));
    response.header(http::Field::ETag, entity_tag(indrik::hex_encode(indrik::random_bytes(16))));
    return response;
}

web::Response cache_control(web::Request& request) {
    auto response = get(request);
    response.header(http::Field::CacheControl,
                    "public, max-age=" + std::string(request.match_info("seconds")));
    return response;
}

/// As if the resource had the entity tag that the path names.
web::Response etag(web::Request& request) {
    const auto text = request.match_info("etag");
    const std::string tag = entity_tag(text);
    http::Validators validators;
    validators.etag = http::EntityTag{text};
    web::Response response;
    switch (http::evaluate_conditions(request.method(), request.headers(), validators)) {
        case http::ConditionOutcome::Proceed:
            response = get(request);
            break;
        case http::ConditionOutcome::NotModified:
            response.status(304);
            break;
        case http::ConditionOutcome::PreconditionFailed:
            response.status(412);
            break;
    }
    response.header(http::Field::ETag, tag);
    return response;
}

}  // namespace httpbin
