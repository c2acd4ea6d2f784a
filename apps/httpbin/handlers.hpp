#pragma once
// The handlers of httpbin, by the file that holds them. Which path leads to which is in main.cpp.

#include <indrik/web.hpp>

namespace httpbin {

namespace web = indrik::web;
using indrik::Task;

// inspect.cpp: the request, told back as JSON
web::Response get(web::Request& request);
Task<web::Response> post(web::Request& request);
Task<web::Response> anything(web::Request& request);
Task<web::Response> echo(web::Request& request);
web::Response headers(web::Request& request);
web::Response ip(web::Request& request);
web::Response user_agent(web::Request& request);

// codings.cpp: the request, told back compressed
web::Response gzip(web::Request& request);
web::Response deflate(web::Request& request);
web::Response brotli(web::Request& request);
web::Response zstd(web::Request& request);

// auth.cpp
web::Response basic_auth(web::Request& request);
web::Response hidden_basic_auth(web::Request& request);
web::Response bearer(web::Request& request);

// digest_auth.cpp
Task<web::Response> digest_auth(web::Request& request);

// status.cpp: answers whose head is made to order
web::Response status(web::Request& request);
web::Response response_headers(web::Request& request);

// values.cpp: answers whose body is made to order
web::Response bytes(web::Request& request);
web::Response uuid(web::Request& request);
web::Response base64(web::Request& request);
web::Response first_links(web::Request& request);
web::Response links(web::Request& request);

// streaming.cpp: answers that take their time
Task<web::Response> delay(web::Request& request);
Task<web::Response> drip(web::Request& request);
Task<web::Response> stream(web::Request& request);
Task<web::Response> stream_bytes(web::Request& request);
Task<web::Response> early_hints(web::Request& request);
Task<web::Response> trailers(web::Request& request);

// ranges.cpp
Task<web::Response> range(web::Request& request);

// caching.cpp
web::Response cache(web::Request& request);
web::Response cache_control(web::Request& request);
web::Response etag(web::Request& request);

// redirects.cpp
web::Response redirect(web::Request& request);
web::Response relative_redirect(web::Request& request);
web::Response absolute_redirect(web::Request& request);
web::Response redirect_to(web::Request& request);

// cookies.cpp
web::Response cookies(web::Request& request);
web::Response set_cookies(web::Request& request);
web::Response set_cookie(web::Request& request);
web::Response delete_cookies(web::Request& request);

// documents.cpp: answers that never change
Task<web::Response> html(web::Request& request);
Task<web::Response> json(web::Request& request);
Task<web::Response> xml(web::Request& request);
Task<web::Response> utf8(web::Request& request);
Task<web::Response> robots(web::Request& request);
Task<web::Response> deny(web::Request& request);

// images.cpp
Task<web::Response> image(web::Request& request);
Task<web::Response> image_png(web::Request& request);
Task<web::Response> image_jpeg(web::Request& request);
Task<web::Response> image_svg(web::Request& request);
Task<web::Response> image_webp(web::Request& request);
/// The 406 that says which types there are.
web::Response only_images();

// pages.cpp: for people
web::Response front_page(web::Request& request);
web::Response form_page(web::Request& request);

// upload.cpp
web::Response upload_page(web::Request& request);
Task<web::Response> upload(web::Request& request);

// live.cpp: what stays open
Task<web::Response> websocket_echo(web::Request& request);
Task<web::Response> events(web::Request& request);

// cross_origin.cpp: scripts of every origin may call
Task<> allow_every_origin(web::Request& request, web::Response& response);
Task<web::Response> answer_options(web::Request& request, web::Next next);

}  // namespace httpbin
