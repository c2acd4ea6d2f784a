#include "indrik/http/content_disposition.hpp"

#include <cstddef>
#include <vector>

#include "indrik/core/encoding.hpp"
#include "indrik/core/strings.hpp"
#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/tokens.hpp"
#include "indrik/http/url.hpp"

namespace indrik::http {

namespace {

using detail::take_token;

constexpr std::string_view kFormData = "form-data";

/// Cuts a quoted string off the front of `rest` by the rules of browsers.
std::optional<std::string> take_browser_quoted(std::string_view& rest) {
    std::string text;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return text;
        }
        if (rest[i] == '\\' && i + 2 < rest.size()) {
            const char next = rest[i + 1];
            if (next == '"' || next == '\\') ++i;
        }
        text += rest[i];
    }
    return std::nullopt;
}

/// The value of a parameter: a quoted string, or whatever comes before the next semicolon.
std::optional<std::string> take_parameter_value(std::string_view& rest) {
    if (!rest.empty() && rest.front() == '"') return take_browser_quoted(rest);
    const std::size_t end = rest.find(';');
    const std::string_view value = http::trim(rest.substr(0, end));
    if (value.find_first_of("\" \t") != std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
    return std::string(value);
}

/// Undoes what browsers do to the quotes and line ends of names.
std::string unescape(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view escape = text.substr(i, 3);
        char character = text[i];
        if (escape == "%22") character = '"';
        if (equal_ignoring_case(escape, "%0D")) character = '\r';
        if (equal_ignoring_case(escape, "%0A")) character = '\n';
        if (character != text[i]) i += 2;
        plain += character;
    }
    return plain;
}

/// A value of RFC 8187: charset, quote, language, quote, percent-encoded text.
std::optional<std::string> decode_extended(std::string_view value) {
    const std::size_t first = value.find('\'');
    const std::size_t second = value.find('\'', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    const std::string_view charset = value.substr(0, first);
    auto decoded = percent_decode(value.substr(second + 1));
    if (!decoded) return std::nullopt;
    if (equal_ignoring_case(charset, "utf-8")) return std::move(*decoded);
    if (equal_ignoring_case(charset, "iso-8859-1")) return latin1_to_utf8(*decoded);
    return std::nullopt;
}

/// What the parameters said before it is clear which of them count.
struct Parameters {
    std::optional<std::string> name;
    std::optional<std::string> file_name;
    std::optional<std::string> extended_file_name;

    /// The place of a parameter of interest, or null.
    std::optional<std::string>* find(std::string_view key) {
        if (equal_ignoring_case(key, "name")) return &name;
        if (equal_ignoring_case(key, "filename")) return &file_name;
        if (equal_ignoring_case(key, "filename*")) return &extended_file_name;
        return nullptr;
    }
};

bool parse_parameters(std::string_view rest, Parameters& parameters) {
    for (rest = http::trim(rest); !rest.empty(); rest = http::trim(rest)) {
        if (rest.front() != ';') return false;
        rest = http::trim(rest.substr(1));
        if (rest.empty() || rest.front() == ';') continue;
        const std::string_view key = take_token(rest);
        rest = http::trim(rest);
        if (key.empty() || rest.empty() || rest.front() != '=') return false;
        rest = http::trim(rest.substr(1));
        auto value = take_parameter_value(rest);
        if (!value || !is_field_value(*value)) return false;
        std::optional<std::string>* const place = parameters.find(key);
        if (place == nullptr) continue;
        if (place->has_value()) return false;
        *place = std::move(*value);
    }
    return true;
}

std::string escape(std::string_view name) {
    std::string text;
    for (const char character : name) {
        if (character == '"') {
            text += "%22";
        } else if (character == '\r') {
            text += "%0D";
        } else if (character == '\n') {
            text += "%0A";
        } else {
            text += detail::has_class(character, detail::kControlClass) ? '_' : character;
        }
    }
    return text;
}

bool is_plain(char character) {
    return character >= ' ' && character < 0x7f && character != '%';
}

std::string format_disposition(std::string_view type, std::string_view file_name) {
    std::string plain;
    bool same = true;
    for (const char character : file_name) {
        same = same && is_plain(character);
        plain += is_plain(character) ? character : '_';
    }
    std::string text(type);
    text += "; filename=" + detail::quote(plain);
    if (!same) {
        text += "; filename*=UTF-8''" + percent_encode(file_name, URLComponent::Unreserved);
    }
    return text;
}

}  // namespace

std::optional<ContentDisposition> parse_content_disposition(std::string_view text) {
    std::string_view rest = http::trim(text);
    ContentDisposition disposition;
    disposition.type = indrik::to_lower(take_token(rest));
    Parameters parameters;
    if (disposition.type.empty() || !parse_parameters(rest, parameters)) return std::nullopt;
    std::optional<std::string> extended;
    if (parameters.extended_file_name) extended = decode_extended(*parameters.extended_file_name);
    disposition.name = std::move(parameters.name);
    disposition.file_name = std::move(parameters.file_name);
    if (disposition.type == kFormData) {
        if (disposition.name) disposition.name = unescape(*disposition.name);
        if (disposition.file_name) disposition.file_name = unescape(*disposition.file_name);
        if (!disposition.file_name) disposition.file_name = std::move(extended);
    } else if (extended) {
        disposition.file_name = std::move(extended);
    }
    return disposition;
}

std::string base_name(std::string_view file_name) {
    const std::size_t slash = file_name.find_last_of("/\\");
    if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
    std::string name;
    for (const char character : file_name) {
        const auto code = static_cast<unsigned char>(character);
        if (code >= 0x20 && code != 0x7f) name += character;
    }
    name.erase(name.find_last_not_of(". ") + 1);
    return name;
}

std::string format_form_disposition(std::string_view name) {
    return "form-data; name=\"" + escape(name) + '"';
}

std::string format_form_disposition(std::string_view name, std::string_view file_name) {
    return format_form_disposition(name) + "; filename=\"" + escape(file_name) + '"';
}

std::string format_attachment(std::string_view file_name) {
    return format_disposition("attachment", file_name);
}

std::string format_inline(std::string_view file_name) {
    return format_disposition("inline", file_name);
}

}  // namespace indrik::http
