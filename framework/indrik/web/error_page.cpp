#include "indrik/web/error_page.hpp"

#include <string>

namespace indrik::web {
namespace {

constexpr std::string_view kTitle = "500 Internal Server Error";
constexpr std::string_view kApology = "Server got itself in trouble";

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

Response internal_error_page(const Request& request, std::string_view details) {
    Response response(http::Status::InternalServerError);
    if (request.header(http::Field::Accept).find("text/html") == std::string_view::npos) {
        std::string text = std::string(kTitle) + "\n\n" + std::string(kApology) + "\n";
        if (!details.empty()) text += "\n" + std::string(details) + "\n";
        return std::move(response).text(std::move(text));
    }
    std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>";
    page += kTitle;
    page +=
        "</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:40rem;"
        "padding:0 1rem;color:#222}pre{background:#f4f4f4;padding:1rem;overflow:auto;"
        "white-space:pre-wrap}</style></head><body><h1>";
    page += kTitle;
    page += "</h1><p>";
    page += kApology;
    page += ".</p>";
    if (!details.empty()) page += "<pre>" + escape_html(details) + "</pre>";
    page += "</body></html>\n";
    return std::move(response).html(std::move(page));
}

}  // namespace indrik::web
