// Catalogs of GNU gettext: whatever bytes there are, they are refused or give texts that stay within what was read.

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "indrik/templates/catalog.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using indrik::fuzz::require;
using indrik::templates::Catalog;
using indrik::templates::PluralRule;

void read_catalog(std::string_view text) {
    try {
        const Catalog catalog = Catalog::parse(text);
        require(catalog.size() <= text.size() / 16, "a text takes its entries");
        require(catalog.gettext("May").size() <= text.size() + 3, "a text of the file");
        for (const std::int64_t n : {-1, 0, 1, 2, 5, 11, 100})
            require(catalog.npgettext("a", "b", "c", n).size() <= text.size() + 1, "a form");
    } catch (const std::invalid_argument&) {
    }
}

void read_rule(std::string_view text) {
    try {
        const PluralRule rule = PluralRule::parse(text);
        for (const std::uint64_t n : {0, 1, 2, 5, 11, 100}) {
            const auto form = rule.form(n);
            require(!form || *form < rule.forms(), "one of its forms");
        }
    } catch (const std::invalid_argument&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // In a block of just that size, so that what is read behind it is found.
    const auto block = std::make_unique<char[]>(size);
    std::memcpy(block.get(), data, size);
    read_catalog({block.get(), size});
    read_rule({block.get(), size});
    return 0;
}
