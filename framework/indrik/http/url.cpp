#include "indrik/http/url.hpp"

#include <algorithm>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

/// The byte that `text` encodes at `index` ("%41" is 'A'), or -1.
int encoded_byte(std::string_view text, std::size_t index) {
    if (text[index] != '%' || text.size() - index < 3) return -1;
    const int high = hex_value(text[index + 1]);
    const int low = hex_value(text[index + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// Of queries and forms: '+' is a space, what is malformed stays.
std::string decode_parameter(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int byte = encoded_byte(text, i);
        if (byte >= 0) {
            decoded += static_cast<char>(byte);
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

bool stays(char character, URLComponent component) {
    if (detail::has_class(character, detail::kUnreservedClass)) return true;
    switch (component) {
        case URLComponent::Unreserved:
            return false;
        case URLComponent::Segment:
            return detail::is_in(character, "!$&'()*+,;=:@");
        case URLComponent::Path:
            return detail::is_in(character, "!$&'()*+,;=:@/");
        case URLComponent::Query:
            return detail::is_in(character, "!$'()*,;:@/?");
    }
    return false;
}

void append_encoded(std::string& out, char character) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(character);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int byte = encoded_byte(text, i);
        if (byte < 0) return make_error_code(Error::BadPercentEncoding);
        decoded += static_cast<char>(byte);
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text, URLComponent component) {
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        if (stays(character, component)) {
            encoded += character;
        } else {
            append_encoded(encoded, character);
        }
    }
    return encoded;
}

bool QueryParameters::contains(std::string_view name) const {
    return get(name).has_value();
}

std::optional<std::string_view> QueryParameters::get(std::string_view name) const {
    for (const Parameter& parameter : parameters_) {
        if (parameter.first == name) return parameter.second;
    }
    return std::nullopt;
}

std::string_view QueryParameters::get(std::string_view name, std::string_view otherwise) const {
    return get(name).value_or(otherwise);
}

std::vector<std::string_view> QueryParameters::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Parameter& parameter : parameters_) {
        if (parameter.first == name) values.emplace_back(parameter.second);
    }
    return values;
}

Result<QueryParameters> parse_query(std::string_view text, std::size_t max_parameters) {
    QueryParameters parameters;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        if (parameters.size() == max_parameters) return make_error_code(Error::TooManyParameters);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        parameters.append(decode_parameter(pair.substr(0, equals)), decode_parameter(value));
    }
    return parameters;
}

std::string format_query(const QueryParameters& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) {
        if (!text.empty()) text += '&';
        text += percent_encode(name, URLComponent::Query);
        text += '=';
        text += percent_encode(value, URLComponent::Query);
    }
    return text;
}

}  // namespace indrik::http
