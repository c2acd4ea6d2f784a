#include "indrik/templates/catalog.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {
namespace {

constexpr std::uint32_t kMagic = 0x950412de;
constexpr std::uint32_t kMagicSwapped = 0xde120495;
constexpr char kContextEnd = '\x04';
constexpr std::size_t kHeadBytes = 20;  // magic, revision, the number of texts, two offsets
constexpr std::size_t kEntryBytes = 8;  // length, offset

[[noreturn]] void refuse(const std::string& what) {
    throw std::invalid_argument("no catalog of GNU gettext: " + what);
}

/// The file as it was laid out, all of whose numbers are checked.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {
        if (bytes.size() < kHeadBytes) refuse("it is too short");
        const std::uint32_t magic = number(0);
        if (magic != kMagic && magic != kMagicSwapped) refuse("it begins otherwise");
        is_swapped_ = magic == kMagicSwapped;
        if (number(4) >> 16 > 1) refuse("a revision from the future");
    }
    std::size_t count() const { return number(8); }
    std::string_view original(std::size_t index) const { return text(number(12), index); }
    std::string_view translation(std::size_t index) const { return text(number(16), index); }
    void check_tables() const {
        for (const std::size_t at : {12, 16}) {
            const std::uint64_t end = number(at) + std::uint64_t{count()} * kEntryBytes;
            if (end > bytes_.size()) refuse("a table ends beyond the file");
        }
    }

private:
    std::uint32_t number(std::size_t at) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const auto byte = static_cast<unsigned char>(bytes_[at + i]);
            value |= std::uint32_t{byte} << 8 * (is_swapped_ ? 3 - i : i);
        }
        return value;
    }
    std::string_view text(std::size_t table, std::size_t index) const {
        const std::size_t entry = table + index * kEntryBytes;
        const std::uint64_t length = number(entry);
        const std::uint64_t offset = number(entry + 4);
        if (offset + length > bytes_.size()) refuse("a text ends beyond the file");
        return bytes_.substr(offset, length);
    }

    std::string_view bytes_;
    bool is_swapped_ = false;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::string with_context(std::string_view context, std::string_view text) {
    std::string key(context);
    key += kContextEnd;
    key += text;
    return key;
}

}  // namespace

Catalog Catalog::parse(std::string_view bytes) {
    const Reader reader(bytes);
    reader.check_tables();
    Catalog catalog;
    // Before all others: it says how they are written.
    for (std::size_t i = 0; i < reader.count(); ++i) {
        if (reader.original(i).empty()) catalog.read_header(reader.translation(i));
    }
    for (std::size_t i = 0; i < reader.count(); ++i) {
        const std::string_view original = reader.original(i);
        std::string_view rest = reader.translation(i);
        if (original.empty()) continue;
        if (!detail::is_utf8(original) || !detail::is_utf8(rest)) refuse("a text is not UTF-8");
        const std::size_t zero = original.find('\0');  // behind it the plural
        std::vector<std::string> forms;
        if (zero == std::string_view::npos) {
            forms.emplace_back(rest);
        } else {
            for (std::size_t end = 0; end != std::string_view::npos;) {
                end = rest.find('\0');
                forms.emplace_back(rest.substr(0, end));
                if (end != std::string_view::npos) rest.remove_prefix(end + 1);
            }
        }
        catalog.texts_.insert_or_assign(std::string(original.substr(0, zero)), std::move(forms));
    }
    return catalog;
}

void Catalog::read_header(std::string_view header) {
    while (!header.empty()) {
        const std::size_t end = std::min(header.find('\n'), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        header_.insert_or_assign(std::string(trimmed(line.substr(0, colon))),
                                 std::string(trimmed(line.substr(colon + 1))));
    }
    const std::string_view type = this->header("Content-Type");
    constexpr std::string_view kCharset = "charset=";
    const std::size_t charset = type.find(kCharset);
    if (charset != std::string_view::npos) {
        std::string name(trimmed(type.substr(charset + kCharset.size())));
        for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        if (name != "UTF-8" && name != "UTF8" && name != "ASCII" && name != "US-ASCII")
            refuse("its texts are " + name + ", not UTF-8");
    }
    if (const std::string_view rule = this->header("Plural-Forms"); !rule.empty())
        rule_ = PluralRule::parse(rule);
}

Catalog Catalog::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::system_error(errno, std::generic_category(), path);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    try {
        return parse(bytes);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(path + ": " + error.what());
    }
}

std::string_view Catalog::header(std::string_view name) const {
    const auto found = header_.find(name);
    return found == header_.end() ? std::string_view() : found->second;
}

std::optional<std::string_view> Catalog::find(std::string_view key, std::size_t form) const {
    const auto found = texts_.find(key);
    if (found == texts_.end() || form >= found->second.size()) return std::nullopt;
    return found->second[form];
}

std::string_view Catalog::gettext(std::string_view text) const {
    return find(text, 0).value_or(text);
}

std::string_view Catalog::find_plural(std::string_view key,
                                      std::string_view singular,
                                      std::string_view plural,
                                      std::int64_t n) const {
    const std::string_view untranslated = n == 1 ? singular : plural;
    const auto form = rule_.form(static_cast<std::uint64_t>(n));
    return form ? find(key, *form).value_or(untranslated) : untranslated;
}

std::string_view Catalog::ngettext(std::string_view singular,
                                   std::string_view plural,
                                   std::int64_t n) const {
    return find_plural(singular, singular, plural, n);
}

std::string_view Catalog::pgettext(std::string_view context, std::string_view text) const {
    return find(with_context(context, text), 0).value_or(text);
}

std::string_view Catalog::npgettext(std::string_view context,
                                    std::string_view singular,
                                    std::string_view plural,
                                    std::int64_t n) const {
    return find_plural(with_context(context, singular), singular, plural, n);
}

namespace {

/// One of the functions that templates call. What was safe stays so, as Jinja2's do with what {% trans %} marks.
Value translate(const Catalog& catalog,
                const Arguments& arguments,
                bool has_context,
                bool has_plural) {
    const std::size_t wanted = (has_context ? 1U : 0U) + (has_plural ? 3U : 1U);
    if (arguments.positional.size() != wanted)
        fail(ErrorKind::Type, "gettext functions take " + std::to_string(wanted) + " arguments");
    std::vector<std::string> texts;
    for (const Value& value : arguments.positional.first(wanted - (has_plural ? 1 : 0)))
        texts.push_back(to_str(value));
    const std::size_t first = has_context ? 1 : 0;
    if (!has_plural) {
        const std::string_view found =
            has_context ? catalog.pgettext(texts[0], texts[1]) : catalog.gettext(texts[0]);
        return Value(std::string(found));
    }
    const Value& count = arguments.positional.back();
    if (!count.is_integer()) fail(ErrorKind::Type, "gettext functions count with integers");
    const std::string_view found =
        has_context ? catalog.npgettext(texts[0], texts[1], texts[2], count.integer())
                    : catalog.ngettext(texts[first], texts[first + 1], count.integer());
    return Value(std::string(found));
}

template <class Add>
void add_functions(const std::shared_ptr<const Catalog>& catalog, Add add) {
    const auto add_one = [&](std::string_view name, bool has_context, bool has_plural) {
        add(name,
            function(
                [catalog, has_context, has_plural](const Arguments& arguments) {
                    return translate(*catalog, arguments, has_context, has_plural);
                },
                std::string(name)));
    };
    add_one("_", false, false);
    add_one("gettext", false, false);
    add_one("ngettext", false, true);
    add_one("pgettext", true, false);
    add_one("npgettext", true, true);
}

}  // namespace

void install_translations(Environment& environment, std::shared_ptr<const Catalog> catalog) {
    add_functions(catalog, [&](std::string_view name, Value value) {
        environment.add_global(name, std::move(value));
    });
}

void install_translations(Dict& context, std::shared_ptr<const Catalog> catalog) {
    add_functions(catalog, [&](std::string_view name, Value value) {
        context.set(Value(name), std::move(value));
    });
}

}  // namespace indrik::templates
