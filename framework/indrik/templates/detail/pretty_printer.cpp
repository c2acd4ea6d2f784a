#include "indrik/templates/detail/pretty_printer.hpp"

#include <algorithm>

#include "indrik/templates/detail/merge_sort.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::int64_t kWidth = 80;
constexpr int kMaxDepth = 200;

bool safe_less(const Value& a, const Value& b) {
    try {
        return less(a, b);
    } catch (const TemplateError&) {
        return type_name(a) < type_name(b);
    }
}

std::vector<const Dict::Entry*> sorted_entries(const Dict& dict) {
    std::vector<const Dict::Entry*> entries;
    for (const Dict::Entry& entry : dict.entries()) entries.push_back(&entry);
    merge_sort(entries, [](const auto* a, const auto* b) { return safe_less(a->key, b->key); });
    return entries;
}

std::int64_t width_of(std::string_view text) {
    return static_cast<std::int64_t>(count_points(text));
}

class PrettyPrinter {
public:
    std::string out;

    void print(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
        if (level > kMaxDepth)
            fail(ErrorKind::Recursion, "a value is nested too deeply to be printed");
        const std::string repr = line_of(value, level);
        if (width_of(repr) <= kWidth - indent - allowance) {
            out += repr;
        } else if (value.is(Kind::Dict)) {
            print_dict(value.dictionary(), indent, allowance, level + 1);
        } else if (value.is(Kind::List)) {
            out += '[';
            print_items(value.items(), indent, allowance + 1, level + 1);
            out += ']';
        } else if (value.is(Kind::Tuple)) {
            const std::string_view close = value.items().size() == 1 ? ",)" : ")";
            out += '(';
            print_items(value.items(), indent, allowance + width_of(close), level + 1);
            out += close;
        } else if (value.is_string() && !value.is_markup()) {
            print_text(value.string(), indent, allowance, level + 1);
        } else {
            out += repr;
        }
    }

private:
    static std::string line_of(const Value& value, int level) {
        if (level > kMaxDepth)
            fail(ErrorKind::Recursion, "a value is nested too deeply to be printed");
        if (value.is(Kind::Dict)) {
            std::string text = "{";
            for (const Dict::Entry* entry : sorted_entries(value.dictionary())) {
                if (text.size() > 1) text += ", ";
                text += line_of(entry->key, level + 1) + ": " + line_of(entry->value, level + 1);
            }
            return text + "}";
        }
        if (!value.is_sequence()) return to_repr(value);
        std::string text = value.is(Kind::List) ? "[" : "(";
        for (const Value& item : value.items()) {
            if (text.size() > 1) text += ", ";
            text += line_of(item, level + 1);
        }
        if (value.is(Kind::Tuple) && value.items().size() == 1) text += ',';
        return text + (value.is(Kind::List) ? "]" : ")");
    }

    void new_line(std::int64_t indent) {
        out += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
    }

    void print_items(const Values& items, std::int64_t indent, std::int64_t allowance, int level) {
        ++indent;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) {
                out += ',';
                new_line(indent);
            }
            print(items[i], indent, i + 1 == items.size() ? allowance : 1, level);
        }
    }

    void print_dict(const Dict& dict, std::int64_t indent, std::int64_t allowance, int level) {
        out += '{';
        const auto entries = sorted_entries(dict);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::string key = line_of(entries[i]->key, level);
            out += key + ": ";
            const bool is_last = i + 1 == entries.size();
            print(entries[i]->value,
                  indent + 1 + width_of(key) + 2,
                  is_last ? allowance + 1 : 1,
                  level);
            if (is_last) break;
            out += ',';
            new_line(indent + 1);
        }
        out += '}';
    }

    static std::string quoted(std::string_view text) {
        std::string result;
        append_string_repr(result, text);
        return result;
    }

    /// Words with the white space behind them.
    static std::vector<std::string_view> words_of(std::string_view line) {
        std::vector<std::string_view> words;
        std::size_t begin = 0;
        bool in_space = false;
        for (std::size_t at = 0; at < line.size();) {
            const std::size_t here = at;
            const bool is_blank = is_space(next_point(line, at));
            if (in_space && !is_blank) {
                words.push_back(line.substr(begin, here - begin));
                begin = here;
            }
            in_space = is_blank;
        }
        if (begin < line.size()) words.push_back(line.substr(begin));
        return words;
    }

    void print_text(std::string_view text, std::int64_t indent, std::int64_t allowance, int level) {
        if (level == 1) {
            ++indent;
            ++allowance;
        }
        std::vector<std::string> chunks;
        const std::vector<std::string_view> lines = split_lines(text, true);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool is_last_line = i + 1 == lines.size();
            const std::string whole = quoted(lines[i]);
            if (width_of(whole) <= kWidth - indent - (is_last_line ? allowance : 0)) {
                chunks.push_back(whole);
                continue;
            }
            std::string current;
            const std::vector<std::string_view> words = words_of(lines[i]);
            for (std::size_t j = 0; j < words.size(); ++j) {
                const bool is_last = is_last_line && j + 1 == words.size();
                const std::string candidate = current + std::string(words[j]);
                if (width_of(quoted(candidate)) > kWidth - indent - (is_last ? allowance : 0)) {
                    if (!current.empty()) chunks.push_back(quoted(current));
                    current = words[j];
                } else {
                    current = candidate;
                }
            }
            if (!current.empty()) chunks.push_back(quoted(current));
        }
        if (chunks.size() == 1) {
            out += quoted(lines.back());
            return;
        }
        if (level == 1) out += '(';
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            if (i > 0) new_line(indent);
            out += chunks[i];
        }
        if (level == 1) out += ')';
    }
};

}  // namespace

std::string pretty_print(const Value& value) {
    PrettyPrinter printer;
    printer.print(value, 0, 0, 0);
    return std::move(printer.out);
}

}  // namespace indrik::templates::detail
