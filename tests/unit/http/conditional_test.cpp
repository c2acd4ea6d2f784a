#include "indrik/http/conditional.hpp"

#include <gtest/gtest.h>

#include "indrik/http/dates.hpp"

namespace indrik::http::tests {
namespace {

constexpr std::time_t kChanged = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr auto kProceed = ConditionOutcome::Proceed;
constexpr auto kNotModified = ConditionOutcome::NotModified;
constexpr auto kFailed = ConditionOutcome::PreconditionFailed;

Validators current() {
    Validators validators;
    validators.etag = EntityTag{"now"};
    validators.last_modified = kChanged;
    return validators;
}

struct Condition {
    Field field;
    std::string value;
};

ConditionOutcome evaluate(Method method,
                          std::initializer_list<Condition> conditions,
                          const Validators& validators = current()) {
    Headers headers;
    for (const Condition& condition : conditions) headers.append(condition.field, condition.value);
    return evaluate_conditions(method, headers, validators);
}

std::string date(std::time_t offset) {
    return format_date(kChanged + offset);
}

TEST(Conditions, NoneMeansProceed) {
    EXPECT_EQ(evaluate(Method::Get, {}), kProceed);
}

TEST(IfMatch, ComparesStrongly) {
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "\"now\""}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "\"x\", \"now\""}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "W/\"now\""}}), kFailed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfMatch, "\"old\""}}), kFailed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, ""}}), kFailed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "\"x\""}, {Field::IfMatch, "\"now\""}}),
              kProceed);
}

TEST(IfMatch, AsteriskAsksForExistence) {
    Validators validators;
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "*"}}, validators), kProceed);
    validators.exists = false;
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "*"}}, validators), kFailed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfMatch, "\"a\""}}, validators), kFailed);
}

TEST(IfUnmodifiedSince, ComparesDates) {
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfUnmodifiedSince, date(0)}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfUnmodifiedSince, date(1)}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfUnmodifiedSince, date(-1)}}), kFailed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfUnmodifiedSince, date(-1)}}), kFailed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfUnmodifiedSince, "yesterday"}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfUnmodifiedSince, date(-1)}}, Validators()),
              kProceed);
}

TEST(IfNoneMatch, ComparesWeakly) {
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "\"now\""}}), kNotModified);
    EXPECT_EQ(evaluate(Method::Head, {{Field::IfNoneMatch, "\"x\", W/\"now\""}}), kNotModified);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "\"old\""}}), kProceed);
    EXPECT_EQ(evaluate(Method::Post, {{Field::IfNoneMatch, "\"now\""}}), kFailed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "now"}}), kProceed);
}

TEST(IfNoneMatch, AsteriskAsksForAbsence) {
    Validators validators;
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "*"}}, validators), kNotModified);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfNoneMatch, "*"}}, validators), kFailed);
    validators.exists = false;
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfNoneMatch, "*"}}, validators), kProceed);
}

TEST(IfModifiedSince, ComparesDatesOfReads) {
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfModifiedSince, date(0)}}), kNotModified);
    EXPECT_EQ(evaluate(Method::Head, {{Field::IfModifiedSince, date(9)}}), kNotModified);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfModifiedSince, date(-1)}}), kProceed);
    EXPECT_EQ(evaluate(Method::Put, {{Field::IfModifiedSince, date(0)}}), kProceed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfModifiedSince, "0"}}), kProceed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfModifiedSince, date(0)}}, Validators()), kProceed);
}

// RFC 9110 section 13.2.2.
TEST(Conditions, AreEvaluatedInTheirOrder) {
    // Tags win over dates.
    EXPECT_EQ(
        evaluate(Method::Put, {{Field::IfUnmodifiedSince, date(-1)}, {Field::IfMatch, "\"now\""}}),
        kProceed);
    EXPECT_EQ(
        evaluate(Method::Get, {{Field::IfModifiedSince, date(0)}, {Field::IfNoneMatch, "\"old\""}}),
        kProceed);
    // What fails comes before what was not modified.
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "\"now\""}, {Field::IfMatch, "\"old\""}}),
              kFailed);
    EXPECT_EQ(evaluate(Method::Get, {{Field::IfNoneMatch, "\"now\""}, {Field::IfMatch, "\"now\""}}),
              kNotModified);
    EXPECT_EQ(evaluate(Method::Get,
                       {{Field::IfNoneMatch, "\"now\""}, {Field::IfUnmodifiedSince, date(-1)}}),
              kFailed);
}

TEST(Conditions, MeanNothingToMethodsWithoutRepresentation) {
    for (const Method method : {Method::Options, Method::Trace, Method::Connect}) {
        EXPECT_EQ(evaluate(method, {{Field::IfMatch, "\"old\""}}), kProceed);
    }
}

TEST(IfRange, NeedsAStrongTag) {
    EXPECT_TRUE(matches_if_range("\"now\"", current()));
    EXPECT_FALSE(matches_if_range("W/\"now\"", current()));
    EXPECT_FALSE(matches_if_range("\"old\"", current()));
    EXPECT_FALSE(matches_if_range("\"now\", \"old\"", current()));
    Validators weak;
    weak.etag = EntityTag{"now", true};
    EXPECT_FALSE(matches_if_range("\"now\"", weak));
    EXPECT_FALSE(matches_if_range("W/\"now\"", weak));
    EXPECT_FALSE(matches_if_range("\"now\"", Validators()));
}

TEST(IfRange, NeedsExactlyTheDate) {
    EXPECT_TRUE(matches_if_range(date(0), current()));
    EXPECT_FALSE(matches_if_range(date(1), current()));
    EXPECT_FALSE(matches_if_range(date(-1), current()));
    EXPECT_FALSE(matches_if_range(date(0), Validators()));
    EXPECT_FALSE(matches_if_range("", current()));
    EXPECT_FALSE(matches_if_range("*", current()));
}

}  // namespace
}  // namespace indrik::http::tests
