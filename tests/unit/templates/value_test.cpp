#include "indrik/templates/value.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/dict.hpp"

namespace {

using namespace indrik::templates;

TEST(Value, IsSmall) {
    EXPECT_LE(sizeof(Value), 16u);
}

TEST(Value, SharesWhatItHolds) {
    const Value list = Value::list({Value(1)});
    const Value same = list;
    same.items().push_back(Value(2));
    EXPECT_EQ(list.items().size(), 2u);
    EXPECT_TRUE(list.is_same(same));
}

TEST(Value, CountsCharacters) {
    const Value text("日本");
    EXPECT_EQ(text.length(), 2u);
    EXPECT_FALSE(text.is_ascii());
    EXPECT_TRUE(text.as_markup().is_markup());
}

TEST(Value, DestroysDeepStructures) {
    Value value = Value::list();
    for (int i = 0; i < 200'000; ++i) value = Value::list({std::move(value)});
    value = Value();
    EXPECT_TRUE(value.is_none());
}

}  // namespace
