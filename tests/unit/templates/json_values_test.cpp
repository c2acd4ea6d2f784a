#include "indrik/templates/json_values.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;

TEST(JSONValues, BecomeValuesOfTemplates) {
    const auto json = indrik::json::parse(R"({"a": [1, 2.5, "ü", null, true], "b": {}})");
    EXPECT_EQ(to_repr(to_value(*json)), "{'a': [1, 2.5, 'ü', None, True], 'b': {}}");
    EXPECT_THROW(to_value(*indrik::json::parse("18446744073709551615")), TemplateRuntimeError);
}

}  // namespace
