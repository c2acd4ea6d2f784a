// PROXY protocol headers: the outcome does not depend on the fragmentation, no more is taken than belongs to the header, and no
// more is asked for.

#include <cstring>
#include <memory>

#include "indrik/net/proxy_protocol.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::net;
using indrik::fuzz::require;

struct Outcome {
    std::string text;
    std::size_t size = 0;  // of the header; 0 if there is none
};

/// Parses the first `known` bytes as they come from a socket: in a block of just that size.
Outcome outcome_of(std::string_view text, std::size_t known, const ProxyOptions& options) {
    const auto block = std::make_unique<char[]>(known);
    std::memcpy(block.get(), text.data(), known);
    ProxyHeader header;
    const auto size = parse_proxy_header({block.get(), known}, header, options);
    if (!size) return {"error: " + size.error().message()};
    if (*size == 0) {
        require(missing_proxy_bytes({block.get(), known}) != 0, "something is missing");
        return {"incomplete"};
    }
    require(*size <= known, "no more than was given");
    require(*size <= std::max<std::size_t>(options.max_bytes, 107), "no more than allowed");
    require(header.version == 1 || header.version == 2, "a version");
    return {std::to_string(*size) + (header.is_local ? " local" : "") + " " +
                format_endpoint(header.source) + " " + format_endpoint(header.destination),
            *size};
}

void check(std::string_view text, const ProxyOptions& options) {
    const Outcome whole = outcome_of(text, text.size(), options);
    bool is_over = false;
    for (std::size_t known = 0; known < text.size() && !is_over; ++known) {
        const Outcome part = outcome_of(text, known, options);
        is_over = part.text != "incomplete";
        if (!is_over) {
            const std::size_t wanted = known + missing_proxy_bytes(text.substr(0, known));
            require(whole.size == 0 || wanted <= whole.size, "never reads beyond the header");
        } else {
            indrik::fuzz::require_equal(whole.text, part.text, "a prefix");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data),
                                std::min<std::size_t>(size, 1024));
    check(text, ProxyOptions());
    ProxyOptions tight;
    tight.accepts_v1 = false;
    tight.max_bytes = 40;
    check(text, tight);
    return 0;
}
