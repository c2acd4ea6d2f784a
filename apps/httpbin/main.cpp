// httpbin on Indrik: a service that tells clients what they have sent, and answers as they ask for.

#include "handlers.hpp"

namespace web = indrik::web;

namespace {

/// One handler for the methods that carry data, and GET.
void add_for_common_methods(web::Application& app,
                            std::string_view path,
                            const web::Handler& handler) {
    for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        app.add_route(web::route(method, path, handler));
    }
}

}  // namespace

web::Application make_app() {
    using namespace httpbin;
    web::Application app;
    app.emplace(kRandom, std::random_device{}());
    app.add_routes({
        web::get("/", front_page),
        web::get("/get", get).name("get"),
        web::post("/post", post),
        web::put("/put", post),
        web::patch("/patch", post),
        web::del("/delete", post),
        web::route("*", "/anything", anything),
        web::route("*", "/anything/{rest:.*}", anything),
        web::get("/headers", headers),
        web::get("/ip", ip),
        web::get("/user-agent", user_agent),
        web::get(R"(/bytes/{n:\d+})", bytes),
        web::get("/cookies", cookies).name("cookies"),
        web::get("/cookies/set", set_cookies),
        web::get("/cookies/set/{name}/{value}", set_cookie),
        web::get("/cookies/delete", delete_cookies),
        web::get(R"(/redirect/{n:\d+})", redirect),
        web::get(R"(/relative-redirect/{n:\d+})", relative_redirect).name("relative-redirect"),
        web::get(R"(/absolute-redirect/{n:\d+})", absolute_redirect).name("absolute-redirect"),
        web::get("/json", json),
        web::get("/html", html),
        web::post("/echo", echo),
    });
    add_for_common_methods(app, "/status/{codes}", status);
    add_for_common_methods(app, "/delay/{seconds}", delay);
    return app;
}
INDRIK_APPLICATION(make_app)
