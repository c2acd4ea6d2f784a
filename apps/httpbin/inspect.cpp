// The request, told back as JSON in httpbin's words: args, headers, form, data, json, files, origin, url.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include <indrik/core/sleep.hpp>
#include <indrik/http/form.hpp>
#include <indrik/json/value.hpp>

#include "handlers.hpp"
#include "text.hpp"

namespace httpbin {

namespace json_types = indrik::json;

namespace {

constexpr double kMaxDelaySeconds = 10;

web::Response answer(const json_types::Object& object) {
    return web::Response().json_text(json_types::serialize(object) + "\n");
}

/// Names that came once with their value, names that came more often with the list of their values.
json_types::Object flatten(const indrik::http::QueryParameters& parameters) {
    json_types::Object result;
    for (const auto& [name, value] : parameters) {
        json_types::Value& slot = result[as_text(name)];
        if (slot.is_null()) {
            slot = as_text(value);
        } else if (slot.is_array()) {
            slot.as_array().emplace_back(as_text(value));
        } else {
            json_types::Array both;
            both.push_back(std::move(slot));
            both.emplace_back(as_text(value));
            slot = std::move(both);
        }
    }
    return result;
}

json_types::Object header_object(const web::Request& request) {
    json_types::Object result;
    for (const auto& field : request.headers()) {
        json_types::Value& slot = result[title_case(field.name)];
        if (slot.is_null()) {
            slot = as_text(field.value);
        } else {
            slot = std::string(slot.as_string()) + "," + as_text(field.value);
        }
    }
    return result;
}

/// What can be said without the body.
json_types::Object describe_head(const web::Request& request) {
    json_types::Object result;
    result["args"] = flatten(request.query());
    result["headers"] = header_object(request);
    result["origin"] = request.remote();
    result["url"] = as_text(request.url());
    return result;
}

json_types::Value parsed_or_null(std::string_view body) {
    auto parsed = json_types::parse(body);
    return parsed ? std::move(*parsed) : json_types::Value(nullptr);
}

/// The files of a form by their names in it.
indrik::http::QueryParameters file_contents(const web::FormData& form) {
    indrik::http::QueryParameters contents;
    for (const web::FileField* const file : form.files()) {
        contents.append(file->name, as_text_or_data_url(file->file.read_all()));
    }
    return contents;
}

/// Adds what the body says. A form is in "form" and "files", any other body in "data", and in "json" too if it is JSON.
Task<> describe_body(web::Request& request, json_types::Object& result) {
    result["data"] = "";
    result["files"] = json_types::Object();
    result["form"] = json_types::Object();
    result["json"] = nullptr;
    const auto type = request.content_type();
    if (type == indrik::http::kFormMediaType || type == indrik::http::kMultipartFormMediaType) {
        const auto form = co_await request.post();
        result["form"] = flatten(form.texts());
        result["files"] = flatten(file_contents(form));
    } else {
        const auto body = co_await request.read();
        result["data"] = as_text_or_data_url(body);
        result["json"] = parsed_or_null(body);
    }
}

double delay_seconds(const web::Request& request) {
    const auto seconds = parse_number<double>(request.match_info("seconds"));
    if (!seconds || std::isnan(*seconds) || *seconds < 0) {
        throw web::HTTPBadRequest("the delay must be a number of seconds");
    }
    return std::min(*seconds, kMaxDelaySeconds);
}

}  // namespace

web::Response get(web::Request& request) {
    return answer(describe_head(request));
}

Task<web::Response> post(web::Request& request) {
    auto result = describe_head(request);
    co_await describe_body(request, result);
    co_return answer(result);
}

Task<web::Response> anything(web::Request& request) {
    auto result = describe_head(request);
    co_await describe_body(request, result);
    result["method"] = request.method_name();
    co_return answer(result);
}

Task<web::Response> delay(web::Request& request) {
    const std::chrono::duration<double> pause(delay_seconds(request));
    auto result = describe_head(request);
    co_await describe_body(request, result);
    result.erase("json");
    co_await indrik::sleep_for(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(pause));
    co_return answer(result);
}

Task<web::Response> echo(web::Request& request) {
    const auto body = co_await request.read();
    const auto type = request.header("Content-Type");
    co_return web::Response().body(std::string(body),
                                   type.empty() ? "application/octet-stream" : type);
}

web::Response headers(web::Request& request) {
    json_types::Object result;
    result["headers"] = header_object(request);
    return answer(result);
}

web::Response ip(web::Request& request) {
    json_types::Object result;
    result["origin"] = request.remote();
    return answer(result);
}

web::Response user_agent(web::Request& request) {
    json_types::Object result;
    if (request.headers().contains("User-Agent")) {
        result["user-agent"] = as_text(request.header("User-Agent"));
    } else {
        result["user-agent"] = nullptr;
    }
    return answer(result);
}

}  // namespace httpbin
