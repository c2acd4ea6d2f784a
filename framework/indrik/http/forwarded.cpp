#include "indrik/http/forwarded.hpp"

#include <algorithm>

#include "indrik/http/authority.hpp"
#include "indrik/http/detail/parameters.hpp"
#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

using Elements = std::vector<ForwardedElement>;

bool is_node_port(std::string_view text) {
    if (text.empty()) return false;
    if (text.front() == '_') return text.size() > 1 && is_token(text);
    return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

/// obfnode of RFC 7239, and what other software puts in its place: "unknown", a name.
bool is_node_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        const char lower = to_lower(character);
        return is_digit(lower) || (lower >= 'a' && lower <= 'z') || detail::is_in(character, "._-");
    });
}

/// The place of the parameter in the element, or null for one that nobody needs.
std::string* find_parameter(ForwardedElement& element, std::string_view name) {
    if (equal_ignoring_case(name, "for")) return &element.for_node;
    if (equal_ignoring_case(name, "by")) return &element.by;
    if (equal_ignoring_case(name, "host")) return &element.host;
    if (equal_ignoring_case(name, "proto")) return &element.proto;
    return nullptr;
}

/// Cuts one `name=value` off the front of `rest`. False if there is none.
bool take_parameter(std::string_view& rest, ForwardedElement& element) {
    const std::string_view name = detail::take_token(rest);
    if (name.empty() || rest.empty() || rest.front() != '=') return false;
    rest.remove_prefix(1);
    auto value = detail::take_value(rest);
    if (!value || value->empty()) return false;
    std::string* const place = find_parameter(element, name);
    if (place == nullptr) return true;
    if (!place->empty()) return false;
    *place = std::move(*value);
    return true;
}

bool parse_elements(std::string_view rest, Elements& elements) {
    ForwardedElement element;
    bool is_empty = true;
    for (rest = trim(rest);; rest = trim(rest)) {
        if (!rest.empty() && rest.front() != ',' && rest.front() != ';') {
            if (!take_parameter(rest, element)) return false;
            is_empty = false;
            rest = trim(rest);
            if (!rest.empty() && rest.front() != ',' && rest.front() != ';') return false;
        }
        if (rest.empty() || rest.front() == ',') {
            if (!is_empty) {
                if (elements.size() == kMaxForwardedElements) return false;
                elements.push_back(std::move(element));
            }
            element = {};
            is_empty = true;
        }
        if (rest.empty()) return true;
        rest.remove_prefix(1);
    }
}

/// The elements of all fields of that name. False if there are too many.
bool collect(const Headers& headers, Field field, std::vector<std::string_view>& items) {
    for (const HeaderField line : headers) {
        if (line.id != field) continue;
        std::string_view rest = line.value;
        while (!rest.empty()) {
            const std::string_view item = take_element(rest);
            if (item.empty()) continue;
            if (items.size() == kMaxForwardedElements) return false;
            items.push_back(item);
        }
    }
    return true;
}

/// The X- fields in the form of the standard one.
bool collect_x_forwarded(const Headers& headers, Elements& elements) {
    std::vector<std::string_view> nodes;
    std::vector<std::string_view> protos;
    std::vector<std::string_view> hosts;
    const bool good = collect(headers, Field::XForwardedFor, nodes) &&
                      collect(headers, Field::XForwardedProto, protos) &&
                      collect(headers, Field::XForwardedHost, hosts);
    if (!good) return false;
    const bool any = !nodes.empty() || !protos.empty() || !hosts.empty();
    elements.resize(std::max<std::size_t>(nodes.size(), any ? 1 : 0));
    for (std::size_t i = 0; i < nodes.size(); ++i) elements[i].for_node = nodes[i];
    const auto spread = [&elements](const auto& items, std::string ForwardedElement::*member) {
        if (items.size() == elements.size()) {
            for (std::size_t i = 0; i < items.size(); ++i) elements[i].*member = items[i];
        } else if (!items.empty()) {
            elements.back().*member = items.back();
        }
    };
    spread(protos, &ForwardedElement::proto);
    spread(hosts, &ForwardedElement::host);
    return true;
}

bool collect_forwarded(const Headers& headers, Elements& elements) {
    for (const HeaderField line : headers) {
        if (line.id == Field::Forwarded && !parse_elements(line.value, elements)) return false;
    }
    return true;
}

/// What a trusted proxy said of scheme and host. False if it makes no sense.
bool take_claims(const ForwardedElement& element, ForwardedClient& client) {
    if (!element.proto.empty()) {
        const bool secure = equal_ignoring_case(element.proto, "https");
        if (!secure && !equal_ignoring_case(element.proto, "http")) return false;
        client.scheme = secure ? "https" : "http";
    }
    if (!element.host.empty()) {
        if (!parse_authority(element.host)) return false;
        client.host = element.host;
    }
    return true;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(std::string_view list) {
    TrustedProxies proxies;
    while (!list.empty()) {
        const std::string_view item = take_element(list);
        if (item.empty() || item == "unix") continue;
        if (item == "*") {
            proxies.everybody_ = true;
            continue;
        }
        const auto network = parse_ip_network(item);
        if (!network) return std::make_error_code(std::errc::invalid_argument);
        proxies.networks_.push_back(*network);
    }
    return proxies;
}

bool TrustedProxies::trusts(std::string_view peer) const {
    if (everybody_ || peer.empty()) return true;
    const auto address = parse_ip_address(peer);
    return address && trusts(*address);
}

bool TrustedProxies::trusts(const IPAddress& address) const {
    return everybody_ ||
           std::any_of(networks_.begin(), networks_.end(), [&address](const IPNetwork& network) {
               return network.contains(address);
           });
}

Result<ForwardedClient> resolve_client(const Headers& headers,
                                       std::string_view peer,
                                       const TrustedProxies& proxies,
                                       ForwardedHeaders kind) {
    ForwardedClient client;
    if (!proxies.trusts(peer)) return client;
    Elements elements;
    const bool good = kind == ForwardedHeaders::Forwarded ? collect_forwarded(headers, elements)
                                                          : collect_x_forwarded(headers, elements);
    if (!good) return make_error_code(Error::BadForwarded);
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        if (!take_claims(*element, client)) return make_error_code(Error::BadForwarded);
        if (element->for_node.empty()) break;
        const auto node = parse_forwarded_node(element->for_node);
        if (!node) return make_error_code(Error::BadForwarded);
        client.remote = node->address ? to_string(*node->address) : std::string(node->name);
        if (!node->address || !proxies.trusts(*node->address)) break;
    }
    return client;
}

Result<std::vector<ForwardedElement>> parse_forwarded(std::string_view text) {
    Elements elements;
    if (!parse_elements(text, elements)) return make_error_code(Error::BadForwarded);
    return elements;
}

std::optional<ForwardedNode> parse_forwarded_node(std::string_view text) {
    if (const auto address = parse_ip_address(text)) return ForwardedNode{text, address};
    const bool bracketed = !text.empty() && text.front() == '[';
    const std::size_t end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == std::string_view::npos) return std::nullopt;
    std::string_view name = text.substr(0, end);
    std::string_view port = text.substr(std::min(end, text.size()));
    if (bracketed) {
        name.remove_prefix(1);
        port.remove_prefix(1);
    }
    if (!port.empty() && (port.front() != ':' || !is_node_port(port.substr(1)))) {
        return std::nullopt;
    }
    const auto address = parse_ip_address(name);
    const bool is_v6 = name.find(':') != std::string_view::npos;
    if (bracketed ? !address || !is_v6 : !address && !is_node_name(name)) return std::nullopt;
    return ForwardedNode{name, address};
}

}  // namespace indrik::http
