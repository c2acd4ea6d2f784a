#include "indrik/web/binding.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "indrik/http/form.hpp"
#include "indrik/http/multipart.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web::detail {
namespace {

struct FieldError {
    std::string in;
    std::string field;
    std::string message;
};
INDRIK_DESCRIBE(FieldError, in, field, message)

/// RFC 9457 with a member of our own.
struct ProblemDetails {
    std::string type = "about:blank";
    std::string title;
    unsigned status = 0;
    std::string detail;
    std::vector<FieldError> errors;
};
INDRIK_DESCRIBE(ProblemDetails, type, title, status, detail, errors)

template <class Exception>
[[noreturn]] void throw_problem(std::string detail, std::vector<FieldError> errors) {
    Exception exception;
    const http::Status status = exception.status();
    ProblemDetails problem;
    problem.title = http::reason_phrase(status);
    problem.status = http::to_number(status);
    problem.detail = std::move(detail);
    problem.errors = std::move(errors);
    exception.response().body(json::to_text(problem), "application/problem+json");
    throw exception;
}

}  // namespace

void refuse(std::string_view where, const json::Problems& problems) {
    std::vector<FieldError> errors;
    for (const json::Problem& problem : problems) {
        errors.push_back({std::string(where), problem.path(), problem.message()});
    }
    const std::string name = "the " + std::string(where);
    if (problems.is_malformed()) {
        throw_problem<HTTPBadRequest>(name + " is malformed", std::move(errors));
    }
    throw_problem<HTTPUnprocessableEntity>(name + " is not what is expected", std::move(errors));
}

void refuse_path() {
    throw HTTPNotFound();
}

std::string_view path_text(const Request& request, std::size_t index, std::size_t count) {
    const MatchInfo& variables = request.match_info();
    if (variables.size() != count) {
        throw std::logic_error("the handler takes " + std::to_string(count) +
                               " values from the path, but the route has " +
                               std::to_string(variables.size()) + " variables");
    }
    return (variables.begin() + static_cast<std::ptrdiff_t>(index))->value;
}

void require_json(const Request& request) {
    const std::string_view type = request.content_type();
    if (type == "application/json" || type.ends_with("+json")) return;
    throw_problem<HTTPUnsupportedMediaType>("the body must be JSON: application/json", {});
}

void require_form(const Request& request) {
    const std::string_view type = request.content_type();
    if (type == http::kFormMediaType || type == http::kMultipartFormMediaType) return;
    throw_problem<HTTPUnsupportedMediaType>(
        "the body must be a form: application/x-www-form-urlencoded or multipart/form-data", {});
}

}  // namespace indrik::web::detail
