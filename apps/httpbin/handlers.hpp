#pragma once
// The handlers of httpbin, by the file that holds them. Which path leads to which is in main.cpp.

#include <random>

#include <indrik/web.hpp>

namespace httpbin {

namespace web = indrik::web;
using indrik::Task;

/// The worker's source of chance, for /status with a choice and /bytes without a seed.
inline const web::AppKey<std::mt19937_64> kRandom{"random"};

// front_page.cpp
web::Response front_page(web::Request& request);

// inspect.cpp: the request, told back as JSON
web::Response get(web::Request& request);
Task<web::Response> post(web::Request& request);
Task<web::Response> anything(web::Request& request);
Task<web::Response> delay(web::Request& request);
Task<web::Response> echo(web::Request& request);
web::Response headers(web::Request& request);
web::Response ip(web::Request& request);
web::Response user_agent(web::Request& request);

// dynamic.cpp: answers made to order
web::Response status(web::Request& request);
web::Response bytes(web::Request& request);

// redirects.cpp
web::Response redirect(web::Request& request);
web::Response relative_redirect(web::Request& request);
web::Response absolute_redirect(web::Request& request);

// cookies.cpp
web::Response cookies(web::Request& request);
web::Response set_cookies(web::Request& request);
web::Response set_cookie(web::Request& request);
web::Response delete_cookies(web::Request& request);

// documents.cpp: answers that never change
web::Response json(web::Request& request);
web::Response html(web::Request& request);

}  // namespace httpbin
