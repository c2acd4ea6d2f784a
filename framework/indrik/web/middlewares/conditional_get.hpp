#pragma once
// Spares clients what they have already: an ETag made of the body, and 304 when it is still the same.
//
//   app.add_middleware(web::conditional_get());
//
// The answer is made all the same; it is the way that gets shorter. Stands inside compression(), or around it.

#include <cstddef>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// A middleware for GET and HEAD answered by 200 with a body that is not streamed. An ETag or Last-Modified that the handler set
/// is used as it is. Not for `Cache-Control: no-store`, nor for bodies larger than `max_bytes`: digests take their time.
Middleware conditional_get(std::size_t max_bytes = 4 * 1024 * 1024);

}  // namespace indrik::web
