// Where to listen, and which proxies are believed.
#include <algorithm>

#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

void assign_bind(Settings& settings, Values values) {
    std::vector<Address> addresses;
    for (const std::string& value : values) addresses.push_back(Address::parse(value));
    settings.bind = std::move(addresses);
}

ProxyProtocol parse_proxy_protocol(std::string_view value) {
    if (value == "true" || value == "on") return ProxyProtocol::Auto;
    if (value == "false") return ProxyProtocol::Off;
    return static_cast<ProxyProtocol>(parse_choice(value, {"off", "v1", "v2", "auto"}));
}

ForwardedFields parse_forwarded_fields(std::string_view value) {
    return static_cast<ForwardedFields>(parse_choice(value, {"x-forwarded", "forwarded"}));
}

void assign_forwarder_headers(Settings& settings, Values values) {
    std::vector<std::string> names;
    std::string_view rest = values.back();
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        std::string_view name = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name.empty()) continue;
        if (name.find_first_of(": \t") != std::string_view::npos) {
            throw BadValue(quote(name) + " is no name of a field; write NAME,NAME");
        }
        names.emplace_back(name);
    }
    settings.forwarder_headers = std::move(names);
}

constexpr std::string_view kSockets = "Sockets";

}  // namespace

// clang-format off
std::vector<Setting> sockets_settings() {
    return {
        {kSockets, {"bind"}, 'b', {"bind"}, "ADDRESS", "127.0.0.1:8000",
         "Where to listen: HOST:PORT, HOST, :PORT, [IPV6]:PORT, unix:PATH, or fd://NUMBER for a socket that listens "
         "already. May be given several times. With PORT in the environment the default is 0.0.0.0:$PORT.",
         assign_bind, "PORT", "0.0.0.0:", true},
        {kSockets, {"backlog"}, 0, {"backlog"}, "N", "2048",
         "Connections that may wait to be accepted, per worker.",
         single<&Settings::backlog, parse_count<1, 1'000'000>>},
        {kSockets, {"forwarded_allow_ips"}, 0, {"forwarded-allow-ips"}, "LIST", "127.0.0.1,::1",
         "Proxies that are believed when they say for whom they ask: addresses and networks, * for all. "
         "FORWARDED_ALLOW_IPS in the environment is the default.",
         single<&Settings::forwarded_allow_ips, text>, "FORWARDED_ALLOW_IPS"},
        {kSockets, {"forwarded_fields"}, 0, {"forwarded-fields"}, "WHICH", "x-forwarded",
         "The fields that these proxies write, the others being left alone: x-forwarded, or forwarded (RFC 7239).",
         single<&Settings::forwarded_fields, parse_forwarded_fields>},
        {kSockets, {"proxy_protocol"}, 0, {"proxy-protocol"}, "MODE", "off",
         "Connections begin with a header of the PROXY protocol, which tells the client's address: v1, v2, "
         "auto for either (the same as no MODE), or off.",
         single<&Settings::proxy_protocol, parse_proxy_protocol>, {}, {}, false, "auto"},
        {kSockets, {"proxy_allow_from", "proxy_allow_ips"}, 0, {"proxy-allow-from"}, "LIST", "127.0.0.1,::1",
         "Proxies that send such headers: addresses and networks, * for all. Others must not, and are served without.",
         single<&Settings::proxy_allow_from, text>},
        {kSockets, {"forwarder_headers"}, 0, {"forwarder-headers"}, "LIST", "SCRIPT_NAME,PATH_INFO",
         "Fields with _ in their names that these proxies (--forwarded-allow-ips) may send; from others they are what "
         "--header-map says. Separated by commas.",
         assign_forwarder_headers},
    };
}
// clang-format on

}  // namespace indrik::supervisor
