// Applications within applications: beneath a prefix, for a host.

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/web/exceptions.hpp"
#include "indrik/web/static_files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;
using Notes = std::vector<std::string>;

const AppKey<std::string> kColour{"colour"};
const AppKey<std::string> kShape{"shape"};

/// Puts "text(...)" around the body of every response, those that were thrown included.
Task<Response> mark(std::string text, Request& request, Next next) {
    std::optional<Response> response;
    try {
        response = co_await next(request);
    } catch (HTTPException& error) {
        response = std::move(error.response());
    }
    std::string body = text + "(" + response->body() + ")";
    response->text(std::move(body));
    co_return std::move(*response);
}
Middleware marks(std::string text) {
    return [text](Request& request, Next next) { return mark(text, request, next); };
}

Application admin_app() {
    Application app;
    app.add_middleware(marks("admin"));
    app.add_routes({get("/", says("index")),
                    get("/users/{id:int}", says("user")).name("user"),
                    post("/login", says("login")).name("login")});
    return app;
}

Application site() {
    Application app;
    app.add_middleware(marks("site"));
    app.add_routes({get("/", says("home")).name("home"),
                    get("/admin/exact", says("exact")),
                    get("/{page}", says("page")).name("page"),
                    get("/admin/{a}/{b}/{c}", says("deep"))});
    return app;
}

Application whole_site() {
    Application app;
    app.add_middleware(marks("site"));
    app.add_routes({get("/", says("home")).name("home"),
                    get("/admin/exact", says("exact")),
                    get("/{page}/{rest:.*}", says("page"))});
    app.add_subapp("/admin/", admin_app(), "admin");
    return app;
}

TEST(Subapp, AnswersAtItsPrefixAndBeneath) {
    EXPECT_EQ(ask(whole_site(), "GET", "/"), "200 site(home)");
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/"), "200 site(admin(index))");
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/users/7"), "200 site(admin(user id=7))");
    EXPECT_EQ(ask(whole_site(), "GET", "/%61dmin/users/7"), "200 site(admin(user id=7))");
    EXPECT_EQ(ask(whole_site(), "GET", "/administration/x"),
              "200 site(page page=administration rest=x)");
}

TEST(Subapp, ItsOutcomesAreFinalAndPassThroughItsMiddlewares) {
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/nothing"), "404 site(admin(404: Not Found))");
    EXPECT_EQ(ask(whole_site(), "GET", "/admin"), "404 site(admin(404: Not Found))");
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/users/x"), "404 site(admin(404: Not Found))");
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/login"),
              "405 site(admin(405: Method Not Allowed (GET))) Allow: POST");
}

TEST(Subapp, LongerBeginningsOfTheParentComeFirst) {
    EXPECT_EQ(ask(whole_site(), "GET", "/admin/exact"), "200 site(exact)");
    Application app = site();
    app.add_subapp("/admin/users", admin_app());
    EXPECT_EQ(ask(std::move(app), "GET", "/admin/a/b/c"), "200 site(deep a=a b=b c=c)");
    Application other;
    other.add_route(get("/admin/users/{id}", says("parent")));
    other.add_subapp("/admin", admin_app());
    EXPECT_EQ(ask(std::move(other), "GET", "/admin/users/7"), "200 parent id=7");
}

TEST(Subapp, MayBeNested) {
    Application inner = admin_app();
    Application middle;
    middle.add_middleware(marks("middle"));
    middle.add_route(get("/m", says("m")));
    middle.add_subapp("/inner", std::move(inner), "inner");
    Application outer;
    outer.add_subapp("/a%20b", std::move(middle), "middle");
    EXPECT_EQ(outer.url_for("middle:inner:user", "id", 3), "/a%20b/inner/users/3");
    EXPECT_EQ(ask(std::move(outer), "GET", "/a%20b/inner/users/3"), "200 middle(admin(user id=3))");
}

TEST(Subapp, SharesTheMiddlewaresAroundIt) {
    Application app;
    app.add_middleware([count = 0](Request& request, Next next) mutable {
        return mark(std::to_string(++count), request, next);
    });
    app.add_route(get("/", says("home")));
    app.add_subapp("/admin", admin_app());
    test::ServerRun run(std::move(app));
    EXPECT_EQ(test::summary(run.answers_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                           "GET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n"
                                           "GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
              "200 1(home)|200 2(admin(index))|200 3(home)");
}

TEST(Subapp, HasNamesOfItsOwnAndFindsThoseAround) {
    Application app;
    app.add_route(get("/", says("")).name("home"));
    app.add_route(get("/l", says("")).name("login"));
    Application admin = admin_app();
    admin.add_route(get("/urls", [](Request& request) {
        return Response().text(request.url_for("user", "id", 1) + " " + request.url_for("login") +
                               " " + request.url_for("home").with_query("a", 1) + " " +
                               request.url_for("admin:login"));
    }));
    Application& child = app.add_subapp("/admin", std::move(admin), "admin");
    EXPECT_EQ(app.url_for("admin:login"), "/admin/login");
    EXPECT_EQ(app.url_for("login"), "/l");
    EXPECT_EQ(child.router().url_for("login", {}), "/admin/login");
    EXPECT_EQ(error_of([&] { app.url_for("user", "id", 1); }),
              "no route is named 'user'; it was asked for with 'id'");
    EXPECT_EQ(error_of([&] { app.url_for("admin:user"); }),
              "route 'admin:user': route pattern '/admin/users/{id:int}': no value was given for "
              "'id'");
    EXPECT_EQ(ask(std::move(app), "GET", "/admin/urls"),
              "200 admin(/admin/users/1 /admin/login /?a=1 /admin/login)");
}

TEST(Subapp, FindsWhatIsStoredAround) {
    Application app;
    app.set(kColour, std::string("red"));
    app.set(kShape, std::string("round"));
    Application child;
    child.set(kShape, std::string("square"));
    child.add_route(get("/", [](Request& request) {
        return Response().text(request.app().get(kColour) + " " + request.app().get(kShape));
    }));
    app.add_subapp("/child", std::move(child));
    Application moved = std::move(app);  // as a factory returns it
    EXPECT_EQ(ask(std::move(moved), "GET", "/child/"), "200 red square");
}

Task<> note(Notes& notes, std::string text) {
    notes.push_back(text);
    co_return;
}

TEST(Subapp, SignalsAreSentAtItsPlaceAmongThoseOfTheParent) {
    Notes notes;
    const auto add = [&notes](Application& app, const std::string& name) {
        app.on_startup().append([&, name](Application&) { return note(notes, name + " up"); });
        app.on_shutdown().append([&, name](Application&) { return note(notes, name + " down"); });
        app.on_cleanup().append([&, name](Application&) { return note(notes, name + " clean"); });
    };
    Application app;
    Application child;
    add(child, "child");
    add(app, "first");
    app.add_subapp("/child", std::move(child));
    add(app, "last");
    test::TestLoop loop;
    Application running = std::move(app);
    running.freeze();
    loop.run(running.startup());
    loop.run(running.shutdown());
    loop.run(running.cleanup());
    EXPECT_EQ(notes,
              (Notes{"first up",
                     "child up",
                     "last up",
                     "first down",
                     "child down",
                     "last down",
                     "first clean",
                     "child clean",
                     "last clean"}));
}

TEST(Subapp, ResponsesArePreparedByAllFromTheOutside) {
    const auto add = [](Application& app, const std::string& name) {
        app.on_response_prepare().append([name](Request&, Response& response) -> Task<> {
            const auto before = response.headers().get("Allow").value_or("");
            const std::string value = std::string(before) + name;
            response.header("Allow", value);
            co_return;
        });
    };
    const auto make = [&] {
        Application app;
        add(app, "1");
        app.add_route(get("/", says("root")));
        Application middle;  // prepares nothing itself
        Application inner;
        inner.add_route(get("/", says("inner")));
        add(inner, "2");
        middle.add_subapp("/inner", std::move(inner));
        app.add_subapp("/middle", std::move(middle));
        return app;
    };
    EXPECT_EQ(ask(make(), "GET", "/"), "200 root Allow: 1");
    EXPECT_EQ(ask(make(), "GET", "/middle/inner/"), "200 inner Allow: 12");
    EXPECT_EQ(ask(make(), "GET", "/middle/x"), "404 404: Not Found Allow: 1");
}

TEST(Subapp, IsFrozenButForItsStorage) {
    Application app;
    Application& child = app.add_subapp("/child", admin_app());
    EXPECT_THROW(child.add_route(get("/x", says(""))), std::logic_error);
    EXPECT_THROW(child.add_middleware(marks("x")), std::logic_error);
    EXPECT_THROW(child.on_startup().append([](Application&) -> Task<> { co_return; }),
                 std::logic_error);
    child.set(kColour, std::string("blue"));
    EXPECT_EQ(child.get(kColour), "blue");
    EXPECT_EQ(child.parent(), &app);
    app.freeze();
    EXPECT_THROW(app.add_subapp("/other", Application()), std::logic_error);
    EXPECT_THAT(error_of([&] { child.add_subapp("/other", Application()); }),
                HasSubstr("applications cannot be added once this one runs"));
    EXPECT_THROW(app.add_domain("x", Application()), std::logic_error);
}

TEST(Subapp, BadPrefixesAndConflictsAreErrorsThatNameBothPlaces) {
    for (const char* const prefix : {"", "/", "admin", "/{x}", "//"}) {
        Application app;
        EXPECT_THROW(app.add_subapp(prefix, Application()), std::invalid_argument) << prefix;
    }
    Application app;
    const int line = __LINE__;
    app.add_subapp("/admin", Application(), "admin");
    const auto add_again = [&] { app.add_subapp("/admin/", Application()); };
    EXPECT_THAT(error_of(add_again),
                AllOf(HasSubstr("the prefix '/admin' is given to two applications"),
                      HasSubstr(":" + std::to_string(line + 1)),
                      HasSubstr(":" + std::to_string(line + 2))));
    const RouteDefinition hidden = get("/admin/{x}", says(""));
    EXPECT_THAT(error_of([&] { app.add_route(hidden); }),
                AllOf(HasSubstr("route GET /admin/{x} (" + format_place(hidden.place()) +
                                ") is never reached"),
                      HasSubstr("subapp_test.cpp:" + std::to_string(line + 1))));
    EXPECT_THAT(error_of([&] { app.add_subapp("/other", Application(), "admin"); }),
                HasSubstr("the name 'admin' is given to two applications"));
}

TEST(Subapp, StaticFilesHaveTheirWholeAddress) {
    test::TemporaryFolder folder;
    folder.write("a.txt", "text");
    const auto make = [&] {
        Application child;
        child.add_routes({static_files("/s", folder.path()).name("s"), get("/url", [](Request& r) {
                              return Response().text(static_url(r, "s", "a.txt"));
                          })});
        Application app;
        app.add_subapp("/child", std::move(child));
        return app;
    };
    EXPECT_THAT(ask(make(), "GET", "/child/url"), HasSubstr("200 /child/s/a.txt?v="));
    EXPECT_EQ(ask(make(), "GET", "/child/s/a.txt"), "200 text");
}

Application hosts() {
    Application api;
    api.add_middleware(marks("api"));
    api.add_route(get("/", says("index")).name("index"));
    Application any;
    any.add_route(get("/", says("sub")));
    Application app = whole_site();
    app.add_domain("API.example.com", std::move(api), "api");
    app.add_domain("*.example.com", std::move(any));
    return app;
}

TEST(Domain, ComesBeforeAllPaths) {
    EXPECT_EQ(ask(hosts(), "GET", "/", "Host: api.example.com\r\n"), "200 site(api(index))");
    EXPECT_EQ(ask(hosts(), "GET", "/", "Host: Api.Example.com:8080\r\n"), "200 site(api(index))");
    EXPECT_EQ(ask(hosts(), "GET", "/", "Host: www.example.com\r\n"), "200 site(sub)");
    EXPECT_EQ(ask(hosts(), "GET", "/", "Host: example.com\r\n"), "200 site(home)");
    EXPECT_EQ(ask(hosts(), "GET", "/admin/", "Host: api.example.com\r\n"),
              "404 site(api(404: Not Found))");
    EXPECT_EQ(hosts().url_for("api:index"), "/");
}

TEST(Domain, HasItsConflictsAndMistakesToo) {
    Application app = hosts();
    EXPECT_THAT(error_of([&] { app.add_domain("api.EXAMPLE.com", Application()); }),
                AllOf(HasSubstr("the host 'api.example.com' is given to two applications"),
                      HasSubstr("subapp_test.cpp:")));
    EXPECT_THROW(app.add_domain("http://x", Application()), std::invalid_argument);
}

TEST(Domain, OfASubappIsBeneathItsPrefix) {
    Application inner;
    inner.add_route(get("/x", says("inner")));
    Application child;
    child.add_domain("api.example.com", std::move(inner));
    Application app;
    app.add_subapp("/child", std::move(child));
    EXPECT_EQ(ask(std::move(app), "GET", "/child/x", "Host: api.example.com\r\n"), "200 inner");
}

}  // namespace
}  // namespace indrik::web
