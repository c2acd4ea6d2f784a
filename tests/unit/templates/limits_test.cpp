// Templates of strangers: bounded time and memory, never a crash.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"

namespace {

using namespace indrik::templates;

ErrorKind kind_of(std::string_view source, Limits limits = Limits()) {
    Environment environment;
    environment.set_limits(limits);
    environment.set_loader(std::make_shared<DictLoader>(
        std::map<std::string, std::string, std::less<>>{{"self", "{% include 'self' %}"},
                                                        {"parent", "{% extends 'parent' %}"},
                                                        {"a", "{% import 'a' as a %}"}}));
    try {
        environment.from_string(source).render();
    } catch (const TemplateError& error) {
        return error.kind();
    }
    return ErrorKind::Assertion;
}

TEST(Limits, EndHugeRepetition) {
    EXPECT_EQ(kind_of("{{ 'x' * 10**9 }}"), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ [1] * 10**12 }}"), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ 'x'.center(10**15) }}"), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ '%1000000000d' % 5 }}"), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ 'x'|indent(10**12) }}"), ErrorKind::Limit);
}

TEST(Limits, EndGiantLoops) {
    const Limits limits = Limits().steps(100'000);
    EXPECT_EQ(kind_of("{% for i in range(10**12) %}{% endfor %}", limits), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ range(10**12)|list }}", limits), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{{ range(10**12)|sum }}", limits), ErrorKind::Limit);
    EXPECT_EQ(kind_of("{% set l = [0] %}{% for i in l %}{% do l.append(i) %}{% endfor %}", limits),
              ErrorKind::Limit);
    EXPECT_EQ(kind_of("{% for i in range(10**9) if false %}{% endfor %}", limits),
              ErrorKind::Limit);
}

TEST(Limits, EndOutputAndTime) {
    EXPECT_EQ(
        kind_of("{% for i in range(10**6) %}xxxxxxxxxx{% endfor %}", Limits().output_bytes(10'000)),
        ErrorKind::Limit);
    EXPECT_EQ(kind_of("{% for i in range(10**12) %}{% endfor %}",
                      Limits().time(std::chrono::milliseconds(20)).steps(1ULL << 50)),
              ErrorKind::Limit);
}

TEST(Limits, EndRecursion) {
    EXPECT_EQ(kind_of("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), ErrorKind::Recursion);
    EXPECT_EQ(
        kind_of("{% macro m() %}{% call m() %}{% endcall %}{{ caller() }}{% endmacro %}{{ m() }}"),
        ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% block a %}{{ self.a() }}{% endblock %}"), ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}"),
              ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% include 'self' %}"), ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% import 'a' as a %}"), ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% extends 'parent' %}", Limits().steps(10'000)), ErrorKind::Limit);
}

TEST(Limits, EndDeepNesting) {
    EXPECT_EQ(kind_of("{{ " + std::string(100'000, '(') + " }}"), ErrorKind::Syntax);
    EXPECT_EQ(kind_of("{{ " + std::string(100'000, '-') + "1 }}"), ErrorKind::Syntax);
    std::string chain = "{{ 1";
    std::string ifs;
    for (int i = 0; i < 20'000; ++i) {
        chain += "+1";
        ifs += "{% if 1 %}";
    }
    EXPECT_EQ(kind_of(chain + " }}"), ErrorKind::Syntax);
    EXPECT_EQ(kind_of(ifs), ErrorKind::Syntax);
}

TEST(Limits, SurviveDeepValues) {
    EXPECT_EQ(kind_of("{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = "
                      "[ns.l] %}{% endfor %}{{ ns.l == [] }}"),
              ErrorKind::Assertion);
    EXPECT_EQ(kind_of("{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = "
                      "[ns.l] %}{% endfor %}{{ ns.l }}"),
              ErrorKind::Recursion);
    EXPECT_EQ(kind_of("{% set l = [] %}{% do l.append(l) %}"), ErrorKind::Value);
    EXPECT_EQ(kind_of("{% set ns = namespace() %}{% set ns.me = ns %}{% set l = [] %}{% do "
                      "l.append(l.append) %}ok"),
              ErrorKind::Assertion);
}

}  // namespace
