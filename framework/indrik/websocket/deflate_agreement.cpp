#include "indrik/websocket/deflate_agreement.hpp"

#include <algorithm>

#include "indrik/http/tokens.hpp"
#include "indrik/websocket/errors.hpp"

namespace indrik::websocket {

namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr std::string_view kServerNoTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoTakeover = "client_no_context_takeover";
constexpr std::string_view kServerBits = "server_max_window_bits";
constexpr std::string_view kClientBits = "client_max_window_bits";

constexpr int kMinDeflateBits = 9;  // of zlib's compressor

/// The parameters of an offer or answer as they were written.
struct Parameters {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::optional<int> server_bits;
    bool has_client_bits = false;  // perhaps without a value
    std::optional<int> client_bits;
};

std::optional<int> read_bits(std::string_view text) {
    if (text == "8" || text == "9") return text[0] - '0';
    if (text.size() != 2 || text[0] != '1' || text[1] < '0' || text[1] > '5') return std::nullopt;
    return 10 + (text[1] - '0');
}

bool set_once(bool& flag, const ExtensionParameter& parameter) {
    const bool is_good = !flag && !parameter.value;
    flag = true;
    return is_good;
}

/// False if the parameter is unknown, repeated or malformed.
bool read_parameter(const ExtensionParameter& parameter, Parameters& out) {
    const std::string_view name = parameter.name;
    if (http::equal_ignoring_case(name, kServerNoTakeover))
        return set_once(out.server_no_context_takeover, parameter);
    if (http::equal_ignoring_case(name, kClientNoTakeover))
        return set_once(out.client_no_context_takeover, parameter);
    if (http::equal_ignoring_case(name, kServerBits)) {
        if (out.server_bits || !parameter.value) return false;
        out.server_bits = read_bits(*parameter.value);
        return out.server_bits.has_value();
    }
    if (http::equal_ignoring_case(name, kClientBits)) {
        if (out.has_client_bits) return false;
        out.has_client_bits = true;
        if (!parameter.value) return true;
        out.client_bits = read_bits(*parameter.value);
        return out.client_bits.has_value();
    }
    return false;
}

std::optional<Parameters> read_parameters(const Extension& extension) {
    Parameters parameters;
    for (const ExtensionParameter& parameter : extension.parameters) {
        if (!read_parameter(parameter, parameters)) return std::nullopt;
    }
    return parameters;
}

/// What a server's end of the connection holds between messages.
std::size_t held_bytes(const DeflateAgreement& agreement) {
    std::size_t bytes = 0;
    if (!agreement.server_no_context_takeover)
        bytes += deflate_memory_bytes(agreement.server_max_window_bits);
    if (!agreement.client_no_context_takeover)
        bytes += inflate_memory_bytes(agreement.client_max_window_bits);
    return bytes;
}

/// Smaller windows first, the larger of the two memories; if that is not enough, no context is kept.
void keep_to_budget(DeflateAgreement& agreement,
                    bool may_limit_client,
                    const DeflateOptions& options) {
    while (held_bytes(agreement) > options.memory_budget_bytes) {
        const bool can_shrink_server = !agreement.server_no_context_takeover &&
                                       agreement.server_max_window_bits > kMinDeflateBits;
        const bool can_shrink_client = !agreement.client_no_context_takeover && may_limit_client &&
                                       agreement.client_max_window_bits > kMinDeflateBits;
        const bool server_is_larger = deflate_memory_bytes(agreement.server_max_window_bits) >=
                                      inflate_memory_bytes(agreement.client_max_window_bits);
        if (can_shrink_server && (server_is_larger || !can_shrink_client)) {
            --agreement.server_max_window_bits;
        } else if (can_shrink_client) {
            --agreement.client_max_window_bits;
        } else if (!agreement.server_no_context_takeover) {
            agreement.server_no_context_takeover = true;
        } else {
            agreement.client_no_context_takeover = true;
        }
    }
}

std::string format_answer(const DeflateAgreement& agreement, const Parameters& offer) {
    std::string text(kName);
    const auto add = [&text](std::string_view name) { text.append("; ").append(name); };
    const auto add_bits = [&](std::string_view name, int bits) {
        add(name);
        text.append("=").append(std::to_string(bits));
    };
    if (agreement.server_no_context_takeover) add(kServerNoTakeover);
    if (agreement.client_no_context_takeover) add(kClientNoTakeover);
    if (offer.server_bits || agreement.server_max_window_bits < kMaxWindowBits)
        add_bits(kServerBits, agreement.server_max_window_bits);
    if (offer.client_bits || agreement.client_max_window_bits < kMaxWindowBits)
        add_bits(kClientBits, agreement.client_max_window_bits);
    return text;
}

DeflateResponse answer(const Parameters& offer, const DeflateOptions& options) {
    DeflateAgreement agreement;
    agreement.server_no_context_takeover =
        offer.server_no_context_takeover || !options.context_takeover;
    agreement.client_no_context_takeover =
        offer.client_no_context_takeover || !options.context_takeover;
    agreement.server_max_window_bits =
        std::min(options.max_window_bits, offer.server_bits.value_or(kMaxWindowBits));
    if (offer.has_client_bits) {
        agreement.client_max_window_bits =
            std::min(options.max_window_bits, offer.client_bits.value_or(kMaxWindowBits));
    }
    keep_to_budget(agreement, offer.has_client_bits, options);
    return {agreement, format_answer(agreement, offer)};
}

}  // namespace

std::optional<DeflateResponse> answer_deflate_offers(const std::vector<Extension>& offers,
                                                     const DeflateOptions& options) {
    for (const Extension& offer : offers) {
        if (!http::equal_ignoring_case(offer.name, kName)) continue;
        const auto parameters = read_parameters(offer);
        if (parameters) return answer(*parameters, options);
    }
    return std::nullopt;
}

std::string format_deflate_offer(const DeflateOptions& options) {
    std::string text(kName);
    if (!options.context_takeover) {
        text.append("; ").append(kServerNoTakeover).append("; ").append(kClientNoTakeover);
    }
    if (options.max_window_bits < kMaxWindowBits) {
        const std::string bits = "=" + std::to_string(options.max_window_bits);
        text.append("; ").append(kServerBits).append(bits);
        return text.append("; ").append(kClientBits).append(bits);
    }
    return text.append("; ").append(kClientBits);
}

Result<std::optional<DeflateAgreement>> read_deflate_answer(const std::vector<Extension>& answer,
                                                            const DeflateOptions& options) {
    if (answer.empty()) return std::optional<DeflateAgreement>();
    const Extension& extension = answer.front();
    const auto parameters = read_parameters(extension);
    if (answer.size() != 1 || !http::equal_ignoring_case(extension.name, kName) || !parameters ||
        (parameters->has_client_bits && !parameters->client_bits)) {
        return make_error_code(Error::UnofferedExtension);
    }
    const bool asked_for_server_bits = options.max_window_bits < kMaxWindowBits;
    const bool is_as_offered =
        (options.context_takeover || parameters->server_no_context_takeover) &&
        (!asked_for_server_bits || parameters->server_bits) &&
        parameters->server_bits.value_or(kMinWindowBits) <= options.max_window_bits &&
        parameters->client_bits.value_or(kMinWindowBits) <= options.max_window_bits;
    if (!is_as_offered) return make_error_code(Error::UnofferedExtension);
    DeflateAgreement agreement;
    agreement.server_no_context_takeover = parameters->server_no_context_takeover;
    agreement.client_no_context_takeover =
        parameters->client_no_context_takeover || !options.context_takeover;
    agreement.server_max_window_bits = parameters->server_bits.value_or(kMaxWindowBits);
    agreement.client_max_window_bits = parameters->client_bits.value_or(options.max_window_bits);
    return std::optional<DeflateAgreement>(agreement);
}

// The constants are those of zlib.h and what its two state objects add.
std::size_t deflate_memory_bytes(int window_bits) {
    const int bits = std::max(window_bits, kMinDeflateBits);
    return (std::size_t{1} << (bits + 2)) +
           (std::size_t{1} << (deflate_memory_level(window_bits) + 9)) + 6 * 1024;
}

std::size_t inflate_memory_bytes(int window_bits) {
    return (std::size_t{1} << window_bits) + 8 * 1024;
}

int deflate_memory_level(int window_bits) {
    return std::clamp(window_bits - 7, 1, 8);
}

}  // namespace indrik::websocket
