#include "indrik/templates/errors.hpp"

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"

namespace {

using namespace indrik::templates;

TEST(TemplateError, TellsThePlaceAndTheChain) {
    Environment environment;
    environment.set_loader(
        std::make_shared<DictLoader>(std::map<std::string, std::string, std::less<>>{
            {"outer.html", "a\n{% include 'inner.html' %}"},
            {"inner.html", "b\n\n{{ user.name }}\n"}}));
    try {
        environment.get_template("outer.html").render();
        FAIL();
    } catch (const UndefinedError& error) {
        EXPECT_EQ(error.name(), "inner.html");
        EXPECT_EQ(error.line(), 3);
        EXPECT_EQ(error.source_line(), "{{ user.name }}");
        EXPECT_EQ(error.message(), "'user' is undefined");
        ASSERT_EQ(error.places().size(), 2u);
        EXPECT_EQ(error.places()[1].name, "outer.html");
        EXPECT_EQ(error.places()[1].line, 2);
        EXPECT_STREQ(error.what(), "UndefinedError: 'user' is undefined (inner.html:3)");
        EXPECT_NE(error.report().find("> {{ user.name }}"), std::string::npos);
    }
}

TEST(TemplateError, LoopControlOutsideOfALoopIsASyntaxError) {
    const Environment environment;
    for (const std::string_view text :
         {"\n{% break %}",
          "\n{% if 1 %}{% continue %}{% endif %}",
          "{% for x in [] %}{% else %}\n{% break %}{% endfor %}",
          "{% for x in [1] %}\n{% macro m() %}{% break %}{% endmacro %}{% endfor %}"}) {
        try {
            environment.from_string(text);
            ADD_FAILURE() << text;
        } catch (const TemplateSyntaxError& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Syntax) << text;
            EXPECT_EQ(error.line(), 2) << text;
        }
    }
}

}  // namespace
