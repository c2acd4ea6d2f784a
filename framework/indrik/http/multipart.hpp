#pragma once
// Multipart bodies (RFC 2046 section 5.1), above all multipart/form-data (RFC 7578): an incremental
// parser and a writer.
//
// The parser hands out what it finds as events and keeps no data: it needs memory for one part's
// header only, whatever is uploaded. Feed what was read until the event is NeedMore:
//
//   MultipartParser parser(*boundary);
//   while (input) {
//       auto step = parser.feed(rest);
//       if (!step) return step.error();
//       rest.remove_prefix(step->consumed);
//       switch (step->event) { case Event::PartBegin: parser.part_headers() ... }
//   }
//   parser.finish();                                    // an error if the body was cut short
//
// Line ends are CRLF, always. A delimiter is whatever begins a line with "--" and the boundary; what
// follows it must be the end of the line, or "--". A transfer encoding (base64) of a part, which
// RFC 7578 has done away with, is left to the application.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/core/result.hpp"
#include "indrik/http/errors.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/mime.hpp"

namespace indrik::http {

inline constexpr std::string_view kMultipartFormMediaType = "multipart/form-data";
inline constexpr std::size_t kMaxBoundaryBytes = 70;

/// 1 to 70 characters of those that RFC 2046 allows, the last of them no space.
bool is_boundary(std::string_view text);
/// The boundary parameter of a multipart type. Errors: BadMultipart if it is no multipart type, or
/// the boundary is missing or none.
Result<std::string> parse_boundary(const MediaType& media_type);

/// Units: bytes, but for the counts.
struct MultipartLimits {
    std::uint64_t total_bytes = std::numeric_limits<std::uint64_t>::max();  // of the whole body
    std::size_t parts = 1000;
    std::size_t part_head_bytes = 8190;  // the header section of one part
    std::size_t part_fields = 32;        // in one part
    std::size_t outside_bytes = 8190;    // before the first part, behind the last one, and white
                                         // space behind delimiters, together
    bool nesting = false;  // whether a part may be multipart itself; if so its body is data like
                           // any other, and it is for the application to count how deep it goes
};

/// Parses one multipart body. Work is linear in its size, whatever it holds and however it is cut.
class MultipartParser {
public:
    enum class Event : std::uint8_t {
        NeedMore,   // all input is consumed
        PartBegin,  // part_headers() has the fields of a new part
        Data,       // a piece of the part's body, never empty
        PartEnd,    // the part's body is complete
        End,        // the last delimiter was there; what follows is skipped
    };
    struct Step {
        std::size_t consumed;  // bytes of the input that are finished with; may be 0
        Event event;
        std::string_view data;  // of Event::Data: a view into the input or the parser
    };

    /// Errors: std::invalid_argument if it is no boundary (is_boundary).
    explicit MultipartParser(std::string_view boundary, MultipartLimits limits = {});
    MultipartParser(const MultipartParser&) = delete;
    MultipartParser& operator=(const MultipartParser&) = delete;

    /// Consumes a prefix of `input` and says what it brought; call again with the rest, until
    /// NeedMore. Errors: BadMultipart, BadPartHeader, PartHeadTooLarge, TooManyParts,
    /// NestedMultipart, BodyTooLarge; after an error every call returns it again.
    Result<Step> feed(std::string_view input);
    /// To be called at the end of the body. Errors: IncompleteBody if the last delimiter is
    /// missing, or that of an earlier failure.
    Result<void> finish() const;
    /// Whether Event::End came.
    bool done() const { return state_ == State::Epilogue; }
    /// The fields of the current part (copied). Lifetime: until the next part begins.
    const Headers& part_headers() const { return headers_; }

private:
    enum class State : std::uint8_t {
        Preamble,
        Delimiter,  // immediately behind a delimiter
        Padding,    // behind white space there
        PaddingLf,  // behind the CR that ends its line
        LastDash,   // behind the first '-' of "--"
        Field,      // within a line of a part's header
        FieldLf,
        Body,
        Epilogue,
        Failed,
    };

    Step fail(Error error);
    bool take_outside(std::size_t size_bytes);
    Step go_on_matching(std::string_view input);
    Step search(std::string_view input);
    Step take_content(std::size_t consumed, std::string_view content);
    Step take_delimiter(std::size_t consumed);
    Step take_padding(char character);
    Step begin_head();
    Step take_field(std::string_view input);
    Step take_field_end(char character);
    Step begin_body();

    MultipartLimits limits_;
    std::string delimiter_;  // CRLF "--" boundary
    // How much of the delimiter the input so far ends with; a body begins as if behind a line end.
    std::size_t matched_ = 2;
    std::size_t borrowed_ = 2;  // how much of that is not the body's
    State state_ = State::Preamble;
    Error error_{};  // why the state is Failed
    std::uint64_t total_bytes_ = 0;
    std::size_t outside_bytes_ = 0;
    std::size_t parts_ = 0;
    std::size_t head_bytes_ = 0;
    std::string line_;
    Headers headers_;
};

/// Writes a multipart body piece by piece: for multipart/byteranges, for clients and for tests.
///
///   MultipartWriter writer(make_boundary());
///   writer.append_field(out, "comment", "hello");
///   writer.begin_part(out, headers);  out.append(data);
///   writer.finish(out);
class MultipartWriter {
public:
    /// Errors: std::invalid_argument if it is no boundary.
    explicit MultipartWriter(std::string boundary);

    const std::string& boundary() const { return boundary_; }
    /// "multipart/SUBTYPE; boundary=...".
    std::string content_type(std::string_view subtype) const;

    /// The delimiter and the header of a part; its body is whatever the caller appends then.
    void begin_part(Buffer& out, const Headers& headers);
    /// A whole part of a form.
    void append_field(Buffer& out, std::string_view name, std::string_view value);
    /// The same for a file. Errors: std::invalid_argument if `content_type` is no field value.
    void append_file(Buffer& out,
                     std::string_view name,
                     std::string_view file_name,
                     std::string_view content_type,
                     std::string_view data);
    /// The last delimiter.
    void finish(Buffer& out);

private:
    void append_delimiter(Buffer& out);

    std::string boundary_;
    bool is_first_ = true;
};

/// One that no data holds but by a chance of 1 in 2^128.
std::string make_boundary();

}  // namespace indrik::http
