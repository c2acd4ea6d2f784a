#include "indrik/templates/detail/json_printer.hpp"

#include <algorithm>
#include <cmath>

#include "indrik/templates/detail/merge_sort.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

class JSONPrinter {
public:
    explicit JSONPrinter(const Value& indent) {
        if (indent.is_none()) return;
        has_lines_ = true;
        indent_ =
            indent.is_string()
                ? std::string(indent.string())
                : std::string(
                      static_cast<std::size_t>(std::clamp<std::int64_t>(to_index(indent), 0, 1000)),
                      ' ');
    }

    std::string out;

    void print(const Value& value) {
        switch (value.kind()) {
            case Kind::None:
                out += "null";
                break;
            case Kind::Bool:
                out += value.integer() != 0 ? "true" : "false";
                break;
            case Kind::Int:
                append_str(out, value);
                break;
            case Kind::Float:
                print_float(value.floating());
                break;
            case Kind::String:
                print_text(value.string());
                break;
            case Kind::List:
            case Kind::Tuple:
                print_list(value.items());
                break;
            case Kind::Dict:
                print_dict(value.dictionary());
                break;
            default:
                if (value.is(Kind::Object) &&
                    value.object().type_name() == "jinja2.filters._GroupTuple") {
                    const auto items = iterate(value);
                    Values list;
                    for (Value item; items->next(item);) list.push_back(item);
                    print_list(list);
                    break;
                }
                fail(ErrorKind::Type,
                     "Object of type " + std::string(type_name(value)) +
                         " is not JSON serializable");
        }
    }

private:
    void print_float(double number) {
        if (std::isnan(number)) {
            out += "NaN";
        } else if (std::isinf(number)) {
            out += number < 0 ? "-Infinity" : "Infinity";
        } else {
            append_float(out, number);
        }
    }

    void print_unit(std::uint32_t unit) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        out += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[unit >> shift & 0xF];
    }

    void print_text(std::string_view text) {
        out += '"';
        for (std::size_t i = 0; i < text.size();) {
            const char32_t c = next_point(text, i);
            switch (c) {
                case '"':
                    out += "\\\"";
                    break;
                case '\\':
                    out += "\\\\";
                    break;
                case '\n':
                    out += "\\n";
                    break;
                case '\r':
                    out += "\\r";
                    break;
                case '\t':
                    out += "\\t";
                    break;
                case '\f':
                    out += "\\f";
                    break;
                case '\b':
                    out += "\\b";
                    break;
                default:
                    if (c >= ' ' && c < 0x7F) {
                        out += static_cast<char>(c);
                    } else if (c < 0x10000) {
                        print_unit(c);
                    } else {
                        print_unit(0xD800 + ((c - 0x10000) >> 10));
                        print_unit(0xDC00 + ((c - 0x10000) & 0x3FF));
                    }
            }
        }
        out += '"';
    }

    void begin_item(bool is_first) {
        if (!is_first) out += has_lines_ ? "," : ", ";
        if (has_lines_) new_line();
    }

    void new_line() {
        out += '\n';
        for (int i = 0; i < depth_; ++i) out += indent_;
    }

    void enter() {
        if (++depth_ > 200)
            fail(ErrorKind::Recursion,
                 "maximum recursion depth exceeded while encoding a JSON object");
    }

    void leave(char close, bool is_empty) {
        --depth_;
        if (has_lines_ && !is_empty) new_line();
        out += close;
    }

    void print_list(const Values& list) {
        out += '[';
        enter();
        for (std::size_t i = 0; i < list.size(); ++i) {
            begin_item(i == 0);
            print(list[i]);
        }
        leave(']', list.empty());
    }

    void print_key(const Value& key) {
        if (key.is_string()) return print_text(key.string());
        const bool is_fine = key.is_none() || key.is_number();
        if (!is_fine) {
            fail(ErrorKind::Type,
                 "keys must be str, int, float, bool or None, not " + std::string(type_name(key)));
        }
        out += '"';
        print(key);
        out += '"';
    }

    void print_dict(const Dict& dict) {
        std::vector<const Dict::Entry*> entries;
        for (const Dict::Entry& entry : dict.entries()) entries.push_back(&entry);
        merge_sort(entries, [](const auto* a, const auto* b) { return less(a->key, b->key); });
        out += '{';
        enter();
        bool is_first = true;
        for (const Dict::Entry* entry : entries) {
            begin_item(is_first);
            is_first = false;
            print_key(entry->key);
            out += ": ";
            print(entry->value);
        }
        leave('}', dict.empty());
    }

    bool has_lines_ = false;
    std::string indent_;
    int depth_ = 0;
};

}  // namespace

std::string print_json(const Value& value, const Value& indent) {
    JSONPrinter printer(indent);
    printer.print(value);
    return std::move(printer.out);
}

}  // namespace indrik::templates::detail
