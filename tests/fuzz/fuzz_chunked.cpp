// Chunked bodies: the outcome does not depend on the fragmentation, no more is decoded than was
// read, and what the encoder writes is what the decoder reads.

#include <cstring>
#include <memory>

#include "indrik/http/chunked.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;

std::string outcome_of(const Pieces& pieces, const ChunkedLimits& limits) {
    ChunkedDecoder decoder(limits);
    std::string body;
    std::size_t read = 0;
    for (const std::string_view piece : pieces) {
        auto block = std::make_unique<char[]>(piece.size());
        std::memcpy(block.get(), piece.data(), piece.size());
        std::string_view rest(block.get(), piece.size());
        while (!rest.empty() && !decoder.done()) {
            const auto step = decoder.feed(rest);
            if (!step) return "error: " + step.error().message() + " behind " + body;
            require(step->consumed != 0 && step->consumed <= rest.size(), "progress");
            require(step->data.size() <= step->consumed, "more data than input");
            body += step->data;
            read += step->consumed;
            rest.remove_prefix(step->consumed);
        }
    }
    if (!decoder.done()) return "incomplete: " + body;
    std::string text = std::to_string(read) + "|" + body;
    for (const HeaderField field : decoder.trailers()) {
        text.append("|").append(field.name).append("=").append(field.value);
    }
    return text;
}

void compare(std::string_view text, const ChunkedLimits& limits) {
    const std::string whole = outcome_of({text}, limits);
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 16), limits), "pieces");
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 1), limits), "bytes");
}

void check_encoder(std::string_view text) {
    indrik::Buffer out;
    for (const std::string_view piece : indrik::fuzz::cut(text, 300)) append_chunk(out, piece);
    append_last_chunk(out, Headers());
    const std::string expected = std::to_string(out.size()) + "|" + std::string(text);
    indrik::fuzz::require_equal(expected, outcome_of({out.view()}, ChunkedLimits()), "encoder");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    compare(text, ChunkedLimits());
    ChunkedLimits tight;
    tight.extension_bytes = 10;
    tight.trailer_bytes = 24;
    tight.trailer_fields = 2;
    compare(text, tight);
    check_encoder(text);
    return 0;
}
