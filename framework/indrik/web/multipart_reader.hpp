#pragma once
// A multipart body read part by part, whatever its size: no more of it is in memory than one piece.
//
//   web::MultipartReader reader = request.multipart();
//   while (auto part = co_await reader.next()) {
//       if (part.filename()) {
//           for (auto piece = co_await part.read_chunk(); !piece.empty(); piece = co_await part.read_chunk()) {
//               file.write(piece);
//           }
//       } else {
//           const std::string text = co_await part.text(1000);
//       }
//   }
//
// Errors: what is malformed is an HTTPBadRequest, what goes beyond a limit is answered 413; a body that is cut short or does not
// come in time is a std::system_error as with StreamReader.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/task.hpp"
#include "indrik/http/content_disposition.hpp"
#include "indrik/http/headers.hpp"
#include "indrik/http/multipart.hpp"
#include "indrik/web/stream_reader.hpp"

namespace indrik::web {

class MultipartReader;

/// The part that the reader is at. A handle, good until the reader's next part; afterwards std::logic_error is thrown.
/// Texts are as the peer sent them. Lifetime of views: until the reader's next part.
class BodyPart {
public:
    /// Whether there is one: false behind the last part.
    explicit operator bool() const { return reader_ != nullptr; }

    /// The field's name in a form; "" if it has none.
    std::string_view name() const;
    /// Nothing if the part is no file. No name to give a file here: see http::base_name.
    std::optional<std::string_view> filename() const;
    const http::Headers& headers() const;
    /// The field Content-Type; without one "text/plain", of a file "application/octet-stream".
    std::string_view content_type() const;

    /// The next piece of the body, waiting if nothing is there; empty at its end. Lifetime: until anything else is read.
    Task<std::string_view> read_chunk() const;
    /// What is left of the body. Errors: HTTPRequestEntityTooLarge if that is more than `limit_bytes`.
    Task<std::string> read(std::size_t limit_bytes) const;
    /// The same as UTF-8 (latin-1 is converted). Errors: HTTPUnsupportedMediaType for another charset.
    Task<std::string> text(std::size_t limit_bytes) const;
    /// Skips what is left; the reader's next() does so, too.
    Task<> release() const;

private:
    friend class MultipartReader;
    BodyPart() = default;
    BodyPart(MultipartReader& reader, std::size_t number) : reader_(&reader), number_(number) {}
    MultipartReader& reader() const;

    MultipartReader* reader_ = nullptr;
    std::size_t number_ = 0;
};

/// One at a time for a body. Lifetime: used only while the request's handler runs.
class MultipartReader {
public:
    /// Errors: std::invalid_argument if it is no boundary. Lifetime: `content` outlives the reader.
    MultipartReader(StreamReader& content,
                    std::string_view boundary,
                    http::MultipartLimits limits = {});
    MultipartReader(const MultipartReader&) = delete;
    MultipartReader& operator=(const MultipartReader&) = delete;

    /// The next part; what was not read of the present one is skipped. A false handle at the end, when the whole body has come.
    Task<BodyPart> next();

private:
    friend class BodyPart;
    using Event = http::MultipartParser::Event;

    Task<http::MultipartParser::Step> advance();
    Task<std::string_view> read_chunk();
    void take_head();

    StreamReader& content_;
    http::MultipartParser parser_;
    std::uint64_t limit_bytes_;
    std::string_view rest_;  // of the last piece of the body, what has not been parsed
    std::size_t number_ = 0;
    bool in_part_ = false;
    http::ContentDisposition disposition_;
};

}  // namespace indrik::web
