#include "indrik/templates/json_values.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;

std::string error_of(std::string_view text) {
    try {
        return "read: " + to_repr(parse_json(text));
    } catch (const TemplateError& error) {
        return error.what();
    }
}

TEST(JSONValues, BecomeValuesOfTemplates) {
    const auto json = indrik::json::parse(R"({"a": [1, 2.5, "ü", null, true], "b": {}})");
    EXPECT_EQ(to_repr(to_value(*json)), "{'a': [1, 2.5, 'ü', None, True], 'b': {}}");
    EXPECT_THROW(to_value(*indrik::json::parse("18446744073709551615")), TemplateRuntimeError);
}

TEST(ParseJSON, KeepsEveryDigit) {
    EXPECT_EQ(to_repr(parse_json(
                  "[0.1, 1e22, 123456789.123456789, -0.0, -0, 5e-324, 1.7976931348623157e308]")),
              "[0.1, 1e+22, 123456789.12345679, -0.0, 0, 5e-324, 1.7976931348623157e+308]");
    EXPECT_EQ(to_repr(parse_json("[9223372036854775807, -9223372036854775808, 1.0, 2.0e0, 1e400]")),
              "[9223372036854775807, -9223372036854775808, 1.0, 2.0, inf]");
}

TEST(ParseJSON, KeepsTheOrderOfKeysAndTheLastOfEqualOnes) {
    EXPECT_EQ(
        to_repr(parse_json(R"( {"z": {"b": [[], {}]}, "a": 1, "z": "\u00e9\ud83d\ude00\n"} )")),
        "{'z': 'é😀\\n', 'a': 1}");
}

TEST(ParseJSON, NamesThePlaceOfAnError) {
    EXPECT_TRUE(
        error_of("{\n  \"a\": 1,\n  b}").starts_with("ValueError: bad JSON at line 3 column 3"));
    EXPECT_TRUE(error_of("{} x").starts_with("ValueError: bad JSON at line 1 column 4"));
    EXPECT_TRUE(error_of("").starts_with("ValueError: bad JSON at line 1 column 1"));
    EXPECT_TRUE(error_of(std::string(100'000, '[')).starts_with("ValueError: bad JSON at line 1"));
    EXPECT_EQ(error_of("[18446744073709551615]"),
              "OverflowError: integer of more than 64 bits: 18446744073709551615");
    EXPECT_EQ(error_of("123456789012345678901234"),
              "OverflowError: integer of more than 64 bits: 123456789012345678901234");
}

}  // namespace
