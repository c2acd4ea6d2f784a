#include "indrik/web/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/strings.hpp"
#include "tests/support/co_test.hpp"
#include "tests/unit/web/asking.hpp"

namespace indrik::web {
namespace {

using testing::HasSubstr;

class Project : public View {
public:
    Task<Response> get() {
        co_await test::yield();
        co_return Response().text("get " + number());
    }
    Response post() { return Response().text("post " + number()); }
    Response delete_() { return Response(204); }

private:
    // Neither a handler nor a reason to complain.
    void put() {}
    std::string number() const { return std::to_string(request().match_info().get<int>("id")); }
};

class Everything : public View {
public:
    Response get() { return Response().text("get"); }
    Response head() { return Response(202); }
    Response post() { return Response().text("post"); }
    Response put() { return Response().text("put"); }
    Response patch() { return Response().text("patch"); }
    Response delete_() { return Response().text("delete"); }
    Response options() { return Response().text("options"); }
};

class Derived : public Everything {
public:
    Response post() { return Response().text("derived"); }
};

Application app_of(RouteDefinition routes) {
    Application app;
    app.add_routes({std::move(routes)});
    return app;
}

TEST(View, AnswersTheMethodsThatItsClassHas) {
    const auto answer = [](std::string_view method, std::string_view path) {
        return ask(app_of(view<Project>("/projects/{id:int}")), method, path);
    };
    EXPECT_EQ(answer("GET", "/projects/7"), "200 get 7");
    EXPECT_EQ(answer("HEAD", "/projects/7"), "200 ");
    EXPECT_EQ(answer("POST", "/projects/7"), "200 post 7");
    EXPECT_EQ(answer("DELETE", "/projects/7"), "204 ");
    EXPECT_EQ(answer("PUT", "/projects/7"),
              "405 405: Method Not Allowed (PUT) Allow: DELETE,GET,HEAD,POST");
    EXPECT_EQ(answer("GET", "/projects/x"), "404 404: Not Found");
}

TEST(View, KnowsAllMethods) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        EXPECT_EQ(ask(app_of(view<Everything>("/")), method, "/"), "200 " + to_lower(method));
    }
    EXPECT_EQ(ask(app_of(view<Everything>("/")), "HEAD", "/"), "202 ");
}

TEST(View, InheritsAndReplacesMethods) {
    EXPECT_EQ(ask(app_of(view<Derived>("/")), "GET", "/"), "200 get");
    EXPECT_EQ(ask(app_of(view<Derived>("/")), "POST", "/"), "200 derived");
}

TEST(View, TakesNamesAndConditionsForAllItsMethods) {
    Application app = app_of(view<Project>("/p/{id:int}").name("project").header("X", "1"));
    EXPECT_EQ(app.url_for("project", "id", 3), "/p/3");
    EXPECT_EQ(ask(std::move(app), "POST", "/p/3"), "404 404: Not Found");
}

}  // namespace
}  // namespace indrik::web
