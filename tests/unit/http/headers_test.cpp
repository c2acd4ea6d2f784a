#include "indrik/http/headers.hpp"

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

static_assert(std::is_nothrow_move_constructible_v<Headers>);
static_assert(std::is_nothrow_move_assignable_v<Headers>);
static_assert(sizeof(Headers) <= 128);

std::string text_of(const Headers& headers) {
    std::string text;
    for (const HeaderField field : headers) {
        text += std::string(field.name) + "=" + std::string(field.value) + ";";
    }
    return text;
}

/// More fields than fit into the object itself, known and unknown ones.
Headers many() {
    Headers headers;
    headers.append(Field::ContentType, "text/plain");
    for (int i = 0; i < 20; ++i) headers.append("X-" + std::to_string(i), std::string(100, 'v'));
    return headers;
}

TEST(Headers, AreEmptyAtFirst) {
    const Headers headers;
    EXPECT_TRUE(headers.empty());
    EXPECT_FALSE(headers.contains(Field::Host));
    EXPECT_FALSE(headers.get("host"));
    EXPECT_EQ(headers.begin(), headers.end());
}

TEST(Headers, FindNamesInAnyCase) {
    Headers headers;
    headers.append("content-TYPE", "a");
    headers.append("X-Mine", "b");
    EXPECT_EQ(headers.get(Field::ContentType), "a");
    EXPECT_EQ(headers.get("Content-Type"), "a");
    EXPECT_EQ(headers.get("x-mINE"), "b");
    EXPECT_FALSE(headers.contains("X-Min"));
    EXPECT_EQ(headers[0].name, "content-TYPE");
    EXPECT_EQ(headers[0].id, Field::ContentType);
    EXPECT_EQ(headers[1].id, Field::Unknown);
}

TEST(Headers, KeepOrderAndRepetition) {
    Headers headers;
    headers.append(Field::SetCookie, "a=1");
    headers.append("X-A", "1");
    headers.append("set-cookie", "b=2");
    headers.append("x-a", "2");
    EXPECT_EQ(text_of(headers), "Set-Cookie=a=1;X-A=1;set-cookie=b=2;x-a=2;");
    EXPECT_EQ(headers.get(Field::SetCookie), "a=1");
    EXPECT_THAT(headers.get_all(Field::SetCookie), ElementsAre("a=1", "b=2"));
    EXPECT_THAT(headers.get_all("X-A"), ElementsAre("1", "2"));
    EXPECT_EQ(headers.count(Field::SetCookie), 2U);
    EXPECT_EQ(headers.count(Field::Host), 0U);
}

TEST(Headers, TrimValues) {
    Headers headers;
    headers.append("X-A", " \tb c\t ");
    EXPECT_EQ(headers.get("X-A"), "b c");
}

TEST(Headers, SetReplacesInPlace) {
    Headers headers;
    headers.append("X-A", "1");
    headers.append(Field::Vary, "x");
    headers.append("x-a", "2");
    headers.set("X-a", "3");
    headers.set(Field::Vary, "y");
    headers.set(Field::ETag, "z");
    EXPECT_EQ(text_of(headers), "X-a=3;Vary=y;ETag=z;");
    EXPECT_TRUE(headers.contains(Field::Vary));
}

TEST(Headers, EraseSaysHowMany) {
    Headers headers;
    headers.append("X-A", "1");
    headers.append("X-B", "1");
    headers.append("x-a", "2");
    headers.append(Field::Vary, "x");
    EXPECT_EQ(headers.erase("X-A"), 2U);
    EXPECT_EQ(headers.erase("X-A"), 0U);
    EXPECT_TRUE(headers.contains("X-B"));
    EXPECT_EQ(headers.erase(Field::Vary), 1U);
    EXPECT_FALSE(headers.contains(Field::Vary));
    EXPECT_EQ(headers.erase(Field::Host), 0U);
    EXPECT_EQ(text_of(headers), "X-B=1;");
}

TEST(Headers, RefuseWhatWouldSplitAResponse) {
    Headers headers;
    EXPECT_THROW(headers.append("X-A", "b\r\nX-C: d"), std::invalid_argument);
    EXPECT_THROW(headers.append("X-A", "b\n"), std::invalid_argument);
    EXPECT_THROW(headers.append("X-A", "b\0"s), std::invalid_argument);
    EXPECT_THROW(headers.set(Field::Location, "/\r\n\r\n<html>"), std::invalid_argument);
    EXPECT_THROW(headers.append("X-A:", "b"), std::invalid_argument);
    EXPECT_THROW(headers.append("X A", "b"), std::invalid_argument);
    EXPECT_THROW(headers.set("", "b"), std::invalid_argument);
    EXPECT_THROW(headers.set("X-\xc3\x84", "b"), std::invalid_argument);
    EXPECT_THROW(headers.append(std::string(70'000, 'x'), "b"), std::invalid_argument);
    EXPECT_TRUE(headers.empty());
    headers.append("X-A", "tab\tand \xc3\x84 may");
    EXPECT_EQ(headers.size(), 1U);
}

TEST(Headers, CopyOwnsItsTexts) {
    std::string name = "X-Name";
    std::string value = "value";
    Headers views;
    views.append_view(Field::Unknown, name, value);
    views.append_view(Field::Host, "Host", value);
    const Headers copy = views;
    EXPECT_EQ(copy, views);
    name.assign(name.size(), '!');
    value.assign(value.size(), '!');
    EXPECT_EQ(text_of(copy), "X-Name=value;Host=value;");
    EXPECT_EQ(copy.get(Field::Host), "value");
}

TEST(Headers, CopyAssignmentReplaces) {
    Headers headers = many();
    Headers other;
    other.append(Field::Allow, "GET");
    headers = other;
    EXPECT_EQ(text_of(headers), "Allow=GET;");
    EXPECT_FALSE(headers.contains(Field::ContentType));
    const Headers& self = headers;
    headers = self;
    EXPECT_EQ(text_of(headers), "Allow=GET;");
}

TEST(Headers, MoveKeepsViewsAndLeavesNothing) {
    for (Headers from : {Headers(many()), [] {
                             Headers few;
                             few.append(Field::ContentType, "text/plain");
                             return few;
                         }()}) {
        const std::string before = text_of(from);
        const std::string_view view = *from.get(Field::ContentType);
        Headers to = std::move(from);
        EXPECT_EQ(text_of(to), before);
        EXPECT_EQ(view.data(), to.get(Field::ContentType)->data());
        EXPECT_TRUE(from.empty());
        from.append("X-Again", "1");
        to = std::move(from);
        EXPECT_EQ(text_of(to), "X-Again=1;");
    }
}

TEST(Headers, GrowWithoutMovingTexts) {
    Headers headers;
    headers.append("X-First", "first");
    const std::string_view first = *headers.get("X-First");
    for (int i = 0; i < 1000; ++i) headers.append("X-" + std::to_string(i), std::string(50, 'v'));
    EXPECT_EQ(headers.size(), 1001U);
    EXPECT_EQ(first.data(), headers.get("X-First")->data());
    EXPECT_EQ(first, "first");
    EXPECT_EQ(headers.get("X-999"), std::string(50, 'v'));
}

TEST(Headers, ClearedAreLikeNew) {
    Headers headers = many();
    headers.clear();
    EXPECT_TRUE(headers.empty());
    EXPECT_FALSE(headers.contains(Field::ContentType));
    headers.append("X-A", "b");
    EXPECT_EQ(text_of(headers), "X-A=b;");
}

TEST(Headers, RebaseMovesViews) {
    const std::string before = "X-Name: value";
    const std::string after = "......" + before;
    Headers headers;
    headers.append_view(Field::Unknown, {before.data(), 6}, {before.data() + 8, 5});
    headers.append_view(Field::Host, {before.data() + 8, 5});
    headers.rebase(before.data(), after.data() + 6);
    EXPECT_EQ(headers[0].name.data(), after.data() + 6);
    EXPECT_EQ(headers[0].value.data(), after.data() + 14);
    EXPECT_EQ(headers[1].name, "Host");
    EXPECT_EQ(headers[1].value.data(), after.data() + 14);
}

TEST(Headers, CompareNamesWithoutCase) {
    Headers left;
    Headers right;
    left.append("x-a", "1");
    right.append("X-A", "1");
    EXPECT_EQ(left, right);
    right.append("X-B", "2");
    EXPECT_NE(left, right);
    left.append("X-B", "3");
    EXPECT_NE(left, right);
}

TEST(Headers, MasksTestManyFieldsAtOnce) {
    constexpr Headers::Mask kMask = Headers::mask_of(Field::Accept, Field::XRequestedWith);
    Headers headers;
    headers.append(Field::Host, "a");
    EXPECT_FALSE(headers.contains_any(kMask));
    headers.append(Field::XRequestedWith, "b");
    EXPECT_TRUE(headers.contains_any(kMask));
}

}  // namespace
}  // namespace indrik::http::tests
