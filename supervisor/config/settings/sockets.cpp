// Where to listen, and which proxies are believed.
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

constexpr std::string_view kSockets = "Sockets";

}  // namespace

// clang-format off
std::vector<Setting> sockets_settings() {
    return {
        {kSockets, {"bind"}, 'b', {"bind"}, "ADDRESS", "127.0.0.1:8000",
         "Where to listen: HOST:PORT, HOST, :PORT, [IPV6]:PORT or unix:PATH. May be given several times. "
         "With PORT in the environment the default is 0.0.0.0:$PORT.",
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
    };
}
// clang-format on

}  // namespace indrik::supervisor
