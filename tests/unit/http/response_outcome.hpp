#pragma once
// What became of a response head, as text that tests compare.

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "indrik/http/response_parser.hpp"
#include "tests/support/splits.hpp"

namespace indrik::http::tests {

using indrik::tests::Pieces;

inline std::string describe_framing(const ResponseHead& head) {
    std::string text;
    if (head.framing == BodyFraming::None) text += " none";
    if (head.framing == BodyFraming::Chunked) text += " chunked";
    if (head.framing == BodyFraming::UntilClose) text += " until-close";
    if (head.framing == BodyFraming::ContentLength || head.content_length != 0) {
        text += " length=" + std::to_string(head.content_length);
    }
    if (head.keep_alive) text += " keep-alive";
    if (head.upgrade) text += " upgrade";
    return text.substr(1);
}

inline std::string describe(const ResponseHead& head) {
    std::string text = std::to_string(to_number(head.status));
    text += " '" + std::string(head.reason) + "'";
    text += head.version == Version::Http11 ? " 1.1 " : " 1.0 ";
    text += describe_framing(head);
    for (const HeaderField field : head.headers) {
        text += "\n" + std::string(field.name) + "=" + std::string(field.value);
    }
    return text;
}

/// Parses as a connection would: pieces arrive one after the other, and the buffer moves and has no
/// byte to spare each time.
inline std::string response_outcome_of(const Pieces& pieces,
                                       Method method = Method::Get,
                                       const ResponseLimits& limits = {}) {
    ResponseParser parser(limits);
    parser.set_request_method(method);
    ResponseHead head;
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

inline std::string response_outcome_of(std::string_view text,
                                       Method method = Method::Get,
                                       const ResponseLimits& limits = {}) {
    return response_outcome_of(Pieces{text}, method, limits);
}

inline std::string response_outcome_of(Error error) {
    return "error: " + make_error_code(error).message();
}

/// The outcome in any fragmentation.
inline std::string every_response_outcome_of(std::string_view text,
                                             Method method = Method::Get,
                                             const ResponseLimits& limits = {}) {
    return indrik::tests::expect_same_in_any_fragmentation(
        text, [method, &limits](const Pieces& pieces) {
            return response_outcome_of(pieces, method, limits);
        });
}

}  // namespace indrik::http::tests
