// Answers that never change: files of share/documents.

#include <string>

#include "handlers.hpp"
#include "pages.hpp"

namespace httpbin {

namespace {

Task<web::Response> send_document(web::Request& request, std::string name, std::string type) {
    web::FileResponse file(request.app().get(kShare) / "documents" / name);
    file.content_type(type);
    co_return co_await file.send(request);
}

}  // namespace

Task<web::Response> html(web::Request& request) {
    return send_document(request, "story.html", "text/html; charset=utf-8");
}

Task<web::Response> json(web::Request& request) {
    return send_document(request, "slides.json", "application/json");
}

Task<web::Response> xml(web::Request& request) {
    return send_document(request, "slides.xml", "application/xml");
}

Task<web::Response> utf8(web::Request& request) {
    return send_document(request, "utf8.html", "text/html; charset=utf-8");
}

Task<web::Response> robots(web::Request& request) {
    return send_document(request, "robots.txt", "text/plain");
}

Task<web::Response> deny(web::Request& request) {
    return send_document(request, "deny.txt", "text/plain");
}

}  // namespace httpbin
