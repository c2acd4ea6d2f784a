// Streams of requests: which ones are found does not depend on how the bytes come, what follows a
// complete request cannot change it, and what is found is found again when it is written anew.

#include "tests/fuzz/fragments.hpp"
#include "tests/support/request_stream.hpp"

namespace {

using indrik::fuzz::require;
using indrik::test::FoundRequest;
using indrik::test::RequestStream;

std::string describe(const RequestStream& stream) {
    std::string text = stream.is_open() ? "open" : "ended";
    for (const FoundRequest& request : stream.complete()) {
        text += "\n" + request.method + " " + request.target + " " + request.version;
        for (const auto& [name, value] : request.fields) text += "|" + name + "=" + value;
        text += "\n" + request.body;
        for (const auto& [name, value] : request.trailers) text += "|" + name + "=" + value;
    }
    return text;
}

std::string outcome_of(const indrik::fuzz::Pieces& pieces) {
    RequestStream stream;
    for (const std::string_view piece : pieces) stream.feed(piece);
    return describe(stream);
}

/// As a client would have written it.
std::string write(const FoundRequest& request) {
    std::string text = request.method + " " + request.target + " HTTP/" + request.version + "\r\n";
    bool is_chunked = false;
    for (const auto& [name, value] : request.fields) {
        text += name + ":" + value + "\r\n";
        is_chunked =
            is_chunked || indrik::http::parse_field(name) == indrik::http::Field::TransferEncoding;
    }
    text += "\r\n";
    if (!is_chunked) return text + request.body;
    indrik::Buffer chunks;
    if (!request.body.empty()) indrik::http::append_chunk(chunks, request.body);
    text += chunks.view();
    text += "0\r\n";
    for (const auto& [name, value] : request.trailers) text += name + ":" + value + "\r\n";
    return text + "\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    RequestStream stream;
    stream.feed(text);
    const std::string outcome = describe(stream);
    indrik::fuzz::require_equal(outcome, outcome_of(indrik::fuzz::cut(text, 40)), "pieces");
    if (size <= 600) {
        indrik::fuzz::require_equal(outcome, outcome_of(indrik::fuzz::cut(text, 1)), "bytes");
    }
    const auto found = stream.complete();
    stream.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto later = stream.complete();
    require(later.size() >= found.size(), "what follows takes nothing away");
    for (std::size_t i = 0; i < found.size(); ++i) {
        require(later[i] == found[i], "what follows changes nothing");
        RequestStream single;
        single.feed(write(found[i]));
        require(single.complete() == std::vector<FoundRequest>{found[i]}, "written anew");
    }
    return 0;
}
