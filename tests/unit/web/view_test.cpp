#include "indrik/web/view.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indrik/core/strings.hpp"
#include "indrik/web/binding.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/asking.hpp"
#include "tests/unit/web/test_app.hpp"

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

struct Article {
    int id = 0;
    std::string title;
};
INDRIK_DESCRIBE(Article, id, title)

struct Page {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    int number = 1;
};
INDRIK_DESCRIBE(Page, number)

inline const AppKey<std::vector<Article>> kArticles{"articles"};

/// Takes and returns what handlers do.
class Articles : public View {
public:
    std::optional<Article> get(int id, State<kArticles> articles) const {
        for (const Article& article : *articles) {
            if (article.id == id) return article;
        }
        return std::nullopt;
    }
    Task<Article> put(int id, Json<Article> article, State<kArticles> articles) {
        co_await test::yield();
        seen_ = request().method_name();
        articles->push_back({id, article->title + " by " + seen_});
        co_return articles->back();
    }
    const std::string& post(const Query<Page>& page) noexcept {
        seen_ = "page " + std::to_string(page->number);
        return seen_;  // copied before the view goes
    }
    http::Status delete_(Request& other) {
        return &other == &request() ? http::Status::NoContent : http::Status::Conflict;
    }
    Task<http::Status> patch(Request& other) {
        co_await test::yield();
        co_return &other == &request() ? http::Status::Accepted : http::Status::Conflict;
    }

private:
    std::string seen_;
};

Application make_articles() {
    Application app = app_of(view<Articles>("/articles/{id:int}"));
    app.emplace(kArticles).push_back({1, "one"});
    return app;
}

TEST(View, MethodsTakeAndReturnWhatHandlersDo) {
    EXPECT_EQ(ask(make_articles(), "GET", "/articles/1"), R"(200 {"id":1,"title":"one"})");
    EXPECT_EQ(ask(make_articles(), "GET", "/articles/2"), "404 404: Not Found");
    EXPECT_EQ(ask(make_articles(), "POST", "/articles/1?number=3"), "200 page 3");
    EXPECT_EQ(ask(make_articles(), "DELETE", "/articles/1"), "204 ");
    EXPECT_EQ(ask(make_articles(), "PATCH", "/articles/1"), "202 ");
    test::ServerRun run(make_articles());
    EXPECT_EQ(test::summary(run.answers_to(post_request("/articles/2",
                                                        R"({"id":2,"title":"two"})",
                                                        "Content-Type: application/json\r\n")
                                               .replace(0, 4, "PUT"))),
              R"(200 {"id":2,"title":"two by PUT"})");
}

TEST(View, MistakesOfClientsAreAnsweredAsThoseOfHandlers) {
    EXPECT_THAT(ask(make_articles(), "POST", "/articles/1?number=x"), HasSubstr("422 "));
    EXPECT_THAT(ask(make_articles(), "PUT", "/articles/1"), HasSubstr("415 "));
}

class TakesTwo : public View {
public:
    std::string get(int, int) { return "two"; }
};

TEST(View, MethodsThatTakeOtherVariablesAreAnErrorAtOnce) {
    EXPECT_THAT(error_of([] { app_of(view<TakesTwo>("/p/{id}")); }),
                HasSubstr("route GET /p/{id} ("));
    EXPECT_THAT(error_of([] { app_of(view<TakesTwo>("/p/{id}")); }),
                HasSubstr("the handler takes 2 of the path's variables, but '/p/{id}' has 1"));
}

TEST(View, TakesNamesAndConditionsForAllItsMethods) {
    Application app = app_of(view<Project>("/p/{id:int}").name("project").header("X", "1"));
    EXPECT_EQ(app.url_for("project", "id", 3), "/p/3");
    EXPECT_EQ(ask(std::move(app), "POST", "/p/3"), "404 404: Not Found");
}

}  // namespace
}  // namespace indrik::web
