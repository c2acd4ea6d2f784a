#pragma once
// The chunked transfer coding (RFC 9112 section 7.1): incremental decoder and encoder helpers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/headers.hpp"

namespace indrik::http {

/// Units: bytes, but for the counts.
struct ChunkedLimits {
    std::size_t extension_bytes = 4096;  // all extensions of a body together
    std::size_t trailer_bytes = 8190;    // the whole trailer section
    std::size_t trailer_fields = 64;
};

/// Decodes one chunked body. Not reusable after done().
class ChunkedDecoder {
public:
    struct Step {
        std::size_t consumed;   // bytes of the input that are finished with
        std::string_view data;  // decoded bytes, a view into the input; may be empty
    };

    ChunkedDecoder() = default;
    explicit ChunkedDecoder(ChunkedLimits limits) : limits_(limits) {}

    /// Consumes a prefix of `input`; call again with the rest until done() or until nothing is
    /// consumed (more is needed). Errors: BadChunk..., BadTrailer, TrailersTooLarge; after an error
    /// every call returns it again. REQUIRES: !done()
    Result<Step> feed(std::string_view input);
    bool done() const { return state_ == State::Done; }
    /// The trailer fields (copied), without those that come too late to be of use, such as
    /// Content-Type. REQUIRES: done()
    const Headers& trailers() const { return trailers_; }

private:
    enum class State : std::uint8_t {
        Size,            // before the first digit or between digits
        ExtensionName,   // behind ';'
        ExtensionValue,  // behind '='
        Quoted,
        QuotedPair,  // behind a backslash in quotes
        QuotedEnd,
        SizeLf,  // behind CR at the end of the size line
        Data,
        DataCr,  // the data is complete
        DataLf,
        Trailer,  // within a line of the trailer section
        TrailerLf,
        Done,
        Failed,
    };

    const char* scan(const char* at, const char* end);
    Error take(char character);
    Error take_size(char character);
    Error take_extension(char character);
    Error take_element_end(char character);
    Error take_trailer(const char*& at, const char* end);
    Error finish_trailer_line();

    ChunkedLimits limits_;
    State state_ = State::Size;
    std::uint8_t digits_ = 0;      // of the size so far
    bool element_empty_ = true;    // the name or value of the extension so far
    Error error_{};                // why the state is Failed
    std::uint64_t remaining_ = 0;  // the size, then what of the data is still to come
    std::size_t extension_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
    std::size_t trailer_lines_ = 0;
    std::string trailer_line_;
    Headers trailers_;
};

/// Appends "SIZE CRLF data CRLF". REQUIRES: !data.empty() (an empty chunk would end the body)
void append_chunk(Buffer& out, std::string_view data);
/// Appends "SIZE CRLF" alone; the caller sends the data and "CRLF" behind it. REQUIRES: size_bytes != 0
void append_chunk_size(Buffer& out, std::size_t size_bytes);
/// Appends the last chunk and the trailers. Errors: std::invalid_argument for a field that must not
/// be a trailer.
void append_last_chunk(Buffer& out, const Headers& trailers);

}  // namespace indrik::http
