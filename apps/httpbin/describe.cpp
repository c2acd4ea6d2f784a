#include "describe.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <indrik/core/strings.hpp>
#include <indrik/http/form.hpp>
#include <indrik/web/form_data.hpp>

#include "text.hpp"

namespace httpbin {

namespace json = indrik::json;

namespace {

/// What hosting platforms and proxies add to requests.
constexpr std::string_view kProxyFields[] = {
    "Connect-Time",
    "Total-Route-Time",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Forwarded-Protocol",
    "X-Forwarded-Ssl",
    "X-Heroku-Dynos-In-Use",
    "X-Heroku-Queue-Depth",
    "X-Heroku-Queue-Wait-Time",
    "X-Real-Ip",
    "X-Request-Id",
    "X-Request-Start",
    "X-Varnish",
};

bool is_of_proxy(std::string_view name) {
    return std::any_of(std::begin(kProxyFields), std::end(kProxyFields), [name](auto field) {
        return indrik::iequals(field, name);
    });
}

/// Names that came once with their value, names that came more often with the list of their values.
json::Object flatten(const indrik::http::QueryParameters& parameters) {
    json::Object result;
    for (const auto& [name, value] : parameters) {
        json::Value& slot = result[as_text(name)];
        if (slot.is_null()) {
            slot = as_text(value);
        } else if (slot.is_array()) {
            slot.as_array().emplace_back(as_text(value));
        } else {
            json::Array both;
            both.push_back(std::move(slot));
            both.emplace_back(as_text(value));
            slot = std::move(both);
        }
    }
    return result;
}

json::Value parsed_or_null(std::string_view body) {
    auto parsed = json::parse(body);
    return parsed ? std::move(*parsed) : json::Value(nullptr);
}

/// The files of a form by their names in it.
indrik::http::QueryParameters file_contents(const web::FormData& form) {
    indrik::http::QueryParameters contents;
    for (const web::FileField* const file : form.files()) {
        const std::string bytes = file->file.read_all();
        contents.append(file->name, as_text_or_data_url(bytes, file->content_type));
    }
    return contents;
}

}  // namespace

json::Object describe_headers(const web::Request& request) {
    const bool shows_proxies = request.query().contains("show_env");
    json::Object result;
    for (const auto& field : request.headers()) {
        if (!shows_proxies && is_of_proxy(field.name)) continue;
        json::Value& slot = result[title_case(field.name)];
        if (slot.is_null()) {
            slot = as_text(field.value);
        } else {
            slot = std::string(slot.as_string()) + "," + as_text(field.value);
        }
    }
    return result;
}

json::Object describe_head(const web::Request& request) {
    json::Object result;
    result["args"] = flatten(request.query());
    result["headers"] = describe_headers(request);
    result["origin"] = request.remote();
    result["url"] = as_text(request.url());
    return result;
}

indrik::Task<> describe_body(web::Request& request, json::Object& result) {
    result["data"] = "";
    result["files"] = json::Object();
    result["form"] = json::Object();
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

web::Response json_answer(const json::Object& object, int status) {
    return web::Response(status).json_text(json::serialize(object) + "\n");
}

}  // namespace httpbin
