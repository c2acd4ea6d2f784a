#include "indrik/web/middlewares/conditional_get.hpp"

#include <optional>
#include <string>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"
#include "indrik/http/conditional.hpp"
#include "indrik/http/dates.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::web {
namespace {

using http::Field;

constexpr std::size_t kTagBytes = 16;

bool is_candidate(const Request& request, const Response& response, std::size_t max_bytes) {
    const bool is_get =
        request.method() == http::Method::Get || request.method() == http::Method::Head;
    return is_get && response.status() == http::Status::Ok && !response.is_streamed() &&
           response.body().size() <= max_bytes &&
           !http::list_contains(response.headers().get(Field::CacheControl).value_or(""),
                                "no-store");
}

http::Validators validators_of(const http::Headers& fields) {
    http::Validators validators;
    if (const auto tag = fields.get(Field::ETag)) validators.etag = http::parse_entity_tag(*tag);
    if (const auto date = fields.get(Field::LastModified)) {
        if (const auto time = http::parse_date(*date)) validators.last_modified = *time;
    }
    return validators;
}

void make_not_modified(Response& response) {
    response.body("").status(http::Status::NotModified);
    for (const Field field : {Field::ContentType,
                              Field::ContentLength,
                              Field::ContentEncoding,
                              Field::ContentLanguage}) {
        response.headers().erase(field);
    }
}

void evaluate(const Request& request, Response& response, std::size_t max_bytes) {
    if (!is_candidate(request, response, max_bytes)) return;
    if (!response.headers().contains(Field::ETag)) {
        if (response.body().empty()) return;
        const std::string hash = digest(DigestAlgorithm::SHA256, response.body());
        const std::string_view opaque = std::string_view(hash).substr(0, kTagBytes);
        response.header(Field::ETag, "\"" + hex_encode(opaque) + "\"");
    }
    const http::Validators validators = validators_of(response.headers());
    switch (http::evaluate_conditions(request.method(), request.headers(), validators)) {
        case http::ConditionOutcome::Proceed:
            break;
        case http::ConditionOutcome::NotModified:
            make_not_modified(response);
            break;
        case http::ConditionOutcome::PreconditionFailed:
            response = Response(http::Status::PreconditionFailed)
                           .text("412: Precondition Failed")
                           .mark_default_body();
            break;
    }
}

Task<Response> run(std::size_t max_bytes, Request& request, Next next) {
    Response response = co_await next(request);
    evaluate(request, response, max_bytes);
    co_return std::move(response);
}

}  // namespace

Middleware conditional_get(std::size_t max_bytes) {
    return [max_bytes](Request& request, Next next) { return run(max_bytes, request, next); };
}

}  // namespace indrik::web
