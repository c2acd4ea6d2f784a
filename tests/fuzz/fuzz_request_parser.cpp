// Request heads: the outcome does not depend on the fragmentation, and what is accepted keeps its
// promises.

#include <cstring>
#include <memory>

#include "indrik/http/parser.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;

void check_promises(const RequestHead& head, std::string_view received) {
    require(received.size() >= 4 && received.substr(received.size() - 4) == "\r\n\r\n", "end");
    require(head.method_text.size() >= 3 && head.method_text.size() <= 20, "method size");
    require(!head.target.empty(), "target");
    require(head.framing != BodyFraming::Chunked || head.version == Version::Http11,
            "chunked in 1.0");
    require(!head.upgrade || head.framing == BodyFraming::None, "upgrade with body");
    require(head.headers.count(Field::Host) <= 1, "two hosts");
    require(head.headers.contains(Field::Host) || head.version == Version::Http10, "no host");
    for (const HeaderField field : head.headers) {
        require(is_token(field.name) && is_field_value(field.value), "field");
        require(trim(field.value).size() == field.value.size(), "spaces around a value");
    }
}

std::string describe(const RequestHead& head) {
    std::string text;
    for (const std::string_view part :
         {head.method_text, head.target, head.path, head.query, head.authority}) {
        text.append(part).append("|");
    }
    text += std::to_string(static_cast<int>(head.framing)) + std::to_string(head.content_length);
    text += head.keep_alive ? "k" : "-";
    text += head.expect_continue ? "e" : "-";
    text += head.upgrade ? "u" : "-";
    for (const HeaderField field : head.headers) {
        text.append("|").append(field.name).append("=").append(field.value);
    }
    return text;
}

/// Every call gets the bytes so far in a block of its own, without a byte to spare.
std::string outcome_of(const Pieces& pieces, const HeadLimits& limits) {
    RequestParser parser(limits);
    RequestHead head;
    std::string received;
    std::unique_ptr<char[]> block;
    for (const std::string_view piece : pieces) {
        received += piece;
        auto moved = std::make_unique<char[]>(received.size());
        std::memcpy(moved.get(), received.data(), received.size());
        const auto size = parser.parse({moved.get(), received.size()}, head);
        block = std::move(moved);
        if (!size) return "error: " + size.error().message();
        if (*size == 0) continue;
        check_promises(head, std::string_view(block.get(), *size));
        return std::to_string(*size) + "|" + describe(head);
    }
    return "incomplete";
}

void compare(std::string_view text, const HeadLimits& limits) {
    const std::string whole = outcome_of({text}, limits);
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 40), limits), "pieces");
    if (text.size() > 600) return;
    indrik::fuzz::require_equal(whole, outcome_of(indrik::fuzz::cut(text, 1), limits), "bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    compare(text, HeadLimits());
    HeadLimits tight;
    tight.request_line_bytes = 32;
    tight.fields = 4;
    tight.field_bytes = 48;
    tight.head_bytes = 128;
    tight.underscore_names = UnderscoreNames::Keep;
    compare(text, tight);
    return 0;
}
