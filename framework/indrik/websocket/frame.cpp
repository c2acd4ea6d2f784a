#include "indrik/websocket/frame.hpp"

#include <algorithm>

namespace indrik::websocket {

namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kCompressed = 0x40;
constexpr unsigned kReserved = 0x30;
constexpr unsigned kOpcodeBits = 0x0f;
constexpr unsigned kMasked = 0x80;
constexpr unsigned kLengthBits = 0x7f;
constexpr std::uint64_t kLength16 = 126;  // the length follows in two bytes
constexpr std::uint64_t kLength64 = 127;  // in eight

unsigned byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

bool is_known(unsigned opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// Errors of the first byte.
Result<> read_first(unsigned first, const FrameRules& rules, FrameHeader& header) {
    const unsigned opcode = first & kOpcodeBits;
    header.is_final = (first & kFinal) != 0;
    header.is_compressed = (first & kCompressed) != 0;
    if ((first & kReserved) != 0) return make_error_code(Error::ReservedBits);
    if (!is_known(opcode)) return make_error_code(Error::ReservedOpcode);
    header.opcode = static_cast<Opcode>(opcode);
    // Only the first frame of a message says whether it is compressed.
    const bool may_be_compressed = rules.allows_compression && !is_control(header.opcode) &&
                                   header.opcode != Opcode::Continuation;
    if (header.is_compressed && !may_be_compressed) return make_error_code(Error::ReservedBits);
    if (is_control(header.opcode) && !header.is_final)
        return make_error_code(Error::FragmentedControl);
    return boost::system::in_place_value;
}

/// Errors of the second byte.
Result<> read_second(unsigned second, const FrameRules& rules, FrameHeader& header) {
    header.is_masked = (second & kMasked) != 0;
    header.length_bytes = second & kLengthBits;
    if (header.is_masked != (rules.role == Role::Server)) {
        return make_error_code(header.is_masked ? Error::MaskedFrame : Error::UnmaskedFrame);
    }
    if (is_control(header.opcode) && header.length_bytes > kMaxControlBytes)
        return make_error_code(Error::ControlTooLong);
    return boost::system::in_place_value;
}

}  // namespace

Result<std::size_t> parse_frame_header(std::string_view bytes,
                                       const FrameRules& rules,
                                       FrameHeader& header) {
    if (bytes.empty()) return std::size_t{0};
    const Result<> first = read_first(byte_at(bytes, 0), rules, header);
    if (!first) return first.error();
    if (bytes.size() < 2) return std::size_t{0};
    const Result<> second = read_second(byte_at(bytes, 1), rules, header);
    if (!second) return second.error();

    std::size_t size = 2;
    if (header.length_bytes >= kLength16) {
        const bool is_long = header.length_bytes == kLength64;
        const std::size_t width = is_long ? 8 : 2;
        if (bytes.size() > size && is_long && byte_at(bytes, size) >= 0x80)
            return make_error_code(Error::BadLength);
        if (bytes.size() < size + width) return std::size_t{0};
        std::uint64_t length = 0;
        for (std::size_t i = 0; i < width; ++i) length = length << 8 | byte_at(bytes, size + i);
        const std::uint64_t least = is_long ? 0x10000 : kLength16;
        if (length < least) return make_error_code(Error::BadLength);
        header.length_bytes = length;
        size += width;
    }
    if (header.is_masked) {
        if (bytes.size() < size + header.mask_key.size()) return std::size_t{0};
        std::copy_n(bytes.data() + size, header.mask_key.size(), header.mask_key.data());
        size += header.mask_key.size();
    }
    return size;
}

void append_frame_header(Buffer& out, const FrameHeader& header) {
    char* const begin = out.prepare(kMaxFrameHeaderBytes).data();
    char* at = begin;
    const auto put = [&at](std::uint64_t value) {
        *at++ = static_cast<char>(static_cast<unsigned char>(value));
    };
    put((header.is_final ? kFinal : 0) | (header.is_compressed ? kCompressed : 0) |
        static_cast<unsigned>(header.opcode));
    const unsigned mask = header.is_masked ? kMasked : 0;
    int width = 0;
    if (header.length_bytes < kLength16) {
        put(mask | header.length_bytes);
    } else {
        width = header.length_bytes < 0x10000 ? 2 : 8;
        put(mask | (width == 2 ? kLength16 : kLength64));
    }
    for (int i = width - 1; i >= 0; --i) put(header.length_bytes >> (8 * i));
    if (header.is_masked) at = std::copy(header.mask_key.begin(), header.mask_key.end(), at);
    out.commit(static_cast<std::size_t>(at - begin));
}

}  // namespace indrik::websocket
