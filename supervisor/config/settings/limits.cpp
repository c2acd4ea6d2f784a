// What a request may look like.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

HeaderMap parse_header_map(std::string_view value) {
    return static_cast<HeaderMap>(parse_choice(value, {"drop", "refuse", "dangerous"}));
}

constexpr std::string_view kLimits = "Limits on requests";

constexpr std::uint64_t kMaxLine = 1024 * 1024;

}  // namespace

// clang-format off
std::vector<Setting> limits_settings() {
    return {
        {kLimits, {"limit_request_line"}, 0, {"limit-request-line"}, "SIZE", "8190",
         "Bytes of the request line; beyond: 414.",
         single<&Settings::limit_request_line, parse_size_between<16, kMaxLine>>},
        {kLimits, {"limit_request_fields"}, 0, {"limit-request-fields"}, "N", "128",
         "Header fields; beyond: 431.",
         single<&Settings::limit_request_fields, parse_count<1, 32768>>},
        {kLimits, {"limit_request_field_size"}, 0, {"limit-request-field-size", "limit-request-field_size"}, "SIZE", "8190",
         "Bytes of one header field; beyond: 431.",
         single<&Settings::limit_request_field_size, parse_size_between<16, kMaxLine>>},
        {kLimits, {"limit_request_body"}, 0, {"limit-request-body"}, "SIZE", "1M",
         "Bytes of a request's body; beyond: 413.",
         single<&Settings::limit_request_body, parse_size_between<0, 1ull << 53>>},
        {kLimits, {"header_map"}, 0, {"header-map"}, "WHAT", "drop",
         "What happens to fields with _ in their names, which gateways confuse with -: drop leaves them out, refuse answers 400, "
         "dangerous lets them in.",
         single<&Settings::header_map, parse_header_map>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
