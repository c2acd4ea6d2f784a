#include "indrik/templates/detail/pen.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "indrik/templates/detail/chunks.hpp"

namespace indrik::templates::detail {

Room make_room(std::string& out, const char* at, std::size_t bytes) {
    const auto size = static_cast<std::size_t>(at - out.data());
    set_size(out, size);
    const std::size_t needed = size + bytes + 2 * kSpareBytes;
    if constexpr (kSetsSize) {
        if (out.capacity() < needed) out.reserve(std::max(needed, out.capacity() * 2));
        return {out.data() + size, out.data() + out.capacity() - kSpareBytes};
    } else {
        constexpr std::size_t kPieceBytes = 1024;
        out.resize(needed + kPieceBytes);
        return {out.data() + size, out.data() + out.size() - kSpareBytes};
    }
}

Room write_text(std::string& out, Room room, std::string_view text) {
    if (room.end - room.at < static_cast<std::ptrdiff_t>(text.size())) [[unlikely]]
        room = make_room(out, room.at, text.size());
    if (!text.empty()) std::memcpy(room.at, text.data(), text.size());
    room.at += text.size();
    return room;
}

Room write_number(std::string& out, Room room, std::int64_t number) {
    room.at = std::to_chars(room.at, room.at + kSpareBytes, number).ptr;
    return room.at > room.end ? make_room(out, room.at, 0) : room;
}

#if defined(__x86_64__)
namespace {
[[gnu::noinline]] Room write_chunks(std::string& out, Room room, std::string_view text) {
    const char* from = text.data();
    std::size_t left = text.size();
    for (; left > kChunkBytes; from += kChunkBytes, left -= kChunkBytes) {
        room.at = escape_chunk(room.at, load_chunk(from, kChunkBytes), kChunkBytes);
        if (room.at > room.end) [[unlikely]]
            room = make_room(out, room.at, 0);
    }
    room.at = escape_chunk(room.at, load_chunk(from, left), left);
    return room.at > room.end ? make_room(out, room.at, 0) : room;
}
}  // namespace

Room write_escaped(std::string& out, Room room, std::string_view text) {
    // Most values are short.
    if (text.size() > kChunkBytes) return write_chunks(out, room, text);
    room.at = escape_chunk(room.at, load_chunk(text.data(), text.size()), text.size());
    return room.at > room.end ? make_room(out, room.at, 0) : room;
}

char* write_entities(char* at, __m128i bytes, std::size_t size, unsigned specials) {
    // What is copied from here was written with one store, from which smaller words can be read at once.
    alignas(kChunkBytes) char chunk[kChunkBytes];
    _mm_store_si128(reinterpret_cast<__m128i*>(chunk), bytes);
    std::size_t done = 0;
    for (; specials != 0; specials &= specials - 1) {
        const auto next = static_cast<std::size_t>(std::countr_zero(specials));
        copy_run(at, chunk + done, next - done);
        at += next - done;
        at = write_entity(at, chunk[next]);
        done = next + 1;
    }
    copy_run(at, chunk + done, size - done);
    return at + (size - done);
}
#else
Room write_escaped(std::string& out, Room room, std::string_view text) {
    for (const char c : text) {
        if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'') {
            room.at = write_entity(room.at, c);
        } else {
            *room.at++ = c;
        }
        if (room.at > room.end) [[unlikely]]
            room = make_room(out, room.at, 0);
    }
    return room;
}
#endif

}  // namespace indrik::templates::detail
