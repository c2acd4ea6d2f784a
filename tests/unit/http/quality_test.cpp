#include "indrik/http/quality.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

Preferences media_types(std::string_view text) {
    return {PreferenceKind::MediaType, text};
}

Preferences tokens(std::string_view text) {
    return {PreferenceKind::Token, text};
}

Preferences languages(std::string_view text) {
    return {PreferenceKind::Language, text};
}

TEST(Preferences, HaveTheWeightsOfTheirElements) {
    const Preferences list = tokens("a, b;q=0.5 , c ; Q=0.001,d;q=0,e;q=1.000,f;q=0.,g;q=0.12345");
    ASSERT_EQ(list.size(), 7U);
    EXPECT_EQ(list.find("A"), 1000U);
    EXPECT_EQ(list.find("b"), 500U);
    EXPECT_EQ(list.find("c"), 1U);
    EXPECT_EQ(list.find("d"), 0U);
    EXPECT_EQ(list.find("e"), 1000U);
    EXPECT_EQ(list.find("f"), 0U);
    EXPECT_EQ(list.find("g"), 123U);
    EXPECT_FALSE(list.find("h"));
    EXPECT_EQ(list.quality("h"), 0U);
}

TEST(Preferences, LeaveOutMalformedElements) {
    const Preferences list =
        tokens(", ,;q=1,a;q=2,b;q=1.001,c;q=-1,d;q=x,e;q=,f;q=.5,g;q=0.5x,h;q=\xd9\xa1,z");
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list.begin()->value, "z");
    EXPECT_TRUE(tokens("").empty());
}

TEST(Preferences, ReadABoundedNumberOfElements) {
    std::string text = "a";
    for (int i = 0; i < 1000; ++i) text += ",a;q=0.5";
    EXPECT_EQ(tokens(text).size(), Preferences::kMaxElements);
}

TEST(Preferences, OfSeveralFieldsAreJoined) {
    Preferences list = tokens("a;q=0.5");
    list.add("b");
    EXPECT_EQ(list.best_of({"a", "b"}), "b");
}

TEST(Preferences, TakeTheFirstOfferOfThoseWithTheBestWeight) {
    const Preferences list = tokens("a;q=0.5, b, c, d;q=0, *;q=0.1");
    EXPECT_EQ(list.best_of({"a", "c", "b"}), "c");
    EXPECT_EQ(list.best_of({"x", "a"}), "a");
    EXPECT_EQ(list.best_of({"d", "x"}), "x");
    EXPECT_FALSE(list.best_of({"d"}));
    EXPECT_FALSE(list.best_of({}));
    EXPECT_EQ(tokens("").best_of({"a", "b"}), "a");
}

// The example of RFC 9110 section 12.5.1.
TEST(Preferences, OfMediaTypesGoByTheClosestMatch) {
    const Preferences list = media_types(
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, "
        "text/plain;format=fixed;q=0.4, */*;q=0.5");
    EXPECT_EQ(list.quality("text/plain;format=flowed"), 1000U);
    EXPECT_EQ(list.quality("text/plain"), 700U);
    EXPECT_EQ(list.quality("text/html"), 300U);
    EXPECT_EQ(list.quality("image/jpeg"), 500U);
    EXPECT_EQ(list.quality("text/plain; Format=Fixed"), 400U);
    EXPECT_EQ(list.quality("text/plain;format=\"x;q=1\""), 700U);
}

TEST(Preferences, OfMediaTypesAreThoseOfBrowsers) {
    const Preferences list =
        media_types("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8");
    EXPECT_EQ(list.best_of({"application/json", "text/html"}), "text/html");
    EXPECT_EQ(list.best_of({"application/json"}), "application/json");
    EXPECT_FALSE(media_types("text/html").best_of({"application/json"}));
    EXPECT_FALSE(media_types("text/*").best_of({"texts/html"}));
    EXPECT_FALSE(media_types("/*").best_of({"text/html"}));
    EXPECT_EQ(media_types("text/html;q=0, */*").best_of({"text/html", "a/b"}), "a/b");
}

TEST(Preferences, KeepQuotedParametersTogether) {
    const Preferences list = media_types("a/b;x=\"1,2;q=0\\\"\";q=0.5, c/d");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list.begin()->parameters, ";x=\"1,2;q=0\\\"\"");
    EXPECT_EQ(list.quality("a/b;x=\"1,2;q=0\\\"\""), 500U);
    EXPECT_EQ(list.quality("a/b"), 0U);
    EXPECT_EQ(media_types("a/b;x=\"").size(), 1U);
}

TEST(Preferences, OfLanguagesMatchByPrefix) {
    const Preferences list = languages("en-US, en;q=0.8, de-AT;q=0.7, *;q=0.1");
    EXPECT_EQ(list.quality("en-US"), 1000U);
    EXPECT_EQ(list.quality("en-us-x"), 1000U);
    EXPECT_EQ(list.quality("en-GB"), 800U);
    EXPECT_EQ(list.quality("en"), 800U);
    EXPECT_EQ(list.quality("english"), 100U);
    EXPECT_EQ(languages("de-AT").quality("de"), 1000U);
    EXPECT_EQ(languages("de-AT").quality("de-DE"), 0U);
    EXPECT_EQ(languages("da, en-gb;q=0.8, en;q=0.7").best_of({"en", "en-GB"}), "en-GB");
}

}  // namespace
}  // namespace indrik::http::tests
