// The small readers: percent-encoding, queries, cookies, dates, media types, authorities. Whatever
// one reads, its writer gives back, and the reader reads that alike.

#include <stdexcept>

#include "indrik/http/authority.hpp"
#include "indrik/http/cookies.hpp"
#include "indrik/http/dates.hpp"
#include "indrik/http/form.hpp"
#include "indrik/http/framing.hpp"
#include "indrik/http/mime.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::require;

void check_url(std::string_view text) {
    for (const URLComponent component : {URLComponent::Unreserved,
                                         URLComponent::Segment,
                                         URLComponent::Path,
                                         URLComponent::Query}) {
        const auto decoded = percent_decode(percent_encode(text, component));
        require(decoded && *decoded == text, "percent-encoding is undone");
    }
    const auto decoded = percent_decode(text);
    require(!decoded || decoded->size() <= text.size(), "decoding does not grow");
    const auto query = parse_query(text);
    if (!query) return;
    require(parse_query(format_query(*query)).value() == *query, "query is undone");
    require(parse_form(format_form(*query)).value() == *query, "form is undone");
}

void check_cookies(std::string_view text) {
    for (const auto& [name, value] : parse_cookies(text)) {
        require(is_token(name) && is_field_value(value), "cookie");
        try {
            const std::string field =
                format_set_cookie(Cookie(std::string(name), std::string(value)).path("/").secure());
            require(is_field_value(field), "Set-Cookie");
            require(parse_cookies(field).get(name).has_value(), "written cookie is read");
        } catch (const std::invalid_argument&) {
            // The reader is more tolerant than the writer.
        }
    }
}

void check_dates(std::string_view text) {
    const auto time = parse_date(text, 1'785'000'000);
    if (time) require(parse_date(format_date(*time)) == *time, "date is undone");
}

void check_others(std::string_view text) {
    if (const auto type = parse_media_type(text)) {
        require(!type->type().empty() && !type->subtype().empty(), "media type");
        require(is_media_type(text, type->essence()), "media type is itself");
    }
    if (const auto authority = parse_authority(text)) {
        require(!authority->host.empty(), "host");
        require(is_same_authority(*authority, *authority, "80"), "authority is itself");
    }
    static_cast<void>(parse_content_length(text));
    static_cast<void>(check_transfer_encoding(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_url(text);
    check_cookies(text);
    check_dates(text);
    check_others(text);
    return 0;
}
