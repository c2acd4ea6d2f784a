// WebSocket frames: the outcome does not depend on the fragmentation, limits hold, what one end sends the other understands; and
// the handshake's fields.

#include <cstring>
#include <memory>
#include <vector>

#include "indrik/websocket/handshake.hpp"
#include "indrik/websocket/protocol.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::websocket;
using indrik::Buffer;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;

constexpr std::uint64_t kLimit = 100'000;

struct Setup {
    Role role = Role::Server;
    std::optional<DeflateAgreement> deflate;
};

std::string outcome_of(const Pieces& pieces, const Setup& setup) {
    CodecPool pool;
    ProtocolOptions options;
    options.max_message_bytes = kLimit;
    Protocol protocol(setup.role, options, setup.deflate, &pool);
    Buffer output;
    std::string outcome;
    std::string message;  // begun
    for (const std::string_view piece : pieces) {
        auto block = std::make_unique<char[]>(piece.size());
        std::memcpy(block.get(), piece.data(), piece.size());
        std::span<char> rest(block.get(), piece.size());
        for (;;) {
            const Step step = protocol.receive(rest, output);
            require(step.consumed <= rest.size(), "no more is consumed than there is");
            rest = rest.subspan(step.consumed);
            if (step.event == Event::None) break;
            if (step.event == Event::Data) {
                message += step.data;
                require(message.size() <= kLimit, "the limit holds");
                if (!step.ends_message) continue;
                outcome += message;
                message.clear();
                outcome += step.type == MessageType::Text ? "|text\n" : "|binary\n";
            } else if (step.event != Event::Failed) {
                outcome += std::to_string(static_cast<int>(step.event)) + std::string(step.data);
            }
        }
        require(rest.empty(), "everything is consumed");
    }
    // Of a message that fails, how many pieces came out before is for the fragmentation to decide.
    outcome += protocol.failure() ? protocol.failure().message() : message;
    // Only the peer's end (a client's keys are chance).
    if (setup.role == Role::Server) outcome += output.view();
    return outcome;
}

void compare(std::string_view text, const Setup& setup) {
    const std::string whole = outcome_of({text}, setup);
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 16), setup), "pieces");
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 1), setup), "bytes");
}

/// What a client sends in pieces arrives at the server.
void check_round_trip(std::string_view text, const std::optional<DeflateAgreement>& deflate) {
    CodecPool pool;
    Sender sender(Role::Client, deflate, DeflateOptions(), &pool);
    Buffer sent;
    sender.begin_message(MessageType::Binary);
    for (const std::string_view piece : indrik::fuzz::cut(text, 300)) {
        sender.piece(sent, piece, false);
    }
    sender.piece(sent, {}, true);
    sender.message(sent, MessageType::Binary, text, Compress::Always);
    const std::string expected = std::string(text) + "|binary\n" + std::string(text) + "|binary\n";
    const Setup server{Role::Server, deflate};
    indrik::fuzz::require_equal(expected, outcome_of({sent.view()}, server), "round trip");
}

void check_extensions(std::string_view text) {
    const auto extensions = parse_extensions(text);
    if (!extensions) return;
    const auto response = answer_deflate_offers(*extensions, DeflateOptions());
    if (!response) return;
    const auto again = parse_extensions(response->extension);
    require(again && again->size() == 1, "the answer can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const DeflateAgreement kept;
    DeflateAgreement forgotten;
    forgotten.server_no_context_takeover = forgotten.client_no_context_takeover = true;
    // Not for compare(): whether zlib reads what refers beyond a small window depends on the fragmentation.
    DeflateAgreement narrow;
    narrow.server_max_window_bits = narrow.client_max_window_bits = kMinWindowBits;
    for (const Role role : {Role::Server, Role::Client}) {
        compare(text, Setup{role, std::nullopt});
        compare(text, Setup{role, kept});
        compare(text, Setup{role, forgotten});
    }
    if (size <= 4096) {
        check_round_trip(text, std::nullopt);
        check_round_trip(text, kept);
        check_round_trip(text, forgotten);
        check_round_trip(text, narrow);
    }
    check_extensions(text);
    return 0;
}
