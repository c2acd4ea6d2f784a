#include "indrik/templates/operations.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"

namespace {

using namespace indrik::templates;

std::string result_of(std::string_view expression) {
    Environment environment;
    try {
        return environment.from_string("{{ " + std::string(expression) + " }}").render();
    } catch (const TemplateError& error) {
        return std::string(error_name(error.kind()));
    }
}

TEST(Operations, OverflowIsAnError) {
    EXPECT_EQ(result_of("9223372036854775807 + 1"), "OverflowError");
    EXPECT_EQ(result_of("-9223372036854775807 - 2"), "OverflowError");
    EXPECT_EQ(result_of("9223372036854775807 * 2"), "OverflowError");
    EXPECT_EQ(result_of("2 ** 63"), "OverflowError");
    EXPECT_EQ(result_of("2 ** 62"), "4611686018427387904");
    EXPECT_EQ(result_of("(-9223372036854775807 - 1) // -1"), "OverflowError");
    EXPECT_EQ(result_of("-(-9223372036854775807 - 1)"), "OverflowError");
    EXPECT_EQ(result_of("99999999999999999999"), "OverflowError");
}

TEST(Operations, SlicesStayInBounds) {
    const SliceBounds bounds = slice_bounds(Value(-100), Value(100), Value(3), 5);
    EXPECT_EQ(bounds.start, 0);
    EXPECT_EQ(bounds.count, 2);
    EXPECT_EQ(slice_bounds(Value(), Value(), Value(INT64_MIN), 5).count, 1);
    EXPECT_EQ(slice_bounds(Value(INT64_MAX), Value(INT64_MIN), Value(-1), 0).count, 0);
}

}  // namespace
