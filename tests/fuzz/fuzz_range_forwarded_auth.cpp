// The readers of what clients ask and say of themselves: ranges, entity tags, conditions,
// preferences, forwarding, credentials, file names. What is accepted keeps its promises, and what
// was written is read back.

#include <stdexcept>

#include "indrik/http/auth.hpp"
#include "indrik/http/conditional.hpp"
#include "indrik/http/forwarded.hpp"
#include "indrik/http/mime_types.hpp"
#include "indrik/http/quality.hpp"
#include "indrik/http/range.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::require;

void check_ranges(std::string_view text) {
    for (const std::uint64_t length :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
        const RangeSelection selection = select_ranges(text, length);
        require((selection.outcome == RangeOutcome::Partial) == !selection.ranges.empty(),
                "ranges where there are some");
        require(selection.ranges.size() <= kMaxRanges, "few ranges");
        for (const ByteRange& range : selection.ranges) {
            require(range.first <= range.last && range.last < length, "range within");
            for (const ByteRange& other : selection.ranges) {
                if (range == other) continue;
                require(range.last < other.first || other.last < range.first, "ranges apart");
            }
        }
    }
}

void check_tags(std::string_view text) {
    if (const auto tag = parse_entity_tag(text)) {
        require(parse_entity_tag(format_entity_tag(*tag)) == tag, "tag is undone");
    }
    if (const auto list = parse_entity_tags(text)) {
        require(list->any || !list->tags.empty(), "list of tags");
    }
    Headers headers;
    for (const Field field :
         {Field::IfMatch, Field::IfNoneMatch, Field::IfModifiedSince, Field::IfUnmodifiedSince}) {
        headers.append_view(field, "", text);
    }
    Validators validators;
    validators.etag = EntityTag{"a"};
    validators.last_modified = 784111777;
    static_cast<void>(evaluate_conditions(Method::Get, headers, validators));
    static_cast<void>(matches_if_range(text, validators));
}

void check_preferences(std::string_view text) {
    for (const PreferenceKind kind :
         {PreferenceKind::Token, PreferenceKind::MediaType, PreferenceKind::Language}) {
        const Preferences preferences(kind, text);
        for (const Preferences::Element& element : preferences) {
            require(element.quality <= 1000 && !element.value.empty(), "element");
            require(preferences.quality(element.value) <= 1000, "quality");
        }
        const auto best = preferences.best_of({"text/html", "en", "gzip"});
        require(!best || preferences.quality(*best) > 0, "best is acceptable");
    }
}

void check_forwarded(std::string_view text) {
    if (const auto node = parse_forwarded_node(text)) {
        require(!node->name.empty(), "node");
        if (node->address) {
            require(parse_ip_address(to_string(*node->address)) == node->address, "address");
        }
    }
    if (const auto network = parse_ip_network(text)) {
        require(network->contains(network->address), "network contains itself");
    }
    const auto proxies = TrustedProxies::parse("10.0.0.0/8,fd00::/8").value();
    Headers headers;
    for (const Field field : {Field::Forwarded, Field::XForwardedFor, Field::XForwardedProto}) {
        headers.append_view(field, "", text);
    }
    for (const auto kind : {ForwardedHeaders::Forwarded, ForwardedHeaders::XForwarded}) {
        const auto client = resolve_client(headers, "10.0.0.1", proxies, kind);
        if (!client) continue;
        require(is_field_value(client->remote) &&
                    client->remote.find_first_of(" ,;\"<>") == std::string::npos,
                "remote");
        require(client->scheme.empty() || client->scheme.substr(0, 4) == "http", "scheme");
    }
    static_cast<void>(TrustedProxies::parse(text));
}

void check_credentials(std::string_view text) {
    if (const auto basic = parse_basic(text)) {
        require(parse_basic(format_basic(basic->user_name, basic->password)) == basic, "basic");
    }
    if (const auto token = parse_bearer(text)) require(is_field_value(*token), "bearer");
    if (auto digest = parse_digest_credentials(text)) {
        digest->response = digest_response(*digest, "secret", "GET", text);
        require(parse_digest_credentials(format_digest_credentials(*digest)) == digest, "digest");
        require(verify_digest(*digest, "secret", "GET", digest->uri, text), "verified");
    }
    if (const auto challenge = parse_digest_challenge(text)) {
        require(parse_digest_challenge(format_digest_challenge(*challenge)) == challenge,
                "challenge");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_ranges(text);
    check_tags(text);
    check_preferences(text);
    check_forwarded(text);
    check_credentials(text);
    require(!file_type_of(text).media_type.empty(), "media type");
    return 0;
}
