#pragma once
// A request in httpbin's words: args, headers, form, data, json, files, origin, url.

#include <indrik/core/task.hpp>
#include <indrik/json/value.hpp>
#include <indrik/web/request.hpp>
#include <indrik/web/response.hpp>

namespace httpbin {

namespace web = indrik::web;

/// The fields under their usual spelling; without those that proxies add, unless the query has show_env.
indrik::json::Object describe_headers(const web::Request& request);

/// What can be said without the body: args, headers, origin, url.
indrik::json::Object describe_head(const web::Request& request);

/// Adds what the body says. A form is in "form" and "files", any other body in "data", and in "json" too if it is JSON.
/// Lifetime: `result` outlives the await.
indrik::Task<> describe_body(web::Request& request, indrik::json::Object& result);

/// The object as an answer, with a line feed behind it.
web::Response json_answer(const indrik::json::Object& object, int status = 200);

}  // namespace httpbin
