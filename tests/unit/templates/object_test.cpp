#include "indrik/templates/object.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"

namespace {

using namespace indrik::templates;

class Account final : public Object {
public:
    std::string_view type_name() const override { return "Account"; }
    Value attribute(std::string_view name) override {
        if (name == "owner") return "Ann";
        return name == "balance" ? Value(12) : Value::missing();
    }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override { return arguments.positional.size(); }
};

TEST(Object, IsUsedByTemplates) {
    Environment environment;
    EXPECT_EQ(
        environment
            .from_string("{{ a.owner }}{{ a['balance'] }}{{ a(1, 2) }}{{ a.nothing is defined }}")
            .render({{"a", make_object<Account>()}}),
        "Ann122False");
}

TEST(Range, KnowsItsItems) {
    const Range range(10, 0, -3);
    EXPECT_EQ(range.count(), 4);
    EXPECT_EQ(range.at(3), 1);
    EXPECT_EQ(Range(INT64_MIN, INT64_MAX, INT64_MAX).count(), 3);
}

}  // namespace
