#pragma once
// All the middlewares that come with Indrik; framework/docs/middlewares.md shows each at work.

#include "indrik/web/compression.hpp"
#include "indrik/web/middlewares/allowed_hosts.hpp"
#include "indrik/web/middlewares/auth.hpp"
#include "indrik/web/middlewares/cache_control.hpp"
#include "indrik/web/middlewares/conditional_get.hpp"
#include "indrik/web/middlewares/cors.hpp"
#include "indrik/web/middlewares/csrf.hpp"
#include "indrik/web/middlewares/digest_auth.hpp"
#include "indrik/web/middlewares/error_pages.hpp"
#include "indrik/web/middlewares/limits.hpp"
#include "indrik/web/middlewares/normalize_path.hpp"
#include "indrik/web/middlewares/rate_limit.hpp"
#include "indrik/web/middlewares/request_ids.hpp"
#include "indrik/web/middlewares/security_headers.hpp"
#include "indrik/web/middlewares/wrap.hpp"
