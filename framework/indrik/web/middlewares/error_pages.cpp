#include "indrik/web/middlewares/error_pages.hpp"

#include <boost/json/value.hpp>

#include "indrik/http/mime.hpp"
#include "indrik/http/quality.hpp"
#include "indrik/web/error_page.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/problem.hpp"
#include "indrik/web/vary.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kProblem = "application/problem+json";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kText = "text/plain";

/// The media type to answer in; "" if the client reads none of them.
std::string_view preferred_type(const Request& request) {
    http::Preferences accept(http::PreferenceKind::MediaType, "");
    for (const auto& line : request.headers().get_all(http::Field::Accept)) accept.add(line);
    return accept.best_of({kProblem, kJson, kHtml, kText}).value_or("");
}

/// What the text of an exception says besides "404: Not Found".
std::string detail_of(const Response& response, std::string_view title) {
    const std::string number = std::to_string(http::to_number(response.status()));
    const std::string& text = response.body();
    const std::string_view type = response.headers().get(http::Field::ContentType).value_or("");
    // The server's own page for exceptions begins with "500 Internal Server Error", or is HTML.
    const bool is_own =
        !http::is_media_type(type, kText) || text.starts_with(number + " " + std::string(title));
    if (is_own || text == number + ": " + std::string(title)) return "";
    return text;
}

void replace_body(const ErrorPages& options, Request& request, Response& response) {
    if (!http::is_error(response.status()) || response.is_streamed()) return;
    if (!response.has_default_body()) return;
    vary_by(response.headers(), "Accept");
    const std::string_view type = preferred_type(request);
    const std::string_view title = http::reason_phrase(response.status());
    const std::string detail = detail_of(response, title);
    const ErrorPage page{response.status(), title, detail, request_id(request)};
    if (type == kHtml) {
        response.html(options.html(request, page));
    } else if (type == kProblem || type == kJson) {
        Problem problem(static_cast<int>(http::to_number(response.status())));
        problem.detail(detail);
        if (!page.request_id.empty())
            problem.with("request_id", boost::json::string(page.request_id));
        response.json_text(problem.text()).content_type(type);
    }
}

}  // namespace

std::string ErrorPages::html(Request& request, const ErrorPage& page) const {
    const auto own = pages_.find(static_cast<int>(http::to_number(page.status)));
    if (own != pages_.end()) return own->second(request, page);
    if (any_page_) return any_page_(request, page);
    std::string note;
    if (!page.request_id.empty()) note = "Request " + std::string(page.request_id);
    return plain_error_page(page.status, page.detail, note);
}

Middleware error_pages(ErrorPages options) {
    return [options = std::move(options)](Request& request, Next next) {
        request.on_response_prepare([&options](Request& answered, Response& response) {
            replace_body(options, answered, response);
        });
        return next(request);
    };
}

}  // namespace indrik::web
