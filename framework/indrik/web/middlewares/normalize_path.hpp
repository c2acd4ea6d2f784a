#pragma once
// Redirects to the path that was probably meant: "/news" to "/news/", or "//news" to "/news".
//
//   app.add_middleware(web::normalize_path(web::NormalizePath().append_slash(true)));

#include <string>
#include <vector>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// As aiohttp's normalize_path_middleware, with its defaults; every setter returns the object.
class NormalizePath {
public:
    /// "/a" to "/a/", if there is a route for it. On by default.
    NormalizePath& append_slash(bool on) { return append_slash_ = on, *this; }
    /// "/a/" to "/a", if there is a route for it. Off by default; not together with append_slash.
    NormalizePath& remove_slash(bool on) { return remove_slash_ = on, *this; }
    /// "/a//b" to "/a/b", if there is a route for it. On by default.
    NormalizePath& merge_slashes(bool on) { return merge_slashes_ = on, *this; }
    /// A redirection's. The default is 308, which keeps method and body.
    NormalizePath& status(int status) { return status_ = status, *this; }

    bool appends_slash() const { return append_slash_; }
    bool removes_slash() const { return remove_slash_; }
    int status() const { return status_; }
    /// The other paths to try, as sent, in order. None leads to another host, however a browser may read it.
    std::vector<std::string> candidates(std::string_view path) const;

private:
    bool append_slash_ = true;
    bool remove_slash_ = false;
    bool merge_slashes_ = true;
    int status_ = 308;
};

/// A middleware that looks for another path when none of the application's routes takes the request, and redirects there; the
/// query is kept. Errors: std::invalid_argument if slashes are to be both appended and removed, or for a status that is none of
/// 301, 302, 303, 307 and 308.
Middleware normalize_path(NormalizePath options = {});

}  // namespace indrik::web
