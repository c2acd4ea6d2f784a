#include "indrik/web/debug_page.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "indrik/core/strings.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/web/debug_page_style.hpp"
#include "indrik/web/error_page.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/request.hpp"

namespace indrik::web {
namespace {

constexpr int kLinesAround = 5;
constexpr std::size_t kExcerpts = 12;  // frames whose source is shown
constexpr std::string_view kMask = "********";

bool is_secret(std::string_view name) {
    const std::string lower = to_lower(name);
    constexpr std::array<std::string_view, 8> kSigns = {
        "auth", "cookie", "token", "secret", "password", "passwd", "key", "session"};
    return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
        return lower.find(sign) != std::string::npos;
    });
}

void add_row(std::string& rows, std::string_view name, std::string_view value) {
    rows.append("<tr><th>").append(escape_html(name)).append("</th><td>");
    rows.append(escape_html(value)).append("</td></tr>");
}

void add_table(std::string& page, std::string_view title, const std::string& rows) {
    if (rows.empty()) return;
    page.append("<section><h2>").append(title).append("</h2><table>");
    page.append(rows).append("</table></section>");
}

/// Whether a frame is of the application and not of a library, as far as paths tell.
bool is_of_application(const StackFrame& frame) {
    return !frame.file.empty() && !frame.file.starts_with("/usr/") &&
           frame.file.find("framework/indrik/") == std::string::npos &&
           !frame.function.starts_with("indrik::");
}

std::string excerpt(const StackFrame& frame) {
    std::ifstream file(frame.file);
    std::string text;
    std::string line;
    const int last = frame.line + kLinesAround;
    for (int number = 1; number <= last && std::getline(file, line); ++number) {
        if (number < frame.line - kLinesAround) continue;
        text += number == frame.line ? "<li class=\"here\"" : "<li";
        text.append(" value=\"").append(std::to_string(number)).append("\"><code>");
        text.append(escape_html(line)).append("</code></li>");
    }
    return text.empty() ? text : "<ol>" + text + "</ol>";
}

std::string place(const StackFrame& frame) {
    return frame.file.empty() ? "" : frame.file + ":" + std::to_string(frame.line);
}

void add_frames(std::string& page, const std::vector<StackFrame>& frames) {
    page += "<section><h2>Stack, innermost call first</h2>";
    if (frames.empty()) page += "<p class=\"note\">It was not recorded.</p>";
    bool is_open = false;
    std::size_t shown = 0;
    for (const StackFrame& frame : frames) {
        const std::string source =
            frame.line > 0 && shown < kExcerpts ? excerpt(frame) : std::string();
        if (!source.empty()) ++shown;
        const bool is_own = !source.empty() && is_of_application(frame);
        const bool opens = is_own && !is_open;
        is_open = is_open || opens;
        page += opens ? "<details open" : "<details";
        page += is_own ? " class=\"own\"><summary>" : "><summary>";
        page += escape_html(frame.function.empty() ? "unknown function" : frame.function);
        page.append("<small>").append(escape_html(place(frame))).append("</small></summary>");
        page.append(source).append("</details>");
    }
    page += "</section>";
}

void add_request(std::string& page, const Request& request) {
    std::string rows;
    add_row(rows, "From", request.remote().empty() ? "a Unix socket" : request.remote());
    if (!request_id(request).empty()) add_row(rows, "Request id", request_id(request));
    for (const auto& field : request.headers()) {
        add_row(rows, field.name, is_secret(field.name) ? kMask : field.value);
    }
    add_table(page, "Request", rows);
    rows.clear();
    for (const auto& [name, value] : request.query()) {
        add_row(rows, name, is_secret(name) ? kMask : std::string_view(value));
    }
    add_table(page, "Query", rows);
    rows.clear();
    for (const auto& [name, value] : request.cookies()) {
        add_row(rows, name, std::to_string(value.size()) + " bytes " + std::string(kMask));
    }
    add_table(page, "Cookies", rows);
    rows.clear();
    for (const auto& variable : request.match_info()) add_row(rows, variable.name, variable.value);
    add_table(page, "Variables of the route", rows);
    rows.clear();
    for (const std::string_view name : request.storage().names()) add_row(rows, name, "is set");
    add_table(page, "Storage", rows);
}

/// Without the query, which has a table that masks secrets.
std::string request_line(const Request& request) {
    return std::string(request.method_name()) + " " + std::string(request.raw_path());
}

std::string html_page(const Request& request, const FailureReport& report) {
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<title>";
    page.append(escape_html(report.type + ": " + report.text))
        .append("</title><style>")
        .append(kDebugPageStyle);
    page.append("</style></head><body><header><p class=\"line\">");
    page.append(escape_html(request_line(request))).append("</p><h1>");
    page.append(escape_html(report.type)).append("</h1><p class=\"text\">");
    page.append(escape_html(report.text)).append("</p></header><main>");
    add_frames(page, report.frames);
    add_request(page, request);
    page +=
        "<p class=\"note\">Indrik shows this page because the server runs in debug mode. Without "
        "it, clients are told nothing but the status.</p></main></body></html>\n";
    return page;
}

std::string json_text(const Request& request, const FailureReport& report) {
    boost::json::array stack;
    for (const StackFrame& frame : report.frames) {
        stack.push_back(boost::json::object(
            {{"function", frame.function}, {"file", frame.file}, {"line", frame.line}}));
    }
    boost::json::object error;
    error["title"] = "Internal Server Error";
    error["status"] = 500;
    error["detail"] = report.text;
    error["exception"] = report.type;
    error["request"] = request_line(request);
    error["stack"] = std::move(stack);
    return boost::json::serialize(error);
}

}  // namespace

Response debug_page(const Request& request, const FailureReport& report) {
    Response response(http::Status::InternalServerError);
    response.header(http::Field::CacheControl, "no-store");
    const std::string_view accept = request.header(http::Field::Accept);
    if (accept.find("text/html") != std::string_view::npos) {
        response.html(html_page(request, report));
    } else if (accept.find("json") != std::string_view::npos) {
        response.json_text(json_text(request, report)).content_type("application/problem+json");
    } else {
        response.text("500 Internal Server Error\n\n" + report.type + ": " + report.text + "\n\n" +
                      format_frames(report.frames) + "\n");
    }
    return response;
}

}  // namespace indrik::web
