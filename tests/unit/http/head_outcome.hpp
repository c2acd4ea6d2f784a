#pragma once
// What became of a request head, as text that tests compare.

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "indrik/http/parser.hpp"
#include "tests/support/splits.hpp"

namespace indrik::http::tests {

using indrik::tests::Pieces;

inline const char* name_of(TargetForm form) {
    constexpr const char* kNames[] = {"origin", "absolute", "authority", "asterisk"};
    return kNames[static_cast<int>(form)];
}

inline std::string describe(const RequestHead& head) {
    std::string text(head.method_text);
    text += ' ' + std::string(name_of(head.target_form)) + " target=" + std::string(head.target);
    text += " path=" + std::string(head.path) + " query=" + std::string(head.query);
    text += " authority=" + std::string(head.authority);
    text += head.version == Version::Http11 ? " 1.1" : " 1.0";
    if (head.framing == BodyFraming::Chunked) text += " chunked";
    if (head.framing == BodyFraming::ContentLength) {
        text += " length=" + std::to_string(head.content_length);
    }
    if (head.keep_alive) text += " keep-alive";
    if (head.expect_continue) text += " expect";
    if (head.upgrade) text += " upgrade";
    for (const HeaderField field : head.headers) {
        text += "\n" + std::string(field.name) + "=" + std::string(field.value);
    }
    return text;
}

/// Parses as a connection would: pieces arrive one after the other, and the buffer moves and has no
/// byte to spare each time.
inline std::string outcome_of(const Pieces& pieces, const HeadLimits& limits = {}) {
    RequestParser parser(limits);
    RequestHead head;
    std::string received;
    std::unique_ptr<char[]> buffer;
    for (const std::string_view piece : pieces) {
        received += piece;
        auto moved = std::make_unique<char[]>(received.size());
        std::memcpy(moved.get(), received.data(), received.size());
        const auto size = parser.parse({moved.get(), received.size()}, head);
        buffer = std::move(moved);
        if (!size) return "error: " + size.error().message();
        if (*size != 0) return "size=" + std::to_string(*size) + "\n" + describe(head);
    }
    return "incomplete";
}

inline std::string outcome_of(std::string_view text, const HeadLimits& limits = {}) {
    return outcome_of(Pieces{text}, limits);
}

inline std::string outcome_of(Error error) {
    return "error: " + make_error_code(error).message();
}

/// The outcome in any fragmentation.
inline std::string every_outcome_of(std::string_view text, const HeadLimits& limits = {}) {
    return indrik::tests::expect_same_in_any_fragmentation(
        text, [&limits](const Pieces& pieces) { return outcome_of(pieces, limits); });
}

}  // namespace indrik::http::tests
