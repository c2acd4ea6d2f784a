#include "indrik/http/form.hpp"

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

/// As browsers do it: letters, digits and "*-._" stay, a space becomes '+'.
void append_form_text(std::string& out, std::string_view text) {
    for (const char character : text) {
        if (character == ' ') {
            out += '+';
        } else if (character == '*') {
            out += character;
        } else if (character == '~') {
            out += "%7E";
        } else {
            out += percent_encode({&character, 1}, URLComponent::Unreserved);
        }
    }
}

}  // namespace

Result<QueryParameters> parse_form(std::string_view body, std::size_t max_parameters) {
    return parse_query(body, max_parameters);
}

std::string format_form(const QueryParameters& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) {
        if (!text.empty()) text += '&';
        append_form_text(text, name);
        text += '=';
        append_form_text(text, value);
    }
    return text;
}

}  // namespace indrik::http
