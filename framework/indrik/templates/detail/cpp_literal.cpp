#include "indrik/templates/detail/cpp_literal.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::size_t kMaxColumns = 100;

void append_escape(std::string& out, unsigned char c) {
    out += '\\';
    for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (c >> shift & 7));
}

void append_character(std::string& out, char c) {
    switch (c) {
        case '\n':
            out += "\\n";
            break;
        case '\t':
            out += "\\t";
            break;
        case '"':
        case '\\':
        case '?':  // of a trigraph
            out += '\\';
            out += c;
            break;
        default:
            if (c >= ' ' && c < 0x7F) {
                out += c;
            } else {
                append_escape(out, static_cast<unsigned char>(c));
            }
            break;
    }
}

}  // namespace

std::vector<std::string_view> literal_pieces(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (; !text.empty(); text.remove_prefix(pieces.back().size()))
        pieces.push_back(text.substr(0, kMaxLiteralBytes));
    return pieces;
}

std::string cpp_literal(std::string_view text, std::size_t indent) {
    const std::string next_line = "\"\n" + std::string(indent, ' ') + '"';
    std::string out = "\"";
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        append_character(out, text[i]);
        const bool ends_line = text[i] == '\n' || out.size() - begin > kMaxColumns - indent;
        if (!ends_line || i + 1 == text.size()) continue;
        out += next_line;
        begin = out.size();
    }
    return out + '"';
}

std::string cpp_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        // No two underscores in a row: such names are the compiler's.
        if (is_plain) {
            name += c;
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
    }
    const bool has_letter = !name.empty() && !(name[0] >= '0' && name[0] <= '9');
    return has_letter ? name : "t" + name;
}

}  // namespace indrik::templates::detail
