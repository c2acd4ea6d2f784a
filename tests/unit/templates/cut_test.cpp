// A large template, cut at each position: an error with its place or an output, never a crash.
#include <string>

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"

namespace {

using namespace indrik::templates;

constexpr std::string_view kTemplate = R"({# a page #}{% set ns = namespace(n=0) %}
{% macro field(name, value='', *) %}{% endmacro %}
{%- macro cell(v, kind="td") -%}<{{ kind }}>{{ v|e }}{{ caller() if caller else "" }}</{{ kind }}>{%- endmacro %}
{% block title scoped %}{{ "T" ~ 'itle' | upper }}{% endblock title %}
{% for row in rows if row is not none recursive %}{{ loop.index }}: {{ row[1:-1:2].x['y'] }}
  {% if row.a and not row.b or row.c in [1, 2.5e3, (3,)] %}x{% elif row is divisibleby 3 %}y{% else %}z{% endif %}
  {{ loop(row.children) }}{% break %}{% continue %}{% else %}none{% endfor %}
{% call(x, y=2) cell(1, *args, **kw) %}{{ x }}{% endcall %}{% filter replace("a", "b")|upper %}text{% endfilter %}
{% with a = 1, b = {'k': -2 ** +3 // 4 % 5} %}{{ a < b <= 3 != 4 }}{% endwith %}{% raw %}{{ raw }}{% endraw %}
{% autoescape true %}{% do ns.f(1) %}{% endautoescape %}{% set x %}block{% endset %}{% set ns.n = 1 %}
{% trans count=rows|length, u=user %}one {{ u }}{% pluralize count %}many {{ count }}{% endtrans %}
{% include ['a', 'b'] ignore missing without context %}{% import 'x' as y %}{% from 'z' import a as b, c with context %}
{{ "\u00fc\x41\n" "and" 'so on' }}{{ 'x' if y }}{{- 0x1F -}}{{ a.0.b }})";

TEST(Template, CutAtEachPositionGivesAnErrorOrAnOutput) {
    Environment environment;
    int errors = 0;
    for (std::size_t size = 0; size <= kTemplate.size(); ++size) {
        try {
            environment.from_string(kTemplate.substr(0, size)).render();
        } catch (const TemplateError& error) {
            ++errors;
            EXPECT_GE(error.line(), 1) << size << ": " << error.what();
        }
    }
    EXPECT_GT(errors, 500);
}

TEST(Template, WithoutOneByteGivesAnErrorOrAnOutput) {
    Environment environment;
    for (std::size_t at = 0; at < kTemplate.size(); ++at) {
        std::string text(kTemplate);
        text.erase(at, 1);
        try {
            environment.from_string(text).render();
        } catch (const TemplateError& error) {
            EXPECT_GE(error.line(), 1) << at;
        }
    }
}

}  // namespace
