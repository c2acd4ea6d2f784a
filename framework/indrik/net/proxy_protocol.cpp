#include "indrik/net/proxy_protocol.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "indrik/net/stream.hpp"

namespace indrik::net {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kV1Begin = "PROXY ";
constexpr std::size_t kV1MaxBytes = 107;
constexpr std::string_view kV2Signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t kV2FixedBytes = 16;
constexpr std::size_t kShortestBytes = std::string_view("PROXY UNKNOWN\r\n").size();
constexpr std::uint8_t kTypeCRC32C = 0x03;
constexpr std::uint8_t kTypeSSL = 0x20;
constexpr std::uint8_t kClientSSL = 0x01;

const char* describe(ProxyError error) {
    switch (error) {
        case ProxyError::BadSignature:
            return "no PROXY protocol header";
        case ProxyError::BadLine:
            return "malformed PROXY protocol line";
        case ProxyError::TooLong:
            return "PROXY protocol header too long";
        case ProxyError::UnsupportedVersion:
            return "unsupported PROXY protocol version or command";
        case ProxyError::BadFamily:
            return "unknown PROXY protocol address family";
        case ProxyError::BadLength:
            return "PROXY protocol header too short for its addresses";
        case ProxyError::BadTLV:
            return "malformed PROXY protocol extension";
        case ProxyError::BadChecksum:
            return "wrong PROXY protocol checksum";
        case ProxyError::Incomplete:
            return "connection ended within the PROXY protocol header";
        case ProxyError::NeverBegun:
            return "connection ended before the PROXY protocol header";
        case ProxyError::Forbidden:
            return "PROXY protocol header from an address that must not send one";
    }
    return "unknown PROXY protocol error";
}

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "indrik.proxy"; }
    std::string message(int value) const override {
        return describe(static_cast<ProxyError>(value));
    }
};

bool is_prefix(std::string_view input, std::string_view whole) {
    const std::size_t size = std::min(input.size(), whole.size());
    return input.substr(0, size) == whole.substr(0, size);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t word_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

Endpoint make_v4(const void* address, std::uint16_t port) {
    sockaddr_in socket{};
    socket.sin_family = AF_INET;
    socket.sin_port = htons(port);
    std::memcpy(&socket.sin_addr, address, sizeof socket.sin_addr);
    return to_endpoint(reinterpret_cast<const sockaddr*>(&socket), sizeof socket);
}

Endpoint make_v6(const void* address, std::uint16_t port) {
    sockaddr_in6 socket{};
    socket.sin6_family = AF_INET6;
    socket.sin6_port = htons(port);
    std::memcpy(&socket.sin6_addr, address, sizeof socket.sin6_addr);
    return to_endpoint(reinterpret_cast<const sockaddr*>(&socket), sizeof socket);
}

Endpoint make_unix(std::string_view path) {
    sockaddr_un socket{};
    socket.sun_family = AF_UNIX;
    path.copy(socket.sun_path, sizeof socket.sun_path);
    // An abstract name has no end of its own in a field of fixed size: without the zeros that fill it up.
    const std::size_t size = path.find_last_not_of('\0') + 1;
    return to_endpoint(reinterpret_cast<const sockaddr*>(&socket),
                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
}

// ---- version 1

/// The next word, and removes it with one blank behind it.
std::string_view take_word(std::string_view& line) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, blank);
    line.remove_prefix(std::min(blank + 1, line.size()));
    return word;
}

bool parse_address(std::string_view text, int family, in6_addr& address) {
    const bool has_only_its_letters = std::all_of(text.begin(), text.end(), [family](char c) {
        const bool is_hex =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        return c == '.' || (family == AF_INET6 ? is_hex || c == ':' : c >= '0' && c <= '9');
    });
    return has_only_its_letters && ::inet_pton(family, std::string(text).c_str(), &address) == 1;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

/// `line` is between "PROXY " and the line end.
bool parse_v1_line(std::string_view line, ProxyHeader& header) {
    const std::string_view whole = line;
    const std::string_view protocol = take_word(line);
    if (protocol == "UNKNOWN") {
        header.is_local = true;
        return whole.size() == protocol.size() || whole[protocol.size()] == ' ';
    }
    if (protocol != "TCP4" && protocol != "TCP6") return false;
    const int family = protocol == "TCP4" ? AF_INET : AF_INET6;
    in6_addr source;
    in6_addr destination;
    std::uint16_t source_port;
    std::uint16_t destination_port;
    if (std::count(whole.begin(), whole.end(), ' ') != 4) return false;
    if (!parse_address(take_word(line), family, source)) return false;
    if (!parse_address(take_word(line), family, destination)) return false;
    if (!parse_port(take_word(line), source_port)) return false;
    if (!parse_port(take_word(line), destination_port)) return false;
    const auto make = family == AF_INET ? &make_v4 : &make_v6;
    header.source = make(&source, source_port);
    header.destination = make(&destination, destination_port);
    return true;
}

Result<std::size_t> parse_v1(std::string_view input, ProxyHeader& header) {
    const std::string_view window = input.substr(0, kV1MaxBytes);
    const std::size_t end = window.find('\n');
    if (end == std::string_view::npos) {
        // A bare CR ends nothing and is in no address.
        const std::size_t cr = window.find('\r');
        if (cr != std::string_view::npos && cr + 1 < window.size()) return ProxyError::BadLine;
        if (input.size() >= kV1MaxBytes) return ProxyError::TooLong;
        return 0;
    }
    if (window[end - 1] != '\r') return ProxyError::BadLine;
    const std::string_view line = window.substr(0, end - 1);
    if (line.find('\r') != std::string_view::npos) return ProxyError::BadLine;
    if (!parse_v1_line(line.substr(kV1Begin.size()), header)) return ProxyError::BadLine;
    header.version = 1;
    return end + 1;
}

// ---- version 2

std::uint32_t crc32c(std::uint32_t crc, std::uint8_t byte) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0);
    return crc;
}

/// The checksum over the header, as if its own four bytes at `own` were zero.
std::uint32_t checksum_of(std::string_view header, std::size_t own) {
    std::uint32_t crc = ~std::uint32_t{0};
    for (std::size_t at = 0; at < header.size(); ++at) {
        crc = crc32c(crc, at >= own && at < own + 4 ? 0 : byte_at(header, at));
    }
    return ~crc;
}

/// What is behind the addresses: type, length, value. Only the checksum and whether the client speaks TLS mean something here.
std::error_code read_extensions(std::string_view header, std::size_t at, ProxyHeader& found) {
    std::size_t checksum_at = 0;
    while (at < header.size()) {
        if (header.size() - at < 3) return ProxyError::BadTLV;
        const std::uint8_t type = byte_at(header, at);
        const std::size_t size = word_at(header, at + 1);
        at += 3;
        if (header.size() - at < size) return ProxyError::BadTLV;
        if (type == kTypeCRC32C) {
            if (size != 4 || checksum_at != 0) return ProxyError::BadTLV;
            checksum_at = at;
        }
        if (type == kTypeSSL) {
            if (size < 5) return ProxyError::BadTLV;
            found.is_encrypted = (byte_at(header, at) & kClientSSL) != 0;
        }
        at += size;
    }
    if (checksum_at == 0) return {};
    const std::uint32_t told =
        std::uint32_t{word_at(header, checksum_at)} << 16 | word_at(header, checksum_at + 2);
    return told == checksum_of(header, checksum_at) ? std::error_code() : ProxyError::BadChecksum;
}

/// Bytes of the addresses of a family-and-transport byte; nothing for one that does not exist.
Result<std::size_t> address_bytes(std::uint8_t kind) {
    switch (kind) {
        case 0x00:
            return 0;
        case 0x11:
        case 0x12:
            return 12;
        case 0x21:
        case 0x22:
            return 36;
        case 0x31:
        case 0x32:
            return 216;
        default:
            return ProxyError::BadFamily;
    }
}

void read_addresses(std::string_view bytes, std::uint8_t kind, ProxyHeader& header) {
    if (kind == 0x11) {
        header.source = make_v4(bytes.data(), word_at(bytes, 8));
        header.destination = make_v4(bytes.data() + 4, word_at(bytes, 10));
    } else if (kind == 0x21) {
        header.source = make_v6(bytes.data(), word_at(bytes, 32));
        header.destination = make_v6(bytes.data() + 16, word_at(bytes, 34));
    } else if (kind == 0x31) {
        header.source = make_unix(bytes.substr(0, 108));
        header.destination = make_unix(bytes.substr(108, 108));
    } else {
        header.is_local = true;  // unspecified, or datagrams, which no stream was made of
    }
}

Result<std::size_t> parse_v2(std::string_view input, ProxyHeader& header, std::size_t max_bytes) {
    if (input.size() > 12 && byte_at(input, 12) != 0x20 && byte_at(input, 12) != 0x21) {
        return ProxyError::UnsupportedVersion;
    }
    if (input.size() < kV2FixedBytes) return 0;
    const std::size_t size = kV2FixedBytes + word_at(input, 14);
    if (size > max_bytes) return ProxyError::TooLong;
    header.version = 2;
    if (byte_at(input, 12) == 0x20) {
        header.is_local = true;  // the rest, its family included, is to be ignored
        return input.size() < size ? 0 : size;
    }
    const std::uint8_t kind = byte_at(input, 13);
    const Result<std::size_t> addresses = address_bytes(kind);
    if (!addresses) return addresses.error();
    if (size < kV2FixedBytes + *addresses) return ProxyError::BadLength;
    if (input.size() < size) return 0;
    const std::string_view whole = input.substr(0, size);
    const std::error_code bad = read_extensions(whole, kV2FixedBytes + *addresses, header);
    if (bad) return bad;
    read_addresses(whole.substr(kV2FixedBytes), kind, header);
    return size;
}

}  // namespace

const std::error_category& proxy_category() {
    static const Category category;
    return category;
}

std::error_code make_error_code(ProxyError error) {
    return {static_cast<int>(error), proxy_category()};
}

Result<std::size_t> parse_proxy_header(std::string_view input,
                                       ProxyHeader& header,
                                       const ProxyOptions& options) {
    header = ProxyHeader();
    if (options.accepts_v1 && is_prefix(input, kV1Begin)) {
        return input.size() < kV1Begin.size() ? Result<std::size_t>(0) : parse_v1(input, header);
    }
    if (options.accepts_v2 && is_prefix(input, kV2Signature)) {
        return input.size() < kV2Signature.size() ? Result<std::size_t>(0)
                                                  : parse_v2(input, header, options.max_bytes);
    }
    return ProxyError::BadSignature;
}

std::size_t missing_proxy_bytes(std::string_view input) {
    if (input.size() < kShortestBytes) return kShortestBytes - input.size();
    if (input.front() == kV1Begin.front()) return input.back() == '\r' ? 1 : 2;
    if (input.size() < kV2FixedBytes) return kV2FixedBytes - input.size();
    return kV2FixedBytes + word_at(input, 14) - input.size();
}

Task<ProxyHeader> receive_proxy_header(Stream& stream, ProxyOptions options) {
    ProxyHeader header;
    std::string input;
    std::error_code error;
    for (;;) {
        const Result<std::size_t> size = parse_proxy_header(input, header, options);
        if (!size) throw std::system_error(size.error());
        if (*size != 0) co_return header;
        const std::size_t known = input.size();
        input.resize(known + missing_proxy_bytes(input));
        const IOResult result = stream.try_read({input.data() + known, input.size() - known});
        input.resize(known + result.bytes);
        if (result.status == IOStatus::End) {
            throw std::system_error(known == 0 ? ProxyError::NeverBegun : ProxyError::Incomplete);
        }
        if (result.status == IOStatus::Failed) throw std::system_error(stream.last_error());
        if (result.status == IOStatus::WouldBlock) {
            co_await stream.wait_readable(error);
            if (error) throw std::system_error(error);
        }
    }
}

Task<std::string> receive_no_proxy_header(Stream& stream) {
    std::string input;
    std::error_code error;
    for (;;) {
        const bool may_begin = is_prefix(input, kV1Begin) || is_prefix(input, kV2Signature);
        if (!may_begin) co_return input;
        if (input.starts_with(kV1Begin) || input.starts_with(kV2Signature)) {
            throw std::system_error(ProxyError::Forbidden);
        }
        const std::size_t known = input.size();
        input.resize(kV2Signature.size());
        const IOResult result = stream.try_read({input.data() + known, input.size() - known});
        input.resize(known + result.bytes);
        if (result.status == IOStatus::End) co_return input;
        if (result.status == IOStatus::Failed) throw std::system_error(stream.last_error());
        if (result.status == IOStatus::WouldBlock) {
            co_await stream.wait_readable(error);
            if (error) throw std::system_error(error);
        }
    }
}

}  // namespace indrik::net
