#include "indrik/templates/dict.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/errors.hpp"

namespace {

using namespace indrik::templates;

TEST(Dict, KeepsTheOrderOfInsertion) {
    Dict dict;
    for (int i = 100; i > 0; --i) dict.set(Value(i), Value(i * 2));
    dict.set(Value(50), Value("changed"));
    ASSERT_EQ(dict.size(), 100u);
    EXPECT_EQ(dict.entries().front().key.integer(), 100);
    EXPECT_EQ(dict.entries()[50].value.string(), "changed");
    EXPECT_EQ(dict.find(Value(7))->integer(), 14);
    EXPECT_EQ(dict.find(Value(101)), nullptr);
}

TEST(Dict, ComparesKeysAsPython) {
    Dict dict;
    dict.set(Value(1), Value("one"));
    EXPECT_TRUE(dict.contains(Value(1.0)));
    EXPECT_TRUE(dict.contains(Value(true)));
    EXPECT_FALSE(dict.contains(Value("1")));
}

TEST(Dict, ErasesAndFindsTheRest) {
    Dict dict;
    for (int i = 0; i < 40; ++i) dict.set(Value(std::to_string(i)), Value(i));
    EXPECT_TRUE(dict.erase(Value("3")));
    EXPECT_FALSE(dict.erase(Value("3")));
    EXPECT_EQ(dict.find(std::string_view("39"))->integer(), 39);
    EXPECT_EQ(dict.size(), 39u);
}

TEST(Dict, RefusesKeysThatCannotBeHashed) {
    Dict dict;
    EXPECT_THROW(dict.set(Value::list(), Value()), TemplateRuntimeError);
}

}  // namespace
