#include "indrik/http/fields.hpp"

#include <array>
#include <cstring>

#include "indrik/http/tokens.hpp"

namespace indrik::http {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kFieldCount> kNames = {
    "",
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Patch",
    "Accept-Post",
    "Accept-Ranges",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Age",
    "Allow",
    "Alt-Svc",
    "Authorization",
    "Cache-Control",
    "Clear-Site-Data",
    "Connection",
    "Content-Digest",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "Content-Type",
    "Cookie",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Date",
    "DNT",
    "Early-Data",
    "ETag",
    "Expect",
    "Expires",
    "Forwarded",
    "From",
    "Host",
    "HTTP2-Settings",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Last-Event-ID",
    "Last-Modified",
    "Link",
    "Location",
    "Max-Forwards",
    "Origin",
    "Permissions-Policy",
    "Pragma",
    "Prefer",
    "Priority",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Range",
    "Referer",
    "Referrer-Policy",
    "Retry-After",
    "Save-Data",
    "Sec-CH-UA",
    "Sec-CH-UA-Mobile",
    "Sec-CH-UA-Platform",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
    "Sec-Fetch-User",
    "Sec-GPC",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "Server",
    "Server-Timing",
    "Set-Cookie",
    "SourceMap",
    "Strict-Transport-Security",
    "TE",
    "Timing-Allow-Origin",
    "traceparent",
    "tracestate",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Upgrade-Insecure-Requests",
    "User-Agent",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Accel-Buffering",
    "X-Content-Type-Options",
    "X-CSRF-Token",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Frame-Options",
    "X-HTTP-Method-Override",
    "X-Real-IP",
    "X-Request-ID",
    "X-Requested-With",
};

constexpr std::size_t kMaxNameSize = 40;
constexpr std::size_t kSlots = 512;

/// A perfect hash of the table: the factors were found by trying, make_slots() proves them.
constexpr std::size_t slot_of(std::string_view name) {
    const std::size_t size = name.size();
    const auto letter = [name](std::size_t index) {
        return static_cast<std::size_t>(static_cast<unsigned char>(name[index])) | 0x20;
    };
    const std::size_t sum = size * 344 + letter(0) * 82 + letter(size - 1) * 588 +
                            letter(size / 2) * 263 + letter(size * 3 / 4) * 953;
    return (sum ^ (sum >> 9)) % kSlots;
}

consteval std::array<std::uint8_t, kSlots> make_slots() {
    std::array<std::uint8_t, kSlots> slots{};
    for (std::size_t id = 1; id < kFieldCount; ++id) {
        std::uint8_t& slot = slots[slot_of(kNames[id])];
        if (slot != 0 || kNames[id].size() > kMaxNameSize) throw "choose other factors";
        slot = static_cast<std::uint8_t>(id);
    }
    return slots;
}

struct LowerName {
    std::array<char, kMaxNameSize> text{};
};

consteval std::array<LowerName, kFieldCount> make_lower_names() {
    std::array<LowerName, kFieldCount> names{};
    for (std::size_t id = 0; id < kFieldCount; ++id) {
        for (std::size_t i = 0; i < kNames[id].size(); ++i) {
            names[id].text[i] = to_lower(kNames[id][i]);
        }
    }
    return names;
}

constexpr std::array<std::uint8_t, kSlots> kSlotTable = make_slots();
constexpr std::array<LowerName, kFieldCount> kLowerNames = make_lower_names();

/// Whether `text` is the lower-case name `lower` in any case. Of the characters in names only
/// letters have the bit 0x40, and in letters 0x20 is the case: adding it just there folds the case
/// and nothing else.
template <class Word>
bool equal_word(const char* text, const char* lower) {
    Word left;
    Word right;
    std::memcpy(&left, text, sizeof(Word));
    std::memcpy(&right, lower, sizeof(Word));
    const Word letters = right & static_cast<Word>(0x4040404040404040);
    return (left | (letters >> 1)) == right;
}

bool equal_name(std::string_view text, const char* lower) {
    const std::size_t size = text.size();
    if (size >= 8) {
        for (std::size_t i = 0; i + 8 < size; i += 8) {
            if (!equal_word<std::uint64_t>(text.data() + i, lower + i)) return false;
        }
        return equal_word<std::uint64_t>(text.data() + size - 8, lower + size - 8);
    }
    if (size >= 4) {
        return equal_word<std::uint32_t>(text.data(), lower) &&
               equal_word<std::uint32_t>(text.data() + size - 4, lower + size - 4);
    }
    return equal_ignoring_case(text, {lower, size});
}

}  // namespace

std::string_view to_string(Field field) {
    const auto index = static_cast<std::size_t>(field);
    return index < kFieldCount ? kNames[index] : std::string_view();
}

Field parse_field(std::string_view name) {
    if (name.empty() || name.size() > kMaxNameSize) return Field::Unknown;
    const std::size_t id = kSlotTable[slot_of(name)];
    if (kNames[id].size() != name.size()) return Field::Unknown;
    return equal_name(name, kLowerNames[id].text.data()) ? static_cast<Field>(id) : Field::Unknown;
}

}  // namespace indrik::http
