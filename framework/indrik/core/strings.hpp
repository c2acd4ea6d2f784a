#pragma once
// ASCII text, as protocols have it: no locale, views in, views out.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace indrik {

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

inline std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = to_lower(c);
    return result;
}

inline std::string to_upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = to_upper(c);
    return result;
}

/// Equal but for the case of ASCII letters.
constexpr bool iequals(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    }
    return true;
}

/// Without what `blanks` holds at both ends; the default is what HTTP calls optional white space.
constexpr std::string_view trim(std::string_view text, std::string_view blanks = " \t") {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// The parts of a text between separators, one after the other; n separators make n + 1 parts, which may be empty.
///   for (std::string_view item : split("a,b,,c", ',')) ...
/// Lifetime: the parts point into the text.
class Split {
public:
    class Iterator {
    public:
        constexpr Iterator() = default;
        constexpr Iterator(std::string_view rest, char separator)
            : rest_(rest), separator_(separator), is_end_(false) {}
        constexpr std::string_view operator*() const {
            return rest_.substr(0, rest_.find(separator_));
        }
        constexpr Iterator& operator++() {
            const std::size_t position = rest_.find(separator_);
            if (position == std::string_view::npos) {
                is_end_ = true;
            } else {
                rest_.remove_prefix(position + 1);
            }
            return *this;
        }
        constexpr bool operator==(const Iterator& other) const {
            if (is_end_ || other.is_end_) return is_end_ == other.is_end_;
            return rest_.size() == other.rest_.size();
        }

    private:
        std::string_view rest_;
        char separator_ = 0;
        bool is_end_ = true;
    };

    constexpr Split(std::string_view text, char separator) : text_(text), separator_(separator) {}
    constexpr Iterator begin() const { return Iterator(text_, separator_); }
    constexpr Iterator end() const { return Iterator(); }

private:
    std::string_view text_;
    char separator_;
};

constexpr Split split(std::string_view text, char separator) {
    return Split(text, separator);
}

/// For unordered containers keyed by std::string that are searched by std::string_view.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

}  // namespace indrik
