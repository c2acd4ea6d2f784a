#include "parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include <indrik/core/strings.hpp>
#include <indrik/web/exceptions.hpp>

#include "text.hpp"

namespace httpbin {

std::optional<std::string_view> parameter(const web::Request& request, std::string_view name) {
    for (const auto& [key, value] : request.query()) {
        if (indrik::iequals(key, name)) return value;
    }
    return std::nullopt;
}

std::int64_t number_parameter(const web::Request& request,
                              std::string_view name,
                              std::int64_t otherwise) {
    const auto text = parameter(request, name);
    if (!text) return otherwise;
    std::int64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, number);
    if (stopped != end || error == std::errc::invalid_argument)
        throw web::HTTPBadRequest("'" + std::string(name) + "' must be a whole number");
    if (error == std::errc()) return number;
    using Limits = std::numeric_limits<std::int64_t>;
    return text->starts_with('-') ? Limits::min() : Limits::max();
}

Seconds seconds_parameter(const web::Request& request,
                          std::string_view name,
                          Seconds otherwise,
                          Seconds longest) {
    const auto text = parameter(request, name);
    return text ? parse_seconds(*text, name, longest) : otherwise;
}

std::uint64_t path_number(const web::Request& request,
                          std::string_view name,
                          std::uint64_t largest) {
    // A number too large to be one is above the limit as well.
    const auto number = parse_number<std::uint64_t>(request.match_info(name));
    return std::min(number.value_or(largest), largest);
}

Seconds parse_seconds(std::string_view text, std::string_view name, Seconds longest) {
    const auto seconds = parse_number<double>(text);
    if (!seconds || std::isnan(*seconds) || *seconds < 0)
        throw web::HTTPBadRequest("'" + std::string(name) + "' must be a number of seconds");
    return std::min(Seconds(*seconds), longest);
}

std::chrono::steady_clock::duration to_clock(Seconds time) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(time);
}

}  // namespace httpbin
