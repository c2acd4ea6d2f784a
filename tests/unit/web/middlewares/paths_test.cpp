// Redirections to the path that was meant, and never to another host.

#include <stdexcept>
#include <vector>

#include "indrik/web/middlewares/normalize_path.hpp"
#include "tests/unit/web/middlewares/middleware_test.hpp"

namespace indrik::web {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Application make_app(NormalizePath options) {
    Application app;
    app.add_middleware(normalize_path(options));
    const auto answer = [](Request&) { return Response().text("found"); };
    app.add_routes({
        get("/with/", answer),
        get("/without", answer),
        post("/form/", answer),
        get("/a/b", answer),
        get("/{name}/page/", answer),
        get("/any/{rest:.*}/", answer),
        get("/item/{id}", [](Request&) -> Response { throw HTTPNotFound("no such item"); }),
        get("/item/{id}/", answer),
    });
    return app;
}

std::string redirection(std::string_view target,
                        NormalizePath options = {},
                        std::string_view method = "GET") {
    const auto response = answer_of(make_app(options), request_of(method, target));
    if (response.status != 308) return std::to_string(response.status);
    const std::size_t at = response.head.find("Location: ") + 10;
    return response.head.substr(at, response.head.find('\r', at) - at);
}

TEST(NormalizePath, AppendsSlashesWhereThereIsARoute) {
    EXPECT_EQ(redirection("/with"), "/with/");
    EXPECT_EQ(redirection("/with?a=1&b=%20"), "/with/?a=1&b=%20");
    EXPECT_EQ(redirection("/nowhere"), "404");
    EXPECT_EQ(redirection("/with/"), "200");
    EXPECT_EQ(redirection("/without/"), "404");
    EXPECT_EQ(redirection("/form", {}, "POST"), "/form/");
    EXPECT_EQ(redirection("/form", {}, "GET"), "404");
    EXPECT_EQ(redirection("/caf%C3%A9/page"), "/caf%C3%A9/page/");
}

TEST(NormalizePath, RemovesSlashes) {
    const auto options = NormalizePath().append_slash(false).remove_slash(true);
    EXPECT_EQ(redirection("/without/", options), "/without");
    EXPECT_EQ(redirection("/with", options), "404");
    EXPECT_EQ(redirection("//without//", options), "/without");
    EXPECT_EQ(redirection("/", options), "404");
}

TEST(NormalizePath, MergesSlashes) {
    EXPECT_EQ(redirection("/a//b"), "/a/b");
    EXPECT_EQ(redirection("//a///b?q"), "/a/b?q");
    EXPECT_EQ(redirection("//with"), "/with/");
    EXPECT_EQ(redirection("/a//b", NormalizePath().merge_slashes(false)), "404");
}

TEST(NormalizePath, LeavesTheAnswersOfHandlersAlone) {
    EXPECT_EQ(redirection("/item/7"), "404");
}

TEST(NormalizePath, NeverLeadsToAnotherHost) {
    for (const char* target : {"//evil.example/page",
                               "///evil.example/page",
                               "//evil.example//page",
                               "/%2Fevil.example/page",
                               "/%2f%2fevil.example/page",
                               "/%5Cevil.example/page",
                               "/%5c%2fevil.example/page",
                               "/%09/evil.example/page",
                               "//any//evil.example",
                               "http://evil.example//evil.example/page"}) {
        const std::string location = redirection(target);
        if (location == "404" || location == "400") continue;
        ASSERT_GE(location.size(), 2u) << target;
        EXPECT_EQ(location[0], '/') << target << " -> " << location;
        EXPECT_NE(location[1], '/') << target << " -> " << location;
        EXPECT_NE(location[1], '%') << target << " -> " << location;
        EXPECT_NE(location[1], '\\') << target << " -> " << location;
    }
    EXPECT_EQ(redirection("//evil.example/page"), "/evil.example/page/");
}

TEST(NormalizePath, CandidatesStayOnThisHost) {
    const NormalizePath options;
    EXPECT_THAT(options.candidates("/\\evil.example"), testing::IsEmpty());
    EXPECT_THAT(options.candidates("/%2fevil.example"), testing::IsEmpty());
    EXPECT_THAT(options.candidates("/%5Cevil.example"), testing::IsEmpty());
    EXPECT_THAT(options.candidates("/%09/evil.example"), testing::IsEmpty());
    EXPECT_THAT(options.candidates("*"), testing::IsEmpty());
    EXPECT_THAT(options.candidates("/a"), ElementsAre("/a/"));
    EXPECT_THAT(options.candidates("//a"), ElementsAre("/a", "/a/"));
}

TEST(NormalizePath, BadOptionsAreErrors) {
    EXPECT_THROW(normalize_path(NormalizePath().remove_slash(true)), std::invalid_argument);
    EXPECT_THROW(normalize_path(NormalizePath().status(200)), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
