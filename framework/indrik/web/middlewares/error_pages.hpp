#pragma once
// Errors in the form that the client reads: a page for browsers, a problem document (RFC 9457) for programs.
//
//   app.add_middleware(web::error_pages());
//   app.add_middleware(web::error_pages(web::ErrorPages().page(404, [&](web::Request&, const web::ErrorPage& page) {
//       return templates.render("not_found.html", page.detail);
//   })));

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// What a page is to say. Lifetime: the call's.
struct ErrorPage {
    http::Status status;
    std::string_view title;       // "Not Found"
    std::string_view detail;      // what the exception said besides; often ""
    std::string_view request_id;  // of request_ids(); or ""
};

/// Every setter returns the object.
class ErrorPages {
public:
    /// Returns HTML.
    using Page = std::function<std::string(Request&, const ErrorPage&)>;

    /// For one status.
    ErrorPages& page(int status, Page page) { return pages_[status] = std::move(page), *this; }
    /// For all that have none of their own.
    ErrorPages& any_page(Page page) { return any_page_ = std::move(page), *this; }

    std::string html(Request& request, const ErrorPage& page) const;

private:
    std::map<int, Page> pages_;
    Page any_page_;
};

/// A middleware that gives such a body to all errors (400 to 599) that have none of their own: what exceptions say, what the server
/// itself says (404, 405, 413, 500, ...), and responses without a body. Status and fields stay as they are. JSON goes to those who
/// like it best or like all the same, HTML to browsers, and plain text to who asks for it. What a handler wrote itself is left
/// alone, and so is the page of the debug mode.
Middleware error_pages(ErrorPages options = {});

}  // namespace indrik::web
