#include "indrik/http/fields.hpp"

#include <cctype>
#include <string>

#include <gtest/gtest.h>

namespace indrik::http::tests {
namespace {

Field field_at(std::size_t number) {
    return static_cast<Field>(number);
}

TEST(Field, EveryNameIsFoundInAnyCase) {
    for (std::size_t number = 1; number < kFieldCount; ++number) {
        const std::string name(to_string(field_at(number)));
        std::string upper = name;
        std::string lower = name;
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        EXPECT_EQ(parse_field(name), field_at(number)) << name;
        EXPECT_EQ(parse_field(upper), field_at(number)) << name;
        EXPECT_EQ(parse_field(lower), field_at(number)) << name;
    }
}

TEST(Field, ANameWithOneOtherByteIsUnknown) {
    for (std::size_t number = 1; number < kFieldCount; ++number) {
        const std::string name(to_string(field_at(number)));
        for (std::size_t at = 0; at < name.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string other = name;
                other[at] = static_cast<char>(byte);
                const Field found = parse_field(other);
                if (found == Field::Unknown) continue;
                const bool only_case =
                    std::tolower(static_cast<unsigned char>(name[at])) == std::tolower(byte);
                const bool other_name = found != field_at(number);  // If-Match, and the like
                EXPECT_TRUE(only_case || other_name) << name << ' ' << at << ' ' << byte;
            }
        }
        EXPECT_NE(parse_field(name + "x"), field_at(number));
        EXPECT_NE(parse_field(name.substr(1)), field_at(number));
    }
}

TEST(Field, NamesHaveTheirUsualSpelling) {
    EXPECT_EQ(to_string(Field::ContentType), "Content-Type");
    EXPECT_EQ(to_string(Field::ETag), "ETag");
    EXPECT_EQ(to_string(Field::WWWAuthenticate), "WWW-Authenticate");
    EXPECT_EQ(to_string(Field::TE), "TE");
    EXPECT_EQ(to_string(Field::XRequestedWith), "X-Requested-With");
    EXPECT_EQ(to_string(Field::SecWebSocketKey), "Sec-WebSocket-Key");
    EXPECT_EQ(to_string(Field::Unknown), "");
}

TEST(Field, WhatIsNotInTheTableIsUnknown) {
    EXPECT_EQ(parse_field(""), Field::Unknown);
    EXPECT_EQ(parse_field("X-My-Own"), Field::Unknown);
    EXPECT_EQ(parse_field(std::string(1000, 'a')), Field::Unknown);
}

}  // namespace
}  // namespace indrik::http::tests
