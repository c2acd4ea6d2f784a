// An application that remembers every request with its body: GET /journal, as JSON, tells what has come since it was last asked.

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "indrik/core/encoding.hpp"
#include "indrik/web.hpp"

namespace web = indrik::web;
namespace json = boost::json;
using indrik::Task;

namespace {

const web::AppKey<json::array> kSeen("requests seen");

/// Bytes as Latin-1 characters.
json::string text_of(std::string_view bytes) {
    return json::string(indrik::latin1_to_utf8(bytes));
}

json::array list_of(const indrik::http::Headers& fields) {
    json::array list;
    for (const auto field : fields) {
        json::array pair;
        pair.emplace_back(text_of(field.name));
        pair.emplace_back(text_of(field.value));
        list.emplace_back(std::move(pair));
    }
    return list;
}

Task<web::Response> remember(web::Request& request, web::Next next) {
    if (request.target() == "/journal") co_return co_await next(request);
    const std::string_view body = co_await request.read();
    json::object seen;
    seen["method"] = text_of(request.method_name());
    seen["target"] = text_of(request.target());
    seen["version"] = request.version() == indrik::http::Version::Http10 ? "1.0" : "1.1";
    seen["fields"] = list_of(request.headers());
    seen["body"] = text_of(body);
    seen["trailers"] = list_of(request.trailers());
    request.app().get(kSeen).emplace_back(std::move(seen));
    co_return web::Response().text("seen");
}

web::Application make_app() {
    web::Application app;
    app.emplace(kSeen);
    app.add_middleware(remember);
    app.add_routes({web::get("/journal", [](web::Request& request) {
        json::array& seen = request.app().get(kSeen);
        web::Response response = web::Response().json(seen);
        seen.clear();
        return response;
    })});
    return app;
}

}  // namespace

INDRIK_APPLICATION(make_app)
