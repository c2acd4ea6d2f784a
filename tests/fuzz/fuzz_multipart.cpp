// Multipart bodies: the outcome does not depend on the fragmentation, the number of steps is bound
// by the input, and what the writer writes is what the parser reads.

#include <cstring>
#include <memory>

#include "indrik/http/content_disposition.hpp"
#include "indrik/http/multipart.hpp"
#include "indrik/http/tokens.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::http;
using indrik::fuzz::Pieces;
using indrik::fuzz::require;
using Event = MultipartParser::Event;

constexpr std::string_view kBoundary = "XX";

std::string outcome_of(const Pieces& pieces, const MultipartLimits& limits) {
    MultipartParser parser(kBoundary, limits);
    std::string text;
    for (const std::string_view piece : pieces) {
        auto block = std::make_unique<char[]>(piece.size());
        std::memcpy(block.get(), piece.data(), piece.size());
        std::string_view rest(block.get(), piece.size());
        std::size_t steps = 0;
        for (Event event = Event::PartEnd; event != Event::NeedMore;) {
            require(++steps <= 2 * piece.size() + 3, "few steps");
            const auto step = parser.feed(rest);
            if (!step) return text + "error: " + step.error().message();
            event = step->event;
            require((event == Event::Data) == !step->data.empty(), "data with its event");
            rest.remove_prefix(step->consumed);
            if (event == Event::Data) {
                text += step->data;
                continue;
            }
            if (event != Event::NeedMore) text += "\n" + std::to_string(static_cast<int>(event));
            if (event != Event::PartBegin) continue;
            for (const HeaderField field : parser.part_headers()) {
                require(is_token(field.name) && is_field_value(field.value), "field");
                text.append("|").append(field.name).append("=").append(field.value);
            }
        }
        require(rest.empty(), "all is consumed");
    }
    return text + (parser.done() ? "" : "incomplete");
}

/// Of a body that is refused, how much was handed out before depends on the fragmentation, and so
/// does which of two limits it broke first.
std::string comparable(const std::string& outcome) {
    return outcome.find("error: ") == std::string::npos ? outcome : "refused";
}

void compare(std::string_view text, const MultipartLimits& limits) {
    const std::string whole = comparable(outcome_of({text}, limits));
    indrik::fuzz::require_equal(
        whole, comparable(outcome_of(indrik::fuzz::cut(text, 16), limits)), "pieces");
    indrik::fuzz::require_equal(
        whole, comparable(outcome_of(indrik::fuzz::cut(text, 1), limits)), "bytes");
}

void check_writer(std::string_view text) {
    const std::string boundary = "--=" + std::to_string(indrik::fuzz::hash_of(text));
    if (text.find(boundary) != std::string_view::npos) return;
    indrik::Buffer out;
    MultipartWriter writer(boundary);
    writer.append_field(out, text.substr(0, 40), text);
    writer.finish(out);
    MultipartParser parser(boundary);
    std::string_view rest = out.view();
    std::string read;
    for (Event event = Event::PartEnd; event != Event::NeedMore;) {
        const auto step = parser.feed(rest).value();
        event = step.event;
        rest.remove_prefix(step.consumed);
        read += step.data;
    }
    require(parser.done() && read == text, "what was written is read");
}

void check_disposition(std::string_view text) {
    if (const auto disposition = parse_content_disposition(text)) {
        require(is_token(disposition->type), "type");
        const std::string base = base_name(disposition->file_name.value_or(""));
        require(base.find_first_of("/\\") == std::string::npos && base != "..", "base name");
    }
    const auto attachment = parse_content_disposition(format_attachment(text));
    require(attachment && attachment->file_name == text, "attachment is undone");
    const std::string form = format_form_disposition(text, text);
    require(is_field_value(form), "form field");
    if (text.find_first_of("\\%") != std::string_view::npos) return;
    const auto parsed = parse_content_disposition(form);
    require(parsed && parsed->name == parsed->file_name, "names of a form are undone");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    compare(text, MultipartLimits());
    MultipartLimits tight;
    tight.parts = 2;
    tight.part_head_bytes = 40;
    tight.part_fields = 2;
    tight.outside_bytes = 10;
    tight.nesting = true;
    tight.total_bytes = 150;
    compare(text, tight);
    check_writer(text);
    check_disposition(text);
    return 0;
}
