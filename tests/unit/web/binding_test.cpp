// Handlers as plain functions: what they take, and what becomes of what they return.

#include "indrik/web/binding.hpp"

#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "indrik/web/middlewares/wrap.hpp"
#include "tests/support/server_run.hpp"
#include "tests/unit/web/test_app.hpp"

namespace indrik::web {
namespace {

using test::summary;

struct Tag {
    std::string name;
    int weight = 1;
};
INDRIK_DESCRIBE(Tag, name, weight)

struct Project {
    int id = 0;
    std::string title;
    std::optional<std::string> note;
    std::vector<Tag> tags;
};
INDRIK_DESCRIBE(Project, id, title, note, tags)

enum class Order { name, date };
INDRIK_DESCRIBE_ENUM(Order, name, date)

struct Filter {
    static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
    std::string q = "a text that is too long for the small buffer of std::string";
    int page = 1;
    std::vector<Order> order;
};
INDRIK_DESCRIBE(Filter, q, page, order)

struct Database {
    std::vector<std::string> titles{"first title, long enough to be on the heap", "second"};
};
inline const AppKey<Database> kDatabase{"database"};
inline const AppKey<int> kMissing{"missing"};

constexpr std::string_view kLong = "a title that is too long for the small buffer of std::string";

template <class... Handlers>
Application app_of(Handlers... handlers) {
    Application app;
    app.emplace(kDatabase);
    int number = 0;
    (app.add_route(get("/" + std::to_string(++number), handlers)), ...);
    return app;
}

std::string answer(Application app, std::string_view requests) {
    test::ServerRun run(std::move(app));
    return summary(run.answers_to(requests));
}

/// The body of the only response.
std::string body_of(Application app, std::string_view request) {
    test::ServerRun run(std::move(app));
    const auto responses = test::parse_responses(run.answers_to(request));
    return responses.size() == 1 ? responses[0].body : "no single response";
}

std::string posted(std::string_view target, std::string_view body, std::string_view type) {
    return post_request(target, body, "Content-Type: " + std::string(type) + "\r\n");
}
std::string posted_json(std::string_view target, std::string_view body) {
    return posted(target, body, "application/json");
}

// ---- results

TEST(Binding, TurnsResultsIntoResponses) {
    Application app = app_of([] { return "literal"; },
                             [] { return std::string(kLong); },
                             [](Request& request) { return request.target(); },
                             [] { return http::Status::NoContent; },
                             [] {
                                 return Project{1, "a", {}, {{"t", 2}}};
                             },
                             [] {
                                 return std::vector<Tag>{{"t", 2}};
                             },
                             [] {
                                 return std::map<std::string, int>{{"a", 1}};
                             },
                             [] {
                                 return json::Value{{"a", nullptr}};
                             },
                             [] { return Response(201).text("response"); });
    EXPECT_EQ(
        answer(std::move(app),
               get_request("/1") + get_request("/2") + get_request("/3") + get_request("/4") +
                   get_request("/5") + get_request("/6") + get_request("/7") + get_request("/8") +
                   get_request("/9")),
        "200 literal|200 " + std::string(kLong) +
            R"(|200 /3|204 |200 {"id":1,"title":"a","note":null,"tags":[{"name":"t","weight":2}]})"
            R"(|200 [{"name":"t","weight":2}]|200 {"a":1}|200 {"a":null}|201 response)");
}

TEST(Binding, CopiesWhatAReferenceReturns) {
    static const Tag kept{"kept", 1};
    Application app = app_of([]() -> const Tag& { return kept; });
    EXPECT_EQ(answer(std::move(app), get_request("/1") + get_request("/1")),
              R"(200 {"name":"kept","weight":1}|200 {"name":"kept","weight":1})");
}

TEST(Binding, TurnsResultsOfTasksIntoResponses) {
    Application app = app_of(
        []() -> Task<std::string> {
            co_await test::yield();
            co_return std::string(kLong);
        },
        []() -> Task<Project> {
            co_await test::yield();
            Project project{1, std::string(kLong), std::string(kLong), {}};
            co_return project;
        },
        []() -> Task<http::Status> { co_return http::Status::Accepted; },
        []() -> Task<std::optional<Tag>> { co_return std::nullopt; });
    EXPECT_EQ(answer(std::move(app),
                     get_request("/1") + get_request("/2") + get_request("/3") + get_request("/4")),
              "200 " + std::string(kLong) + R"(|200 {"id":1,"title":")" + std::string(kLong) +
                  R"(","note":")" + std::string(kLong) + R"(","tags":[]}|202 |404 404: Not Found)");
}

TEST(Binding, AnEmptyOptionalIsNotFound) {
    Application app = app_of([](Request& request) -> std::optional<Tag> {
        if (request.query().contains("none")) return std::nullopt;
        return Tag{"a", 1};
    });
    EXPECT_EQ(answer(std::move(app), get_request("/1") + get_request("/1?none")),
              R"(200 {"name":"a","weight":1}|404 404: Not Found)");
}

TEST(Binding, AVariantIsWhatItsAlternativeWouldBe) {
    using Outcome = std::variant<Tag, http::Status, std::string>;
    Application app = app_of(
        [] {
            return Outcome(Tag{"a", 1});
        },
        [] { return Outcome(http::Status::Gone); },
        []() -> Task<Outcome> { co_return Outcome("text"); });
    EXPECT_EQ(answer(std::move(app), get_request("/1") + get_request("/2") + get_request("/3")),
              R"(200 {"name":"a","weight":1}|410 |200 text)");
}

TEST(Binding, SaysWhatTheContentIs) {
    test::ServerRun run(app_of([] { return Tag(); }, [] { return "a"; }));
    const auto responses =
        test::parse_responses(run.answers_to(get_request("/1") + get_request("/2")));
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_THAT(responses[0].head, testing::HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(responses[1].head,
                testing::HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
}

// ---- the path

std::string show(int id, std::string_view name, bool flag) {
    return std::to_string(id) + ' ' + std::string(name) + (flag ? " yes" : " no");
}

TEST(Binding, GivesTheVariablesOfThePath) {
    Application app;
    app.add_routes({
        get("/show/{id}/{name}/{flag}", show),
        get("/coroutine/{id}/{name}",
            [](std::string name, Request& request, UUID id) -> Task<std::string> {
                co_await test::yield();
                std::string text = id.to_string() + ' ' + name + ' ';
                text += request.match_info("name");
                co_return text;
            }),
        get("/order/{order}/{at}",
            [](Order order, const std::chrono::sys_seconds& at) {
                return std::to_string(static_cast<int>(order)) + json::format_time(at);
            }),
    });
    EXPECT_EQ(
        answer(std::move(app),
               get_request("/show/-7/caf%C3%A9%2Fx/true") +
                   get_request("/coroutine/"
                               "a%20name%20that%20is%20too%20long%20for%20the%20small%20buffer/"
                               "F81D4FAE-7dec-11d0-a765-00a0c91e6bf6") +
                   get_request("/order/date/1994-11-06T08:49:37Z")),
        "200 -7 caf\xc3\xa9/x yes|200 f81d4fae-7dec-11d0-a765-00a0c91e6bf6 a name that is too long "
        "for the small buffer F81D4FAE-7dec-11d0-a765-00a0c91e6bf6|200 11994-11-06T08:49:37Z");
}

TEST(Binding, APathThatDoesNotConvertIsNotFound) {
    Application app;
    app.add_routes({
        get("/int/{id}", [](int id) { return std::to_string(id); }),
        get("/unsigned/{id}", [](std::uint8_t id) { return std::to_string(id); }),
        get("/uuid/{id}", [](UUID id) -> Task<std::string> { co_return id.to_string(); }),
    });
    test::ServerRun run(std::move(app));
    for (const std::string path : {"/int/2147483648",
                                   "/int/1x",
                                   "/int/+1",
                                   "/int/%201",
                                   "/int/1.0",
                                   "/unsigned/256",
                                   "/unsigned/-1",
                                   "/uuid/f81d4fae"}) {
        EXPECT_EQ(summary(run.answers_to(get_request(path))), "404 404: Not Found") << path;
    }
    EXPECT_EQ(
        summary(run.answers_to(get_request("/int/-2147483648") + get_request("/unsigned/255"))),
        "200 -2147483648|200 255");
    EXPECT_EQ(run.log(), "");
}

std::string error_of_adding(RouteDefinition route) {
    Application app;
    try {
        app.add_route(route);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "no error";
}

TEST(Binding, TooFewOrTooManyVariablesAreAnErrorThatNamesTheRouteAndItsPlace) {
    const auto line = std::to_string(__LINE__ + 1);
    const std::string error = error_of_adding(get("/a/{x}", [](int, int) { return "two"; }));
    EXPECT_THAT(error, testing::StartsWith("route GET /a/{x} ("));
    EXPECT_THAT(
        error,
        testing::EndsWith("binding_test.cpp:" + line +
                          "): the handler takes 2 of the path's variables, but '/a/{x}' has 1"));
    EXPECT_THAT(error_of_adding(get("/{a}/{b}", [](int) { return "one"; })),
                testing::HasSubstr("takes 1 of the path's variables, but '/{a}/{b}' has 2"));
    EXPECT_THAT(error_of_adding(get("/", [](std::string) { return "one"; })),
                testing::HasSubstr("takes 1 of the path's variables, but '/' has 0"));
    EXPECT_EQ(error_of_adding(get("/{a}/{b}", [](Query<Filter>) { return "none"; })), "no error");
}

TEST(Binding, VariablesThatCanNeverBeOfTheTypeAreAnError) {
    EXPECT_THAT(error_of_adding(get("/{id:uuid}", [](int) { return ""; })),
                testing::HasSubstr("the handler takes 'id' as a number, which no uuid is"));
    EXPECT_THAT(error_of_adding(get("/{a}/{id:int}", [](std::string, UUID) { return ""; })),
                testing::HasSubstr("the handler takes 'id' as a UUID, which no int is"));
    EXPECT_THAT(error_of_adding(get("/{day:float}", [](std::chrono::sys_seconds) { return ""; })),
                testing::HasSubstr("the handler takes 'day' as a time, which no float is"));
    EXPECT_THAT(
        error_of_adding(get("/{order:uint}", [](Order) { return ""; })),
        testing::HasSubstr("the handler takes 'order' as an enumeration, which no uint is"));
    EXPECT_EQ(error_of_adding(get("/{a:int}/{b:uuid}/{c:slug}/{d:float}",
                                  [](bool, UUID, int, int) { return ""; })),
              "no error");
}

TEST(Binding, WhatStandsAroundAHandlerDoesNotHideWhatItTakes) {
    const auto pass = [](Request& request, Next next) { return next(request); };
    const auto takes_two = [](int, int) -> Task<std::string> { co_return "two"; };
    EXPECT_THAT(error_of_adding(get("/{x}", takes_two).middleware(pass)),
                testing::HasSubstr("takes 2"));
    EXPECT_THAT(error_of_adding(get("/{x}", wrap(pass, takes_two))), testing::HasSubstr("takes 2"));
    EXPECT_THAT(error_of_adding(get("/{x}", takes_two).cancel_on_disconnect()),
                testing::HasSubstr("takes 2"));
    EXPECT_EQ(error_of_adding(group("/{x}", {get("/{y}", takes_two)})), "no error");
}

TEST(Binding, AHandlerThatIsCalledForAnotherPathSaysSo) {
    const Handler handler([](int) { return "one"; });
    Application app;
    app.add_routes(
        {get("/{a}/{b}", [handler](Request& request) { return handler.call(request); })});
    test::ServerRun run(std::move(app));
    EXPECT_THAT(summary(run.answers_to(get_request("/1/2"))), testing::StartsWith("500"));
    EXPECT_THAT(run.log(),
                testing::HasSubstr("takes 1 values from the path, but the route has 2 variables"));
}

// ---- queries

TEST(Binding, GivesTheQuery) {
    const auto text_of = [](const Filter& filter) {
        return filter.q + ' ' + std::to_string(filter.page) + ' ' +
               std::to_string(filter.order.size());
    };
    Application app = app_of([text_of](Query<Filter> filter) { return text_of(*filter); },
                             [text_of](const Query<Filter>& filter) { return text_of(*filter); },
                             [text_of](Query<Filter> filter) -> Task<std::string> {
                                 co_await test::yield();
                                 co_return text_of(*filter);
                             });
    const std::string query = "?q=a+text+that+is+too+long+for+the+small+buffer&page=3&order=date";
    EXPECT_EQ(answer(std::move(app),
                     get_request("/1" + query) + get_request("/2" + query) +
                         get_request("/3" + query) + get_request("/3?q=")),
              "200 a text that is too long for the small buffer 3 1|"
              "200 a text that is too long for the small buffer 3 1|"
              "200 a text that is too long for the small buffer 3 1|200  1 0");
}

TEST(Binding, NamesTheFieldsOfAWrongQuery) {
    EXPECT_EQ(
        body_of(app_of([](Query<Filter>) -> Task<std::string> { co_return "not called"; }),
                get_request("/1?page=x&order=date&order=size")),
        R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
        R"("detail":"the query is not what is expected","errors":[)"
        R"({"in":"query","field":"/page","message":"expected an integer from -2147483648 to 2147483647"},)"
        R"({"in":"query","field":"/order/1","message":"expected one of 'name','date'"}]})");
}

// ---- bodies

Application body_app() {
    Application app;
    app.emplace(kDatabase);
    app.add_routes({
        post("/plain", [](Json<Project> project) { return *project; }),
        post("/task",
             [](Json<Project> project, State<kDatabase> database) -> Task<Project> {
                 co_await test::yield();
                 project->note = database->titles.front();
                 co_return *project;
             }),
        post("/list", [](Json<std::vector<Tag>> tags) { return std::to_string(tags->size()); }),
        post("/form", [](Form<Filter> filter) { return filter->q + std::to_string(filter->page); }),
        post("/form_task",
             [](Form<Filter> filter, Request& request) -> Task<std::string> {
                 co_await test::yield();
                 co_return filter->q + std::string(request.path());
             }),
        post("/{id}",
             [](Json<Tag> tag, int id, Query<Filter> filter, Request& request) -> Task<Project> {
                 const std::string_view body = co_await request.read();
                 Project project{id, filter->q, std::string(body), {}};
                 project.tags.push_back(*tag);
                 co_return project;
             }),
    });
    return app;
}

TEST(Binding, GivesTheBodyAsJSON) {
    const std::string text = R"({"id":1,"title":")" + std::string(kLong) + R"(","tags":[]})";
    EXPECT_EQ(answer(body_app(),
                     posted_json("/plain", text) +
                         posted("/task", text, "application/vnd.api+json; charset=utf-8") +
                         posted_json("/list", R"([{"name":"a","weight":1}])")),
              R"(200 {"id":1,"title":")" + std::string(kLong) + R"(","note":null,"tags":[]}|)" +
                  R"(200 {"id":1,"title":")" + std::string(kLong) +
                  R"(","note":"first title, long enough to be on the heap","tags":[]}|200 1)");
}

TEST(Binding, GivesEverythingAtOnce) {
    EXPECT_EQ(
        answer(body_app(), posted_json("/42?q=text", R"({"name":"a","weight":2})")),
        R"(200 {"id":42,"title":"text","note":"{\"name\":\"a\",\"weight\":2}","tags":[{"name":"a","weight":2}]})");
}

TEST(Binding, GivesTheBodyAsForm) {
    const std::string multipart =
        "--b\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\nparts\r\n--b--\r\n";
    EXPECT_EQ(answer(body_app(),
                     posted("/form", "q=a+b&page=4", "application/x-www-form-urlencoded") +
                         posted("/form", multipart, "multipart/form-data; boundary=b") +
                         posted("/form_task",
                                "q=" + std::string(100, 'x'),
                                "application/x-www-form-urlencoded")),
              "200 a b4|200 parts1|200 " + std::string(100, 'x') + "/form_task");
}

TEST(Binding, WaitsForABodyThatComesSlowly) {
    const std::string text =
        chunked_request("/list",
                        "9\r\n[{\"name\":\r\n10\r\n\"a\",\"weight\":1}]\r\n0\r\n\r\n",
                        "Content-Type: application/json\r\n");
    EXPECT_EQ(answer(body_app(), text), "200 1");
}

TEST(Binding, NamesTheFieldsOfAWrongBody) {
    EXPECT_EQ(body_of(body_app(), posted_json("/plain", R"({"id":"1","tags":[{"weight":1}]})")),
              R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
              R"("detail":"the body is not what is expected","errors":[)"
              R"({"in":"body","field":"/id","message":"expected an integer, got a string"},)"
              R"({"in":"body","field":"/tags/0/name","message":"is required"},)"
              R"({"in":"body","field":"/title","message":"is required"}]})");
    EXPECT_EQ(
        body_of(body_app(), posted("/form", "page=", "application/x-www-form-urlencoded")),
        R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
        R"("detail":"the form is not what is expected","errors":[)"
        R"({"in":"form","field":"/page","message":"expected an integer from -2147483648 to 2147483647"}]})");
}

TEST(Binding, RefusesMalformedBodies) {
    test::ServerRun run(body_app());
    const auto responses = test::parse_responses(run.answers_to(
        posted_json("/task", "{\"id\":1,\n]") + posted("/task", "{}", "text/plain") +
        post_request("/task", "{}") + posted_json("/form", "{}") + posted_json("/list", "[]")));
    ASSERT_EQ(responses.size(), 5u);
    EXPECT_EQ(responses[0].status, 400);
    EXPECT_THAT(responses[0].head,
                testing::HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_THAT(
        responses[0].body,
        testing::HasSubstr(R"("message":"line 2, column 1: expected the name of a member")"));
    EXPECT_EQ(responses[1].status, 415);
    EXPECT_EQ(responses[2].status, 415);
    EXPECT_EQ(responses[3].status, 415);
    EXPECT_EQ(responses[4].status, 200);
    EXPECT_EQ(run.log(), "");
}

// ---- state

TEST(Binding, GivesWhatTheApplicationStores) {
    Application app = app_of([](State<kDatabase> database) { return database->titles.back(); },
                             [](State<kDatabase> database) -> Task<std::string> {
                                 co_await test::yield();
                                 co_return (*database).titles.front();
                             });
    EXPECT_EQ(answer(std::move(app), get_request("/1") + get_request("/2")),
              "200 second|200 first title, long enough to be on the heap");
}

TEST(Binding, AKeyWithoutValueIsAMistakeOfTheProgram) {
    test::ServerRun run(app_of([](State<kMissing> value) { return std::to_string(*value); }));
    EXPECT_THAT(summary(run.answers_to(get_request("/1"))), testing::StartsWith("500"));
    EXPECT_THAT(run.log(), testing::HasSubstr("'missing'"));
}

// ---- callables

Project free_function(int id) noexcept {
    return {id, "free", {}, {}};
}

struct Functor {
    std::string text;
    int calls = 0;
    std::string operator()(int id) { return text + std::to_string(id) + std::to_string(++calls); }
};

TEST(Binding, TakesFunctionsAndObjects) {
    Application app;
    app.add_routes({get("/free/{id}", free_function),
                    get("/functor/{id}", Functor{std::string(kLong)}),
                    get("/pointer/{id}", &free_function)});
    EXPECT_EQ(answer(std::move(app),
                     get_request("/free/1") + get_request("/functor/2") +
                         get_request("/functor/2") + get_request("/pointer/3")),
              R"(200 {"id":1,"title":"free","note":null,"tags":[]}|200 )" + std::string(kLong) +
                  "21|200 " + std::string(kLong) +
                  R"(22|200 {"id":3,"title":"free","note":null,"tags":[]})");
}

TEST(Binding, IsPlainUnlessItWaits) {
    EXPECT_TRUE(Handler([](int, Query<Filter>, State<kDatabase>) { return "a"; }).is_plain());
    EXPECT_FALSE(Handler([](Json<Tag>) { return "a"; }).is_plain());
    EXPECT_FALSE(Handler([]() -> Task<std::string> { co_return "a"; }).is_plain());
}

TEST(Binding, KnowsWhichVariablesItTakes) {
    const Handler both([](int, Request&, UUID) { return "a"; });
    EXPECT_THAT(both.path_types(), testing::ElementsAre(PathType::Number, PathType::UUID));
    EXPECT_TRUE(Handler([](Request&) { return Response(); }).path_types().empty());
    const Handler watched = cancel_on_disconnect([](std::string) -> Task<Tag> { co_return Tag(); });
    EXPECT_THAT(watched.path_types(), testing::ElementsAre(PathType::Text));
}

TEST(Binding, ExceptionsOfHandlersGoThrough) {
    Application app = app_of([]() -> Tag { throw HTTPGone("gone"); },
                             [](Query<Filter>) -> Task<Tag> {
                                 co_await test::yield();
                                 throw HTTPConflict("conflict");
                             });
    EXPECT_EQ(answer(std::move(app), get_request("/1") + get_request("/2")),
              "410 gone|409 conflict");
}

TEST(JSONResponse, TakesDescribedStructs) {
    const Response response = json_response(Tag{"a", 1}, 201);
    EXPECT_EQ(response.body(), R"({"name":"a","weight":1})");
    EXPECT_EQ(static_cast<int>(response.status()), 201);
    EXPECT_EQ(json_response(std::vector<Tag>{}).body(), "[]");
    EXPECT_EQ(json_response({{"a", 1}}).body(), R"({"a":1})");  // a tree, as before
}

}  // namespace
}  // namespace indrik::web
