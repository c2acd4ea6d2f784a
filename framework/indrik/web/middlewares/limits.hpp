#pragma once
// Limits of one request: how long its handler may take, and how much it may be sent.
//
//   app.add_middleware(web::request_timeout(30s));
//   app.add_route(web::put("/films/{id}", web::wrap(web::body_limit(2'000'000'000), store_film)));

#include <chrono>
#include <cstdint>

#include "indrik/web/handler.hpp"

namespace indrik::web {

/// A middleware that cancels what takes longer, logs it and answers 504. If a streamed response has begun, its connection is
/// closed. Errors: std::invalid_argument unless the duration is positive.
Middleware request_timeout(std::chrono::milliseconds duration);

/// A middleware with another limit for bodies than the server's, higher or lower: a longer one is 413, at once if its length was
/// announced. It counts for Request::read() and what is built on it; who takes content() to pieces counts himself.
Middleware body_limit(std::uint64_t bytes);

}  // namespace indrik::web
