#pragma once
// The middleware csrf() with its secret in the session instead of in a cookie of its own.
//
//   sessions::setup(app, storage);
//   app.add_middleware(sessions::csrf());
//   ...
//   const sessions::Session session = co_await sessions::get(request);      // csrf_field() needs it at hand
//   ... "<form method=post>" + web::csrf_field(request) + ...
//
// Tokens end with the session, and when it is rotated. Checking a request loads its session; others are not touched.

#include <string_view>

#include "indrik/web/middlewares/csrf.hpp"

namespace indrik::sessions {

/// Under what name the session holds the secret.
inline constexpr std::string_view kCSRFSecretName = "_csrf";

/// A middleware; beneath it, web::csrf_token() and web::csrf_field() throw std::logic_error before sessions::get() was awaited.
web::Middleware csrf(web::CSRF options = {});

}  // namespace indrik::sessions
