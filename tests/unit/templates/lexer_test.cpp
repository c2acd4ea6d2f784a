#include "indrik/templates/lexer.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/errors.hpp"

namespace {

using namespace indrik::templates;

std::string tokens_of(std::string_view source, const Syntax& syntax = Syntax()) {
    Lexer lexer(source, syntax);
    std::string text;
    for (Token token; lexer.next(token);) {
        text += std::to_string(token.line) + ":" + std::string(describe(token.type));
        if (!token.text.empty()) text += "=" + token.text;
        text += ";";
    }
    return text;
}

TEST(Lexer, CountsLinesThroughStrippedSpace) {
    EXPECT_EQ(tokens_of("a\n\n{%- x\n%}\nb"),
              "1:template data / text=a;3:begin of statement block;3:name=x;4:end of statement "
              "block;4:template data / text=\nb;");
}

TEST(Lexer, PrefersTheLongestOperator) {
    EXPECT_EQ(tokens_of("{{ a//b**c }}"),
              "1:begin of print statement;1:name=a;1://;1:name=b;1:**;1:name=c;1:end of print "
              "statement;");
}

TEST(Lexer, EndsTagsOnlyOutsideOfBrackets) {
    EXPECT_EQ(
        tokens_of("{{ {'a': {}}}}"),
        "1:begin of print statement;1:{;1:string=a;1::;1:{;1:};1:};1:end of print statement;");
}

TEST(Lexer, RefusesBracketsThatDoNotFit) {
    EXPECT_THROW(tokens_of("{{ (] }}"), TemplateSyntaxError);
    EXPECT_THROW(tokens_of("{{ ) }}"), TemplateSyntaxError);
    EXPECT_THROW(tokens_of("{{ ? }}"), TemplateSyntaxError);
}

}  // namespace
