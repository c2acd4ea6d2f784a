#include "supervisor/worker/web_worker_reload.hpp"

#include <string_view>
#include <utility>

#include "indrik/templates/setup.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"
#include "indrik/web/static_files.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kPageBegin =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<meta http-equiv=\"refresh\" content=\"1\"><title>The new build does not work</title><style>"
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#1b1f24}"
    "header{background:#9a1b1b;color:#fff;padding:1.2rem 2rem}h1{margin:0;font-size:1.4rem}"
    "p{margin:.4rem 0 0}pre{margin:0;padding:1.2rem 2rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere;font:14px/1.5 ui-monospace,monospace}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#e3e6ea}}"
    "</style></head><body><header><h1>The new build does not work</h1>"
    "<p>The old one still serves. This page shows what is wrong until it is mended, and then "
    "makes way by itself.</p></header><pre>";
constexpr std::string_view kPageEnd = "</pre></body></html>\n";

std::string escaped(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        switch (byte) {
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '&':
                result += "&amp;";
                break;
            default:
                result += byte;
        }
    }
    return result;
}

bool wants_page(const web::Request& request) {
    const std::string_view accept = request.header(http::Field::Accept);
    return request.method_name() == "GET" && accept.find("text/html") != std::string_view::npos;
}

Task<web::Response> notice_page(std::string text) {
    web::Response response(http::Status::InternalServerError);
    response.header(http::Field::CacheControl, "no-store");
    std::string page(kPageBegin);
    page += escaped(text);
    page += kPageEnd;
    response.html(std::move(page));
    co_return response;
}

}  // namespace

std::vector<std::string> watched_folders(const web::Application& application) {
    std::vector<std::string> folders = templates::template_folders(application);
    for (const auto& folder : web::static_folders(application)) folders.push_back(folder.string());
    return folders;
}

void show_reload_notice(web::Application& application, const ReloadNotice& notice) {
    application.add_middleware([&notice](web::Request& request, web::Next next) {
        if (notice.is_set() && wants_page(request)) return notice_page(notice.text());
        return next(request);
    });
}

}  // namespace indrik::supervisor
