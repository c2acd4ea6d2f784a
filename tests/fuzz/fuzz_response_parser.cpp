// Response heads: the outcome does not depend on the fragmentation, and what is accepted keeps its
// promises, whatever was asked for.

#include <cstring>
#include <memory>

#include "indrik/http/response_parser.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;

void check_promises(const ResponseHead& head, Method method, std::string_view received) {
    require(received.starts_with("HTTP/1.") && received.ends_with("\r\n\r\n"), "begin and end");
    require(to_number(head.status) >= 100 && to_number(head.status) <= 999, "status");
    require(is_field_value(head.reason), "reason");
    const bool has_length = head.framing == BodyFraming::ContentLength;
    require(has_length == (head.content_length != 0), "length");
    const bool tunnel = method == Method::Connect && is_success(head.status);
    if (method == Method::Head || tunnel || !may_have_body(head.status)) {
        require(head.framing == BodyFraming::None, "body where none may be");
    }
    require(head.framing != BodyFraming::UntilClose || !head.keep_alive, "kept alive until close");
    require(head.framing != BodyFraming::Chunked || head.version == Version::Http11,
            "chunked in 1.0");
    require(head.upgrade == (head.status == Status::SwitchingProtocols), "upgrade");
    require(!head.upgrade || head.headers.contains(Field::Upgrade), "upgrade to nothing");
    require(head.headers.count(Field::ContentLength) <= 1, "two lengths");
    for (const HeaderField field : head.headers) {
        require(is_token(field.name) && is_field_value(field.value), "field");
        require(trim(field.value).size() == field.value.size(), "spaces around a value");
    }
}

std::string describe(const ResponseHead& head) {
    std::string text = std::to_string(to_number(head.status));
    text.append("|").append(head.reason).append("|");
    text += std::to_string(static_cast<int>(head.framing)) + std::to_string(head.content_length);
    text += head.version == Version::Http11 ? "1" : "0";
    text += head.keep_alive ? "k" : "-";
    text += head.upgrade ? "u" : "-";
    for (const HeaderField field : head.headers) {
        text.append("|").append(field.name).append("=").append(field.value);
    }
    return text;
}

/// Every call gets the bytes so far in a block of its own, without a byte to spare.
std::string outcome_of(const Pieces& pieces, Method method, const ResponseLimits& limits) {
    ResponseParser parser(limits);
    parser.set_request_method(method);
    ResponseHead head;
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
        check_promises(head, method, std::string_view(block.get(), *size));
        return std::to_string(*size) + "|" + describe(head);
    }
    return "incomplete";
}

void compare(std::string_view text, Method method, const ResponseLimits& limits) {
    const std::string whole = outcome_of({text}, method, limits);
    const auto pieces_of = [&](std::size_t max_bytes) {
        return outcome_of(indrik::fuzz::cut(text, max_bytes), method, limits);
    };
    indrik::fuzz::require_equal(whole, pieces_of(40), "pieces");
    if (text.size() > 600) return;
    indrik::fuzz::require_equal(whole, pieces_of(1), "bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const Method method : {Method::Get, Method::Head, Method::Connect}) {
        compare(text, method, ResponseLimits());
    }
    ResponseLimits tight;
    tight.status_line_bytes = 24;
    tight.fields = 4;
    tight.field_bytes = 48;
    tight.head_bytes = 128;
    compare(text, Method::Get, tight);
    // Limits within the first line: the input's size chooses where.
    tight.status_line_bytes = size % 7;
    tight.head_bytes = size % 11;
    compare(text, Method::Get, tight);
    return 0;
}
