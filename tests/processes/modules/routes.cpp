// An application with routes of every kind, for `indrik routes`.
#include <stdexcept>

#include <indrik/web.hpp>

namespace web = indrik::web;

namespace {

web::Response answer(web::Request&) {
    return {};
}

class Things : public web::View {
public:
    web::Response get() { return {}; }
    web::Response delete_() { return {}; }
};

}  // namespace

web::Application make_app() {
    web::Application admin;
    admin.add_routes({web::get("/users/{id:int}", answer).name("user")});
    web::Application api;
    api.add_routes({web::route("*", "/", answer)});
    web::Application app;
    app.add_routes({
        web::get("/{rest:path}", answer),
        web::get("/", answer).name("home"),
        web::post("/upload", answer).content_type("image/*").header("X-Version", "2"),
        web::group("/v1", "v1.", {web::view<Things>("/things/{id:uuid}").name("thing")}),
    });
    app.add_subapp("/admin", std::move(admin), "admin");
    app.add_domain("api.example.com", std::move(api));
    return app;
}

web::Application make_empty() {
    return {};
}

web::Application make_conflict() {
    web::Application app;
    app.add_routes({
        web::get("/a", answer),
        web::get("/a", answer),
    });
    return app;
}

INDRIK_APPLICATION(make_app)
INDRIK_NAMED_APPLICATION(empty, make_empty)
INDRIK_NAMED_APPLICATION(conflict, make_conflict)
