#pragma once
// Translations: GNU gettext's compiled catalogs (.mo), which msgfmt and pybabel write.
//
//   auto german = std::make_shared<const templates::Catalog>(templates::Catalog::load("locale/de/LC_MESSAGES/shop.mo"));
//   templates::install_translations(environment, german);          // for every rendering
//   templates::install_translations(context, german);              // for one: the language of a request
//
// {% trans %} and calls of gettext, ngettext, pgettext, npgettext and _ then find their texts in it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/dict.hpp"
#include "indrik/templates/plural_rule.hpp"

namespace indrik::templates {

class Environment;

/// A value; names and texts are UTF-8.
class Catalog {
public:
    /// Nothing is translated.
    Catalog() = default;
    /// The bytes of a .mo file, of either byte order. Errors: std::invalid_argument that says what is wrong with them: no such file, an
    /// offset beyond its end, another charset than UTF-8, a rule for plurals that cannot be read.
    static Catalog parse(std::string_view bytes);
    /// The same from a file. Errors: std::system_error if it cannot be read; as parse(), with the path.
    static Catalog load(const std::string& path);

    /// The translation, or the text itself. Lifetime: of the catalog, and of what was given.
    std::string_view gettext(std::string_view text) const;
    /// The form for `n` things; untranslated, `singular` for one and `plural` otherwise.
    std::string_view ngettext(std::string_view singular,
                              std::string_view plural,
                              std::int64_t n) const;
    /// The same for a text that means different things in different places.
    std::string_view pgettext(std::string_view context, std::string_view text) const;
    std::string_view npgettext(std::string_view context,
                               std::string_view singular,
                               std::string_view plural,
                               std::int64_t n) const;

    std::size_t size() const { return texts_.size(); }
    /// A field of the header entry, "" if there is none: "Language", "PO-Revision-Date".
    std::string_view header(std::string_view name) const;

private:
    std::optional<std::string_view> find(std::string_view key, std::size_t form) const;
    std::string_view find_plural(std::string_view key,
                                 std::string_view singular,
                                 std::string_view plural,
                                 std::int64_t n) const;
    void read_header(std::string_view header);

    std::map<std::string, std::vector<std::string>, std::less<>> texts_;  // the forms of each
    std::map<std::string, std::string, std::less<>> header_;
    PluralRule rule_;
};

/// Makes gettext, ngettext, pgettext, npgettext and _ of an environment, or of one rendering's context, look there.
void install_translations(Environment& environment, std::shared_ptr<const Catalog> catalog);
void install_translations(Dict& context, std::shared_ptr<const Catalog> catalog);

}  // namespace indrik::templates
