// httpbin on Indrik: a service that tells clients what they have sent, and answers as they ask for.

#include <random>
#include <string_view>

#include "handlers.hpp"
#include "pages.hpp"
#include "random.hpp"

namespace web = indrik::web;

namespace {

constexpr std::string_view kEveryMethod[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"};

/// One handler for all methods. That of GET answers HEAD as well.
void add_for_every_method(web::Application& app,
                          std::string_view path,
                          const web::Handler& handler) {
    for (const std::string_view method : kEveryMethod) {
        app.add_route(web::route(method, path, handler));
    }
}

void add_inspection(web::Application& app) {
    using namespace httpbin;
    app.add_routes({
        web::get("/get", get).name("get"),
        web::post("/post", post),
        web::put("/put", post),
        web::patch("/patch", post),
        web::del("/delete", post),
        web::post("/echo", echo),
        web::get("/headers", headers),
        web::get("/ip", ip),
        web::get("/user-agent", user_agent),
        web::get("/gzip", gzip),
        web::get("/deflate", deflate),
        web::get("/brotli", brotli),
        web::get("/zstd", zstd),
    });
    add_for_every_method(app, "/anything", anything);
    add_for_every_method(app, "/anything/{rest:.*}", anything);
}

void add_access_and_caching(web::Application& app) {
    using namespace httpbin;
    app.add_routes({
        web::get("/basic-auth/{user}/{password}", basic_auth),
        web::get("/hidden-basic-auth/{user}/{password}", hidden_basic_auth),
        web::get("/bearer", bearer),
        web::get("/digest-auth/{qop}/{user}/{password}", digest_auth),
        web::get("/digest-auth/{qop}/{user}/{password}/{algorithm}", digest_auth),
        web::get("/digest-auth/{qop}/{user}/{password}/{algorithm}/{stale_after}", digest_auth),
        web::get("/cache", cache),
        web::get(R"(/cache/{seconds:\d+})", cache_control),
        web::get("/etag/{etag}", etag),
        web::get("/cookies", cookies).name("cookies"),
        web::get("/cookies/set", set_cookies),
        web::get("/cookies/set/{name}/{value}", set_cookie),
        web::get("/cookies/delete", delete_cookies),
        web::get(R"(/redirect/{n:\d+})", redirect),
        web::get(R"(/relative-redirect/{n:\d+})", relative_redirect).name("relative-redirect"),
        web::get(R"(/absolute-redirect/{n:\d+})", absolute_redirect).name("absolute-redirect"),
    });
    add_for_every_method(app, "/redirect-to", redirect_to);
}

/// What waits is cancelled when its client goes away.
void add_answers_to_order(web::Application& app) {
    using namespace httpbin;
    app.add_routes({
        web::get(R"(/bytes/{n:\d+})", bytes),
        web::get("/uuid", uuid),
        web::get("/base64/{value}", base64),
        web::get("/ws/echo", websocket_echo),
        web::get("/sse", events),
        web::get(R"(/links/{n:\d+})", first_links),
        web::get(R"(/links/{n:\d+}/{offset:\d+})", links).name("links"),
        web::get("/response-headers", response_headers),
        web::post("/response-headers", response_headers),
        web::get("/drip", drip).cancel_on_disconnect(),
        web::get(R"(/stream/{n:\d+})", stream),
        web::get(R"(/stream-bytes/{n:\d+})", stream_bytes),
        web::get(R"(/range/{n:\d+})", range).cancel_on_disconnect(),
        web::get("/early-hints", early_hints),
        web::get("/trailers", trailers),
    });
    add_for_every_method(app, "/status/{codes}", status);
    add_for_every_method(app, "/delay/{seconds}", web::cancel_on_disconnect(delay));
}

void add_documents(web::Application& app) {
    using namespace httpbin;
    app.add_routes({
        web::get("/", front_page),
        web::get("/html", html),
        web::get("/json", json),
        web::get("/xml", xml),
        web::get("/encoding/utf8", utf8),
        web::get("/robots.txt", robots),
        web::get("/deny", deny),
        web::get("/image", image),
        web::get("/image/png", image_png),
        web::get("/image/jpeg", image_jpeg),
        web::get("/image/svg", image_svg),
        web::get("/image/webp", image_webp),
        web::get("/forms/post", form_page),
        web::get("/upload", upload_page),
        web::post("/upload", upload),
        web::static_files("/static", app.get(kShare) / "static").name("static").show_index(true),
    });
}

}  // namespace

web::Application make_app() {
    web::Application app;
    app.emplace(httpbin::kRandom, std::random_device{}());
    httpbin::open_share(app);
    app.add_middleware(httpbin::answer_options);
    app.on_response_prepare().append(httpbin::allow_every_origin);
    add_inspection(app);
    add_access_and_caching(app);
    add_answers_to_order(app);
    add_documents(app);
    return app;
}
INDRIK_APPLICATION(make_app)
