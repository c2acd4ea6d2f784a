#include "indrik/templates/catalog.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "indrik/templates/environment.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::templates {
namespace {

// Written by msgfmt from the .po beside them; the Polish one is big-endian.
std::string path_of(const std::string& name) {
    return std::string(INDRIK_CATALOGS) + "/" + name + ".mo";
}
std::string bytes_of(const std::string& name) {
    std::ifstream file(path_of(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Catalog, TranslatesWhatItHas) {
    const Catalog german = Catalog::load(path_of("de"));
    EXPECT_EQ(german.header("Language"), "de");
    EXPECT_EQ(german.gettext("May"), "Mai");
    EXPECT_EQ(german.pgettext("verb", "May"), "Dürfen");
    EXPECT_EQ(german.pgettext("month", "May"), "May");
    EXPECT_EQ(german.gettext("June"), "June");
    EXPECT_EQ(german.gettext("not translated"), "not translated");
    EXPECT_EQ(german.gettext(""), "");  // the header is no translation
    EXPECT_EQ(german.ngettext("%(count)s apple", "%(count)s apples", 1), "%(count)s Apfel");
    EXPECT_EQ(german.ngettext("%(count)s apple", "%(count)s apples", 0), "%(count)s Äpfel");
    EXPECT_EQ(german.npgettext("fruit", "%(n)s pear", "%(n)s pears", 2), "%(n)s Birnen");
    EXPECT_EQ(german.ngettext("%(n)s pear", "%(n)s pears", 1), "%(n)s pear");
    EXPECT_EQ(Catalog().ngettext("a", "b", 2), "b");
}

TEST(Catalog, EitherByteOrderAndAnyPlural) {
    const Catalog polish = Catalog::load(path_of("pl"));
    const std::pair<std::int64_t, std::string_view> cases[] = {{1, "jabłko"},
                                                               {2, "jabłka"},
                                                               {4, "jabłka"},
                                                               {5, "jabłek"},
                                                               {12, "jabłek"},
                                                               {22, "jabłka"},
                                                               {112, "jabłek"},
                                                               {0, "jabłek"}};
    for (const auto& [count, expected] : cases) {
        const std::string_view form = polish.ngettext("%(count)s apple", "%(count)s apples", count);
        EXPECT_EQ(form, "%(count)s " + std::string(expected)) << count;
    }
}

TEST(Catalog, EveryCutIsRefusedOrReadWithoutHarm) {
    for (const char* name : {"de", "pl"}) {
        const std::string whole = bytes_of(name);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::string part = whole.substr(0, size);  // of its own memory, for the sanitizer
            try {
                EXPECT_LE(Catalog::parse(part).size(), 6u);
            } catch (const std::invalid_argument&) {
            }
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const int bit : {0, 3, 7}) {
                std::string changed = whole;
                changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
                try {
                    EXPECT_LE(Catalog::parse(changed).size(), 10u);
                } catch (const std::invalid_argument&) {
                }
            }
        }
    }
}

TEST(Catalog, SaysWhatIsWrong) {
    const auto complaint = [](const std::string& bytes) -> std::string {
        try {
            Catalog::parse(bytes);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "nothing";
    };
    EXPECT_NE(complaint("").find("too short"), std::string::npos);
    EXPECT_NE(complaint(std::string(40, 'x')).find("begins otherwise"), std::string::npos);
    std::string latin = bytes_of("de");
    latin.replace(latin.find("UTF-8"), 5, "KOI-8");
    EXPECT_NE(complaint(latin).find("KOI-8"), std::string::npos) << complaint(latin);
    std::string rule = bytes_of("de");
    rule.replace(rule.find("n != 1"), 6, "n != x");
    EXPECT_NE(complaint(rule).find("plurals"), std::string::npos) << complaint(rule);
    EXPECT_THROW(Catalog::load("/no/such/file.mo"), std::system_error);
    test::TemporaryFolder folder;
    folder.write("a.mo", "nonsense");
    try {
        Catalog::load((folder / "a.mo").string());
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("a.mo: no catalog"), std::string::npos);
    }
}

TEST(PluralRule, ReadsWhatCatalogsHave) {
    const auto forms = [](std::string_view expression, std::size_t count) {
        const PluralRule rule = PluralRule::parse("nplurals=" + std::to_string(count) +
                                                  "; plural=" + std::string(expression) + ";");
        std::string result;
        for (std::uint64_t n = 0; n < 23; ++n) {
            const auto form = rule.form(n);
            result += form ? static_cast<char>('0' + *form) : '-';
        }
        return result;
    };
    EXPECT_EQ(forms("0", 1), "00000000000000000000000");
    EXPECT_EQ(forms("n != 1", 2), "10111111111111111111111");
    EXPECT_EQ(forms("n>1", 2), "00111111111111111111111");
    // Arabic, of six forms.
    EXPECT_EQ(
        forms("(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
              6),
        "01233333333444444444444");
    // Slovenian.
    EXPECT_EQ(forms("(n%100==1 ? 1 : n%100==2 ? 2 : n%100==3 || n%100==4 ? 3 : 0)", 4),
              "01233000000000000000000");
    EXPECT_EQ(forms("!(n - 1) * 2 + n / 100", 3), "02000000000000000000000");
    EXPECT_EQ(forms("n % 0", 2), "-----------------------");
    EXPECT_EQ(forms("n", 3), "012--------------------");
    EXPECT_EQ(forms("n == 0 || 1 / n", 2), "11000000000000000000000");
    for (const std::string_view text : {"",
                                        "nplurals=2",
                                        "nplurals=0; plural=0;",
                                        "nplurals=2; plural=;",
                                        "nplurals=2; plural=(n;",
                                        "nplurals=2; plural=n n;",
                                        "nplurals=2; plural=n ? 1;",
                                        "nplurals=x; plural=n;",
                                        "nplurals=99999; plural=n;",
                                        "nplurals=2; plural=99999999999999999999;"})
        EXPECT_THROW(PluralRule::parse(text), std::invalid_argument) << text;
    const std::string deep = "nplurals=2; plural=" + std::string(100'000, '(') + "n";
    EXPECT_THROW(PluralRule::parse(deep), std::invalid_argument);
    const std::string long_one = "nplurals=2; plural=n" + [] {
        std::string more;
        for (int i = 0; i < 1000; ++i) more += "+n";
        return more;
    }();
    EXPECT_THROW(PluralRule::parse(long_one), std::invalid_argument);
}

/// What python3-jinja2 renders with the same catalogs in gettext.GNUTranslations.
TEST(Translations, OfTemplates) {
    Environment environment;
    Extensions extensions;
    environment.set_extensions(extensions);
    environment.install_null_translations();
    const Template page = environment.from_string(
        "{% trans name=user %}Hello, {{ name }}!{% endtrans %} "
        "{% trans count=apples %}{{ count }} apple{% pluralize %}{{ count }} apples{% endtrans %} "
        "{% trans 'verb' %}May{% endtrans %} {% trans %}May{% endtrans %} "
        "{{ pgettext('verb', 'May') }} {{ _('May') }} "
        "{{ npgettext('fruit', '%(n)s pear', '%(n)s pears', 2)|format(n=2) }} "
        "{% trans %}100% <b>sure</b>{% endtrans %}",
        "page.html");
    Dict context;
    context.set(Value("user"), Value("<Ada>"));
    context.set(Value("apples"), Value(3));
    const auto german = std::make_shared<const Catalog>(Catalog::load(path_of("de")));
    const auto polish = std::make_shared<const Catalog>(Catalog::load(path_of("pl")));
    EXPECT_EQ(page.render(context),
              "Hello, &lt;Ada&gt;! 3 apples May May May May 2 pears 100% <b>sure</b>");
    Dict in_polish = context;
    install_translations(in_polish, polish);
    install_translations(environment, german);
    EXPECT_EQ(page.render(context),
              "Grüß Gott, &lt;Ada&gt;! 3 Äpfel Dürfen Mai Dürfen Mai 2 Birnen 100% <b>sicher</b>");
    EXPECT_EQ(
        page.render(in_polish),
        "Grüß Gott, &lt;Ada&gt;! 3 jabłka Dürfen Mai Dürfen Mai 2 gruszki 100% <b>sicher</b>");
}

}  // namespace
}  // namespace indrik::templates
