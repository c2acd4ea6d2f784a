#include "indrik/web/path_variable.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace indrik::web {
namespace {

using Kind = PathVariable::Kind;
using ByteSet = std::bitset<256>;

constexpr std::pair<std::string_view, Kind> kConverters[] = {
    {"", Kind::Plain},
    {"int", Kind::Int},
    {"uint", Kind::UInt},
    {"float", Kind::Float},
    {"uuid", Kind::UUID},
    {"slug", Kind::Slug},
    {"path", Kind::Path},
    {".*", Kind::Rest},
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');  // as RE2's \s
}
bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

template <class Test>
void add_all(ByteSet& set, Test test) {
    for (int code = 0; code < 128; ++code) {
        if (test(static_cast<char>(code))) set.set(static_cast<std::size_t>(code));
    }
}

/// Reads a regular expression from its beginning, as far as it is understood.
class RegexReader {
public:
    explicit RegexReader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::optional<char> next() {
        if (rest_.empty()) return std::nullopt;
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    /// What follows a backslash: a class, or a character that stands for itself.
    std::optional<ByteSet> escape() {
        const std::optional<char> c = next();
        ByteSet set;
        if (c == 'd') {
            add_all(set, is_digit);
        } else if (c == 'w') {
            add_all(set, is_word);
        } else if (c == 's') {
            add_all(set, is_space);
        } else if (c && is_ascii(*c) && !is_word(*c)) {
            set.set(static_cast<unsigned char>(*c));
        } else {
            return std::nullopt;
        }
        return set;
    }

    /// What follows '['. Only of ASCII, so that bytes are characters; `is_negated` if it began with '^'.
    std::optional<ByteSet> bracket(bool& is_negated) {
        ByteSet set;
        is_negated = take('^');
        for (bool is_first = true;; is_first = false) {
            const std::optional<char> low = next();
            if (!low || !is_ascii(*low) || *low == '[') return std::nullopt;
            if (*low == ']') return is_first ? std::nullopt : std::optional(set);
            if (*low == '\\') {
                const auto escaped = escape();
                if (!escaped || (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']')) {
                    return std::nullopt;
                }
                set |= *escaped;
                continue;
            }
            char high = *low;
            if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
                high = rest_[1];
                if (!is_ascii(high) || high == '\\' || high == '[' || high < *low) {
                    return std::nullopt;
                }
                rest_.remove_prefix(2);
            }
            add_all(set, [&](char c) { return c >= *low && c <= high; });
        }
    }

    /// "+", "{2,3}" and so on up to the end of the text.
    bool count(std::size_t& min, std::size_t& max) {
        constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
        min = max = 1;
        if (take('+')) {
            max = kUnlimited;
        } else if (take('*')) {
            min = 0;
            max = kUnlimited;
        } else if (take('?')) {
            min = 0;
        } else if (take('{')) {
            const auto low = number();
            if (!low) return false;
            min = max = *low;
            if (take(',')) {
                const auto high = number();
                max = high.value_or(kUnlimited);
            }
            if (!take('}') || max < min) return false;
        }
        return at_end();
    }

private:
    std::optional<std::size_t> number() {
        constexpr std::size_t kMaxCount = 1000;  // RE2's; it says so itself
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc() || value > kMaxCount) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    std::string_view rest_;
};

/// Whether an expression might match a text with '/' in it. True unless it is certain that it cannot.
bool may_match_slash(std::string_view regex) {
    constexpr std::size_t kSlash = '/';
    RegexReader reader(regex);
    while (const std::optional<char> c = reader.next()) {
        if (*c == '.' || *c == '/') return true;
        if (*c == '\\') {
            const auto set = reader.escape();
            if (!set || set->test(kSlash)) return true;
        } else if (*c == '[') {
            bool is_negated = false;
            const auto set = reader.bracket(is_negated);
            if (!set || set->test(kSlash) != is_negated) return true;
        }
    }
    return false;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
    }
    return true;
}

template <class Integer>
bool is_integer(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return false;
    Integer value = 0;
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

bool is_number(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return false;
    if (point < text.size()) {
        const std::string_view fraction = text.substr(point + 1);
        if (fraction.empty() || !std::all_of(fraction.begin(), fraction.end(), is_digit)) {
            return false;
        }
    }
    double value = 0;
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

}  // namespace

PathVariable::PathVariable(std::string_view name, std::string_view type)
    : name_(name), type_(type), kind_(Kind::Regex) {
    for (const auto& [converter, kind] : kConverters) {
        if (type == converter) kind_ = kind;
    }
    may_hold_slash_ = kind_ == Kind::Path || kind_ == Kind::Rest;
    if (kind_ != Kind::Regex) return;
    RegexReader reader(type);
    std::optional<ByteSet> set;
    bool is_negated = false;
    if (reader.take('\\')) {
        set = reader.escape();
    } else if (reader.take('[')) {
        set = reader.bracket(is_negated);
    }
    if (set && !is_negated && !set->test('/') && reader.count(run_min_, run_max_)) {
        kind_ = Kind::Run;
        run_ = *set;
    } else {
        may_hold_slash_ = may_match_slash(type);
    }
}

bool PathVariable::accepts(std::string_view text) const {
    switch (kind_) {
        case Kind::Plain:
            return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
                return c == '{' || c == '}' || c == '/';
            });
        case Kind::Int:
            return is_integer<std::int64_t>(text);
        case Kind::UInt:
            return is_integer<std::uint64_t>(text);
        case Kind::Float:
            return is_number(text);
        case Kind::UUID:
            return is_uuid(text);
        case Kind::Slug:
            return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
                return is_word(c) || c == '-';
            });
        case Kind::Path:
            return !text.empty() && text.front() != '/' && !text.starts_with("%2F");
        case Kind::Run:
            return text.size() >= run_min_ && text.size() <= run_max_ &&
                   std::all_of(text.begin(), text.end(), [this](char c) {
                       return run_.test(static_cast<unsigned char>(c));
                   });
        case Kind::Rest:
        case Kind::Regex:
            break;
    }
    return true;
}

std::string PathVariable::regex() const {
    switch (kind_) {
        case Kind::Plain:
            return "[^{}/]+";
        case Kind::Int:
        case Kind::UInt:
            return "[0-9]+";
        case Kind::Float:
            return R"([0-9]+(?:\.[0-9]+)?)";
        case Kind::UUID:
            return "[0-9A-Fa-f-]{36}";
        case Kind::Slug:
            return "[0-9A-Za-z_-]+";
        case Kind::Path:
            return "(?s:[^/].*)";
        default:
            return type_;
    }
}

bool PathVariable::may_be(PathType type) const {
    switch (kind_) {
        case Kind::Int:
        case Kind::UInt:
        case Kind::Float:
            return type == PathType::Text || type == PathType::Number || type == PathType::Boolean;
        case Kind::UUID:
            return type == PathType::Text || type == PathType::UUID;
        default:
            return true;
    }
}

}  // namespace indrik::web
