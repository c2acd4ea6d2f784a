#include "indrik/web/error_page.hpp"

#include <string>

namespace indrik::web {
namespace {

constexpr std::string_view kTitle = "500 Internal Server Error";
constexpr std::string_view kApology = "Server got itself in trouble";

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ink:#1f2328;--faint:#656d76;--paper:#fff;--line:#d1d9e0}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--paper:#0d1117;"
    "--line:#3d444d}}"
    "body{font:17px/1.6 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;"
    "place-items:center;background:var(--paper);color:var(--ink)}"
    "main{max-width:34rem;padding:2rem}"
    ".number{font-size:4.5rem;font-weight:700;line-height:1;letter-spacing:-.04em;margin:0}"
    "h1{font-size:1.5rem;margin:.4rem 0 1rem}p{margin:.5rem 0;overflow-wrap:anywhere}"
    ".note{color:var(--faint);font-size:.85rem;border-top:1px solid var(--line);margin-top:2rem;"
    "padding-top:.75rem}"
    "pre{background:#8882;padding:1rem;overflow:auto;white-space:pre-wrap}";

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '&':
                escaped += "&amp;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

std::string plain_error_page(http::Status status, std::string_view detail, std::string_view note) {
    const std::string number = std::to_string(http::to_number(status));
    const std::string title = escape_html(http::reason_phrase(status));
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>";
    page.append(number).append(" ").append(title).append("</title><style>").append(kStyle);
    page.append("</style></head><body><main><p class=\"number\">").append(number);
    page.append("</p><h1>").append(title).append("</h1>");
    if (!detail.empty()) page.append("<p>").append(escape_html(detail)).append("</p>");
    if (!note.empty()) page.append("<p class=\"note\">").append(escape_html(note)).append("</p>");
    return page += "</main></body></html>\n";
}

Response internal_error_page(const Request& request) {
    Response response(http::Status::InternalServerError);
    if (request.header(http::Field::Accept).find("text/html") == std::string_view::npos) {
        response.text(std::string(kTitle) + "\n\n" + std::string(kApology) + "\n");
    } else {
        response.html(plain_error_page(response.status(), kApology, ""));
    }
    response.mark_default_body();
    return response;
}

}  // namespace indrik::web
