#include "indrik/web/problem.hpp"

#include <stdexcept>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace indrik::web {
namespace {

TEST(Problem, SaysStatusAndTitleAtLeast) {
    const Response response = problem(409);
    EXPECT_EQ(response.status(), http::Status::Conflict);
    EXPECT_EQ(response.headers().get("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.body(), R"({"title":"Conflict","status":409})");
}

TEST(Problem, HasTheMembersOfTheStandardAndFurtherOnes) {
    const Problem problem = Problem(422)
                                .type("https://example.com/credit")
                                .title("Out of credit")
                                .detail("a \"quote\"")
                                .instance("/orders/7")
                                .with("balance", 30)
                                .with("accounts", {"a", "b"});
    EXPECT_EQ(
        problem.text(),
        R"({"type":"https://example.com/credit","title":"Out of credit","status":422,)"
        R"("detail":"a \"quote\"","instance":"/orders/7","balance":30,"accounts":["a","b"]})");
    EXPECT_EQ(HTTPProblem(problem).response().body(), problem.text());
    EXPECT_EQ(HTTPProblem(problem).status(), http::Status::UnprocessableContent);
}

TEST(Problem, MistakesAreErrors) {
    EXPECT_THROW(Problem(200), std::invalid_argument);
    EXPECT_THROW(Problem(600), std::invalid_argument);
    EXPECT_THROW(Problem(400).with("status", 1), std::invalid_argument);
}

}  // namespace
}  // namespace indrik::web
