#include "indrik/json/parameters.hpp"

#include <map>

#include <gmock/gmock.h>

#include "tests/unit/json/described_types.hpp"

namespace indrik::json {
namespace {

using namespace test;

struct Filter {
    std::string q;
    std::optional<int> page;
    std::vector<Colour> colour;
    std::optional<std::string> order;
    bool deep = false;
};
INDRIK_DESCRIBE(Filter, q, page, colour, order, deep)

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <class T>
std::string problems_of(const Pairs& parameters) {
    const Decoded<T> value = from_parameters<T>(parameters);
    return value ? "" : value.error().to_string();
}

TEST(FromParameters, ConvertsTexts) {
    const auto filter = from_parameters<Filter>(Pairs{{"colour", "red"},
                                                      {"q", ""},
                                                      {"page", "-3"},
                                                      {"deep", "on"},
                                                      {"other", "x"},
                                                      {"colour", "blue"},
                                                      {"order", ""}});
    ASSERT_TRUE(filter.has_value()) << filter.error().to_string();
    EXPECT_EQ(filter->q, "");
    EXPECT_EQ(filter->page, -3);
    EXPECT_THAT(filter->colour, testing::ElementsAre(Colour::red, Colour::blue));
    EXPECT_EQ(filter->order, "");
    EXPECT_TRUE(filter->deep);
}

TEST(FromParameters, OptionalsAndSequencesMayBeMissing) {
    const auto filter = from_parameters<Filter>(
        std::multimap<std::string, std::string>{{"q", "a"}, {"deep", "0"}, {"page", ""}});
    ASSERT_TRUE(filter.has_value()) << filter.error().to_string();
    EXPECT_FALSE(filter->page);  // "" is no number, and an optional may be empty
    EXPECT_TRUE(filter->colour.empty());
    EXPECT_FALSE(filter->deep);
}

TEST(FromParameters, CollectsEveryMistakeWithItsField) {
    EXPECT_EQ(problems_of<Filter>(
                  {{"page", "1x"}, {"colour", "red"}, {"colour", "pink"}, {"deep", "maybe"}}),
              "/q: is required; /page: expected an integer from -2147483648 to 2147483647; "
              "/colour/1: expected one of 'red','green','blue'; /deep: expected a boolean");
}

TEST(FromParameters, RefusesWhatMayBeGivenOnce) {
    EXPECT_EQ(problems_of<Filter>({{"q", "a"}, {"deep", "1"}, {"q", "b"}}),
              "/q: is given more than once");
}

TEST(FromParameters, KeepsDefaultsWhereTheStructSaysSo) {
    const auto value = from_parameters<Tolerant>(Pairs{{"page", "8"}});
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->page, 8);
    EXPECT_EQ(value->size, 3);
    EXPECT_THAT(value->list, testing::ElementsAre(1, 2));
    const auto other = from_parameters<Tolerant>(Pairs{{"list", "3"}, {"size", ""}});
    ASSERT_TRUE(other.has_value());
    EXPECT_THAT(other->list, testing::ElementsAre(3));
    EXPECT_FALSE(other->size);
}

TEST(FromParameters, RefusesUnknownNamesWhereTheStructSaysSo) {
    EXPECT_EQ(problems_of<Strict>({{"b", ""}, {"a", "1"}, {"b", ""}, {"c/", ""}}),
              "/b: is not known; /c~1: is not known");
}

TEST(FromParameters, RefusesNumbersThatAreNone) {
    for (const char* const text : {"", " 1", "1 ", "+1", "0x1", "1.0", "99999999999"}) {
        EXPECT_NE(problems_of<Strict>({{"a", text}}), "") << text;
    }
    struct Real {
        double x = 0;
    };
    for (const char* const text : {"nan", "inf", "-inf", "1e999", ""}) {
        double value = 0;
        EXPECT_FALSE(detail::convert_number(text, value)) << text;
    }
}

}  // namespace
}  // namespace indrik::json
