#include "indrik/templates/environment.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;

std::shared_ptr<DictLoader> loader(std::map<std::string, std::string, std::less<>> templates) {
    return std::make_shared<DictLoader>(std::move(templates));
}

TEST(Environment, EscapesByTheNameOfTheTemplate) {
    Environment environment;
    environment.set_loader(
        loader({{"a.html", "{{ x }}"}, {"a.txt", "{{ x }}"}, {"A.XML", "{{ x }}"}}));
    EXPECT_EQ(environment.get_template("a.html").render({{"x", "<"}}), "&lt;");
    EXPECT_EQ(environment.get_template("A.XML").render({{"x", "<"}}), "&lt;");
    EXPECT_EQ(environment.get_template("a.txt").render({{"x", "<"}}), "<");
    EXPECT_EQ(environment.from_string("{{ x }}").render({{"x", "<"}}), "&lt;");
}

TEST(Environment, CallsFiltersTestsAndGlobalsOfTheHost) {
    Environment environment;
    environment.add_filter("shout", [](const Arguments& arguments) {
        return Value(to_str(arguments.positional[0]) + "!");
    });
    environment.add_test("short", [](const Arguments& arguments) {
        return Value(length(arguments.positional[0]) < 3);
    });
    environment.add_global("twice", function([](const Arguments& arguments) {
                               return Value(arguments.positional[0].integer() * 2);
                           }));
    EXPECT_EQ(
        environment
            .from_string(
                "{{ 'a'|shout }}{{ 'ab' is short }}{{ twice(21) }}{{ ['x']|map('shout')|join }}")
            .render(),
        "a!True42x!");
}

TEST(Environment, CompilesAgainWhatHasChanged) {
    const auto templates = loader({{"a", "one"}});
    Environment environment;
    environment.set_loader(templates);
    EXPECT_EQ(environment.get_template("a").render(), "one");
    templates->set("a", "two");
    EXPECT_EQ(environment.get_template("a").render(), "two");
    environment.set_auto_reload(false);
    templates->set("a", "three");
    EXPECT_EQ(environment.get_template("a").render(), "two");
}

TEST(Environment, SaysWhichTemplateIsMissing) {
    Environment environment;
    EXPECT_THROW(environment.get_template("nope"), TemplateNotFound);
    try {
        environment.select_template({Value("a"), Value("b")});
        FAIL();
    } catch (const TemplateNotFound& error) {
        EXPECT_EQ(error.kind(), ErrorKind::NoneFound);
        EXPECT_NE(error.message().find("a, b"), std::string::npos);
    }
}

TEST(Environment, RefusesTextThatIsNoUTF8) {
    Environment environment;
    EXPECT_THROW(environment.from_string("\xff"), TemplateSyntaxError);
}

TEST(TemplateStream, GivesTheSameAsRenderInPieces) {
    Environment environment;
    environment.set_loader(std::make_shared<
                           DictLoader>(std::map<std::string, std::string, std::less<>>{
        {"base", "<{% block a %}{% endblock %}|{% set y = 2 %}{{ self.a() }}{{ y }}>"},
        {"page",
         "{% extends 'base' %}{% macro m() %}m{{ x }}{% endmacro %}{% set x = 1 %}"
         "{% block a %}{{ x }}{% endblock %}"},
        {"plain",
         "{% macro m(i) %}{{ i }}{{ z }}{% endmacro %}{% for i in [1, 2] %}{{ m(i) }}{% endfor %}"
         "{% include 'base' %}"}}));
    for (const std::string_view name : {"base", "page", "plain"}) {
        const Template page = environment.get_template(name);
        Dict values;
        values.set(Value("z"), Value("z"));
        std::string joined, piece;
        TemplateStream stream(environment, page, values);
        int pieces = 0;
        while (stream.next(piece)) {
            pieces += piece.empty() ? 0 : 1;
            joined += piece;
            piece.clear();
        }
        EXPECT_EQ(joined, page.render(values)) << name;
        EXPECT_GE(pieces, 2) << name;
        EXPECT_FALSE(stream.next(piece));
    }
}

TEST(TemplateStream, EndsWithAnErrorAndCountsAllOfTheOutput) {
    Environment environment;
    environment.set_limits(Limits().output_bytes(100));
    const Template page = environment.from_string(
        "{% for x in range(9) %}123456789{% endfor %}{% for x in range(9) %}123456789{% endfor %}");
    TemplateStream stream(environment, page, {});
    std::string piece;
    EXPECT_TRUE(stream.next(piece));
    piece.clear();
    EXPECT_THROW(stream.next(piece), SecurityError);
    EXPECT_FALSE(stream.next(piece));
}

}  // namespace
