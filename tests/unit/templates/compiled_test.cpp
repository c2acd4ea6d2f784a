#include "indrik/templates/compiled.hpp"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "compiled_test.hpp"
#include "indrik/templates/code_generator.hpp"
#include "indrik/templates/detail/cpp_literal.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/printing.hpp"

namespace {

using namespace indrik::templates;

Value shout(const Arguments& arguments) {
    return Value(to_str(arguments.positional[0]) + "!");
}

std::shared_ptr<const Loader> compiled_loader() {
    return std::make_shared<CompiledLoader>(compiled_test::templates());
}

/// The same texts without their code.
std::shared_ptr<const Loader> plain_loader() {
    const auto compiled = compiled_loader();
    std::map<std::string, std::string, std::less<>> sources;
    for (const std::string& name : compiled->names()) sources[name] = compiled->load(name)->text;
    return std::make_shared<DictLoader>(std::move(sources));
}

std::unique_ptr<Environment> make_environment(std::shared_ptr<const Loader> loader) {
    auto environment = std::make_unique<Environment>();
    environment->set_loader(std::move(loader));
    environment->add_filter("shout", shout);
    return environment;
}

Dict page_values() {
    const auto row = [](std::string_view name, bool skips) {
        return Value::dict({{"name", Value(name)}, {"skip", skips}});
    };
    Dict values;
    values.set("title", "A <title>");
    values.set("rows",
               Value::list({row("a", false), row("", true), row("b", true), row("c", false)}));
    values.set("numbers", Value::list({1, 2, 3, 4, 5}));
    const Value leaf = Value::dict({{"name", "leaf"}, {"children", Value::list()}});
    values.set(
        "tree",
        Value::list({Value::dict({{"name", "root"}, {"children", Value::list({leaf, leaf})}})}));
    return values;
}

std::string error_of(const Template& page, const Dict& values) {
    try {
        return page.render(values);
    } catch (const TemplateError& error) {
        return error.report();
    }
}

TEST(CompiledTemplates, RenderWhatTheInterpreterRenders) {
    const auto native = make_environment(compiled_loader());
    const auto plain = make_environment(plain_loader());
    Dict values = page_values();
    const Template page = native->get_template("site/page.html");
    EXPECT_TRUE(page.is_native());
    EXPECT_FALSE(plain->get_template("site/page.html").is_native());
    const std::string text = page.render(values);
    EXPECT_EQ(text, plain->get_template("site/page.html").render(values));
    EXPECT_NE(text.find("<title>A &lt;TITLE&gt;</title>"), std::string::npos) << text;
    EXPECT_NE(text.find("2/3 e&amp;ven b! B middle"), std::string::npos) << text;
    values.set("rows", Value::list());
    EXPECT_EQ(page.render(values), plain->get_template("site/page.html").render(values));
}

TEST(CompiledTemplates, FailWithTheSameReport) {
    const auto native = make_environment(compiled_loader());
    const auto plain = make_environment(plain_loader());
    const Template page = native->get_template("site/page.html");
    Dict values = page_values();
    values.set("fails", true);
    const std::string report = error_of(page, values);
    EXPECT_NE(report.find("'boom' is undefined"), std::string::npos) << report;
    EXPECT_NE(report.find("{{ boom.x.y if fails }}"), std::string::npos) << report;
    EXPECT_EQ(report, error_of(plain->get_template("site/page.html"), values));
}

TEST(CompiledTemplates, HaveTheSameLimits) {
    const auto native = make_environment(compiled_loader());
    const auto plain = make_environment(plain_loader());
    for (std::uint64_t steps = 0; steps < 200; ++steps) {
        native->set_limits(Limits().steps(steps));
        plain->set_limits(Limits().steps(steps));
        EXPECT_EQ(error_of(native->get_template("site/page.html"), page_values()),
                  error_of(plain->get_template("site/page.html"), page_values()));
    }
    for (std::size_t bytes = 0; bytes < 300; bytes += 7) {
        native->set_limits(Limits().output_bytes(bytes));
        plain->set_limits(Limits().output_bytes(bytes));
        EXPECT_EQ(error_of(native->get_template("site/page.html"), page_values()),
                  error_of(plain->get_template("site/page.html"), page_values()));
    }
}

TEST(CompiledTemplates, StreamTheSamePieces) {
    const auto pieces = [](const std::shared_ptr<const Loader>& loader, std::string_view name) {
        const auto environment = make_environment(loader);
        TemplateStream stream(*environment, environment->get_template(name), page_values());
        std::vector<std::string> result;
        for (std::string piece; stream.next(piece); piece.clear()) result.push_back(piece);
        return result;
    };
    for (const std::string_view name : {"site/page.html", "site/layout.html"})
        EXPECT_EQ(pieces(compiled_loader(), name), pieces(plain_loader(), name));
    EXPECT_GT(pieces(compiled_loader(), "site/layout.html").size(), 3U);
}

TEST(CompiledTemplates, KeepEveryByte) {
    const auto native = make_environment(compiled_loader());
    const auto plain = make_environment(plain_loader());
    const Template page = native->get_template("site/hard.txt");
    EXPECT_TRUE(page.is_native());
    const std::string text = page.render({{"name", "end"}});
    EXPECT_EQ(text, plain->get_template("site/hard.txt").render({{"name", "end"}}));
    EXPECT_TRUE(
        text.starts_with("?\?/ \\ \"quoted\" \\n 7?\?=\t\xC3\xA9\xF0\x9F\x98\x80"
                         "1\x01"
                         "1\x7F%s\n"))
        << text.substr(0, 80);
    EXPECT_GT(text.size(), 100'000U);
    EXPECT_TRUE(text.ends_with("abcdefend"));
}

TEST(CompiledTemplates, AreInterpretedInAnEnvironmentThatDiffers) {
    auto environment = make_environment(compiled_loader());
    environment->add_filter("upper", shout);
    const Template page = environment->get_template("site/page.html");
    EXPECT_FALSE(page.is_native());
    EXPECT_NE(page.render(page_values()).find("<title>A &lt;title&gt;!</title>"),
              std::string::npos);

    environment = make_environment(compiled_loader());
    environment->set_autoescape(false);
    EXPECT_FALSE(environment->get_template("site/page.html").is_native());

    environment = make_environment(compiled_loader());
    environment->set_finalize([](const Value& value) { return value; });
    EXPECT_FALSE(environment->get_template("site/page.html").is_native());
}

TEST(CompiledLoader, KnowsItsNames) {
    const auto loader = compiled_loader();
    EXPECT_EQ(loader->names(),
              (std::vector<std::string>{"site/cells.html",
                                        "site/hard.txt",
                                        "site/layout.html",
                                        "site/macros.html",
                                        "site/page.html"}));
    EXPECT_FALSE(loader->load("page.html"));
}

TEST(CodeGenerator, RefusesBrokenTemplatesUnlessToldToKeepThem) {
    Environment environment;
    CodeGenerator strict(environment, {"pages", 1, false});
    EXPECT_THROW(strict.add("a.html", "{% if %}"), TemplateSyntaxError);
    CodeGenerator lenient(environment, {"pages", 1, true});
    EXPECT_NO_THROW(lenient.add("a.html", "{% if %}"));
}

TEST(CodeGenerator, NamesItsFilesAlike) {
    Environment environment;
    const CodeGeneratorOptions options{"shop::pages", 2, false};
    CodeGenerator generator(environment, options);
    generator.add("a.html", "{{ a }}");
    std::vector<std::string> names;
    for (const GeneratedFile& file : generator.files()) names.push_back(file.name);
    EXPECT_EQ(names, CodeGenerator::file_names(options));
    EXPECT_EQ(names.front(), "shop_pages.hpp");
}

TEST(CppLiteral, CannotRunIntoWhatFollows) {
    EXPECT_EQ(detail::cpp_literal(std::string_view("\x01"
                                                   "1\0?\"\\\n",
                                                   7),
                                  0),
              "\"\\0011\\000\\?\\\"\\\\\\n\"");
    EXPECT_EQ(detail::cpp_literal("a\nb", 2), "\"a\\n\"\n  \"b\"");
    EXPECT_EQ(detail::literal_pieces(std::string(40'000, 'x')).size(), 3U);
    EXPECT_EQ(detail::cpp_name("a-b__c/2.html"), "a_b_c_2_html");
    EXPECT_EQ(detail::cpp_name("1"), "t1");
}

}  // namespace
