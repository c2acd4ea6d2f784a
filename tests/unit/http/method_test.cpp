#include "indrik/http/method.hpp"

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

TEST(Method, NamesAreReadBack) {
    for (int number = 0; number < static_cast<int>(Method::Other); ++number) {
        const auto method = static_cast<Method>(number);
        EXPECT_FALSE(to_string(method).empty());
        EXPECT_EQ(parse_method(to_string(method)), method);
    }
    EXPECT_EQ(to_string(Method::Delete), "DELETE");
}

TEST(Method, OtherNamesAreOther) {
    EXPECT_EQ(parse_method("get"), Method::Other);
    EXPECT_EQ(parse_method("PURGE"), Method::Other);
    EXPECT_EQ(parse_method(""), Method::Other);
    EXPECT_EQ(to_string(Method::Other), "");
}

}  // namespace
}  // namespace indrik::http::tests
