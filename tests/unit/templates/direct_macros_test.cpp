// Macros that compiled templates call as C++ functions.
#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "compiled_test.hpp"
#include "indrik/templates/code_generator.hpp"
#include "indrik/templates/compiled.hpp"
#include "indrik/templates/environment.hpp"

namespace {

using namespace indrik::templates;
using Sources = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kPage = "site/macros.html";

/// Compiled templates, some of which are replaced by texts.
class ReplacingLoader final : public Loader {
public:
    explicit ReplacingLoader(Sources sources) : sources_(std::move(sources)) {}
    std::optional<TemplateSource> load(std::string_view name) const override {
        const auto found = sources_.find(name);
        if (found == sources_.end()) return compiled_.load(name);
        TemplateSource source;
        source.text = found->second;
        return source;
    }
    std::vector<std::string> names() const override { return compiled_.names(); }

private:
    Sources sources_;
    CompiledLoader compiled_{compiled_test::templates()};
};

Sources all_sources() {
    const CompiledLoader compiled(compiled_test::templates());
    Sources sources;
    for (const std::string& name : compiled.names()) sources[name] = compiled.load(name)->text;
    return sources;
}

/// The page by its code and by its nodes, with some of the templates replaced.
struct Both {
    explicit Both(Sources replaced = {}) {
        Sources sources = all_sources();
        for (const auto& [name, text] : replaced) sources[name] = text;
        native.set_loader(std::make_shared<ReplacingLoader>(std::move(replaced)));
        plain.set_loader(std::make_shared<DictLoader>(std::move(sources)));
        const auto shout = [](const Arguments& arguments) { return arguments.positional[0]; };
        native.add_filter("shout", shout);
        plain.add_filter("shout", shout);
    }
    void set_limits(const Limits& limits) {
        native.set_limits(limits);
        plain.set_limits(limits);
    }
    static std::string text_of(const Template& page, const Dict& values) {
        try {
            return page.render(values);
        } catch (const TemplateError& error) {
            return error.report();
        }
    }
    /// The text or the report, which must be the same.
    std::string text(const Dict& values) {
        const Template page = native.get_template(kPage);
        EXPECT_TRUE(page.is_native());
        const std::string result = text_of(page, values);
        EXPECT_EQ(result, text_of(plain.get_template(kPage), values));
        return result;
    }
    Environment native, plain;
};

Value row(int id, std::string_view name, Value text, bool has_url = true) {
    Dict result;
    result.set("id", id);
    result.set("name", Value(name));
    result.set("text", std::move(text));
    if (has_url) result.set("url", "/?a=1&b=2");
    return Value::dict(std::move(result));
}

Dict values(Values rows) {
    Dict result;
    result.set("library", "site/cells.html");
    result.set("rows", Value::list(std::move(rows)));
    return result;
}

Dict plain_values() {
    return values({row(1, "A <b>", "text"),
                   row(1234567, "a long name & more than sixteen bytes", Value::markup("<i>")),
                   row(-5, "", 1.5),
                   row(1000, "\xC3\xA4 \"quoted\"", "no", false)});
}

TEST(DirectMacros, WriteWhatTheMacrosWrite) {
    Both both;
    const std::string text = both.text(plain_values());
    EXPECT_NE(text.find("<td>&lt;A &lt;b&gt;</td><td>&lt;1</td>"), std::string::npos) << text;
    EXPECT_NE(text.find("<a href=\"/?a=1&amp;b=2\">TEXT</a>"), std::string::npos) << text;
    EXPECT_NE(text.find("two 1"), std::string::npos) << text;
    EXPECT_NE(text.find("[<td>&lt;A"), std::string::npos) << text;
}

TEST(DirectMacros, AreFoundWhenTheCodeIsMade) {
    Environment environment;
    CodeGenerator generator(environment, {"pages", 2, false});
    // The page comes first: its macros are known all the same.
    generator.add("page",
                  "{% from 'lib' import a, b %}{% for i in x %}{{ a(i) }}{{ b(i) }}{% endfor %}");
    generator.add(
        "lib",
        "{% macro a(x) %}<{{ x }}>{% endmacro %}{% macro b(x) %}{{ caller() }}{% endmacro %}");
    std::string text;
    for (const GeneratedFile& file : generator.files()) text += file.text;
    EXPECT_NE(text.find(", t1_lib::macro_0_a)) {"), std::string::npos) << text;
    EXPECT_EQ(text.find("t1_lib::macro_1_b"), std::string::npos) << text;
}

TEST(DirectMacros, GiveWayToOthersOfTheSameName) {
    // The template that is imported is another one than when the code was made, or one that is chosen late.
    Both both(
        Sources{{"site/cells.html",
                 "{% macro cell(value, more='!') %}{{ value }}{{ more }}{% endmacro %}"
                 "{% macro link(a, b) %}{{ varargs }}{% endmacro %}{% set nothing = 'no macro' %}"
                 "{% macro nested(a) %}{{ a }}{% endmacro %}"}});
    const std::string report = both.text(plain_values());
    EXPECT_NE(report.find("'str' object is not callable"), std::string::npos) << report;
    Both others(Sources{{"other.html", "{% macro cell(value) %}other {{ value }}{% endmacro %}"}});
    Dict given = plain_values();
    given.set("library", "other.html");
    const std::string text = others.text(given);
    EXPECT_NE(text.find("other A &lt;b&gt;"), std::string::npos) << text;
}

TEST(DirectMacros, FailWithTheSameReport) {
    Both both;
    const std::string report = both.text(values({row(1, "a", "", false), row(2, "x", "x", false)}));
    EXPECT_NE(report.find("row.missing.deeper"), std::string::npos) << report;
    EXPECT_NE(report.find("site/cells.html"), std::string::npos) << report;
    EXPECT_NE(report.find("site/macros.html"), std::string::npos) << report;
    both.native.set_undefined(UndefinedKind::Strict);
    both.plain.set_undefined(UndefinedKind::Strict);
    both.text(values({Value::dict({{"id", 1}})}));
}

TEST(DirectMacros, AreCountedAlike) {
    Both both;
    const Dict given = plain_values();
    const std::string whole = both.text(given);
    bool is_enough = false;
    for (std::uint64_t steps = 0; !is_enough; ++steps) {
        ASSERT_LT(steps, 2000U);
        both.set_limits(Limits().steps(steps));
        is_enough = both.text(given) == whole;
    }
    for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
        both.set_limits(Limits().output_bytes(bytes));
        EXPECT_EQ(both.text(given) == whole, bytes == whole.size());
    }
    for (int depth = 1; depth < 6; ++depth) {
        both.set_limits(Limits().recursion(depth));
        both.text(given);
    }
}

}  // namespace
