#pragma once
// How long answers may be kept, and by whom (RFC 9111).
//
//   app.add_middleware(web::cache_control(web::CacheControl().private_only().max_age(1min)));
//   web::get("/logo", web::wrap(web::cache_control(web::CacheControl().shared().max_age(24h).immutable()), logo))

#include <chrono>
#include <string>
#include <string_view>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// The value of a Cache-Control field; every setter returns the object.
class CacheControl {
public:
    /// `public`: also by caches on the way, and also if the request was authenticated.
    CacheControl& shared() { return add("public"); }
    /// `private`: by the browser alone.
    CacheControl& private_only() { return add("private"); }
    CacheControl& no_store() { return add("no-store"); }
    /// May be kept, but is to be validated each time.
    CacheControl& no_cache() { return add("no-cache"); }
    CacheControl& no_transform() { return add("no-transform"); }
    CacheControl& must_revalidate() { return add("must-revalidate"); }
    CacheControl& immutable() { return add("immutable"); }
    CacheControl& max_age(std::chrono::seconds age) { return add("max-age", age); }
    CacheControl& shared_max_age(std::chrono::seconds age) { return add("s-maxage", age); }
    CacheControl& stale_while_revalidate(std::chrono::seconds age) {
        return add("stale-while-revalidate", age);
    }
    CacheControl& stale_if_error(std::chrono::seconds age) { return add("stale-if-error", age); }

    const std::string& text() const { return text_; }

private:
    CacheControl& add(std::string_view directive);
    CacheControl& add(std::string_view directive, std::chrono::seconds age);

    std::string text_;
};

/// A middleware that gives the field to successful answers, redirections and 304 that have none; streamed ones included.
/// Errors get none. Errors: std::invalid_argument if the rule says nothing.
Middleware cache_control(CacheControl rule);

}  // namespace indrik::web
