// Content codings: whatever is compressed comes back, garbage is refused without harm, limits hold,
// and neither depends on the fragmentation. The first byte chooses the coding.

#include <cstring>
#include <memory>

#include "indrik/http/compression.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;

constexpr std::uint64_t kLimitBytes = 100'000;

std::string outcome_of(Decompressor& decompressor, const Pieces& pieces, std::size_t max_bytes) {
    std::string text;
    indrik::Buffer out;
    for (const std::string_view piece : pieces) {
        auto block = std::make_unique<char[]>(piece.size());
        std::memcpy(block.get(), piece.data(), piece.size());
        std::string_view rest(block.get(), piece.size());
        std::size_t produced = 0;
        do {
            const auto step = decompressor.feed(rest, out, max_bytes);
            if (!step) return "error: " + step.error().message();
            produced = step->produced;
            require(produced == out.size() && produced <= max_bytes, "no more than asked for");
            text += out.view();
            require(text.size() <= kLimitBytes, "limit");
            out.clear();
            rest.remove_prefix(step->consumed);
        } while (produced == max_bytes);
        require(rest.empty(), "all is consumed");
    }
    return decompressor.finish() ? text : "incomplete: " + text;
}

/// Data that is bad may come out as bad at once or after a limit: that it is refused counts.
std::string comparable(const std::string& outcome) {
    return outcome.substr(0, 7) == "error: " ? "error" : outcome;
}

void check_garbage(ContentCoding coding, std::string_view text) {
    Decompressor decompressor(coding, kLimitBytes);
    const std::string whole = comparable(outcome_of(decompressor, {text}, 65536));
    decompressor.reset();
    indrik::fuzz::require_equal(
        whole, comparable(outcome_of(decompressor, indrik::fuzz::cut(text, 16), 4096)), "pieces");
}

void check_round_trip(ContentCoding coding, std::string_view text) {
    Compressor compressor(coding);
    indrik::Buffer coded;
    for (const std::string_view piece : indrik::fuzz::cut(text, 300)) {
        compressor.feed(piece, coded, piece.size() % 4 ? FlushMode::None : FlushMode::Sync);
    }
    compressor.finish(coded);
    Decompressor decompressor(coding, kLimitBytes);
    require(outcome_of(decompressor, indrik::fuzz::cut(coded.view(), 50), 100) == text,
            "round trip");
}

void check_choice(std::string_view text) {
    const auto coding = choose_coding(text);
    require(!coding || to_string(*coding).size() <= 8, "choice");
    static_cast<void>(is_compressible(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto coding = static_cast<ContentCoding>(1 + data[0] % 4);
    check_garbage(coding, text);
    check_round_trip(coding, text);
    check_choice(text);
    return 0;
}
