#include "indrik/web/multipart_reader.hpp"

#include <stdexcept>
#include <utility>

#include "indrik/core/encoding.hpp"
#include "indrik/http/mime.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

/// For what the parser refuses.
[[noreturn]] void refuse(const std::error_code& error, std::uint64_t limit_bytes) {
    if (error == http::Error::BodyTooLarge) throw HTTPRequestEntityTooLarge(limit_bytes);
    if (error == http::Error::IncompleteBody) {
        throw HTTPBadRequest("the multipart body ends without its last delimiter");
    }
    const http::Status status = http::status_of(error);
    if (status == http::Status::BadRequest) throw HTTPBadRequest(error.message());
    throw HTTPException(status, error.message());
}

}  // namespace

MultipartReader& BodyPart::reader() const {
    if (reader_ == nullptr || reader_->number_ != number_) {
        throw std::logic_error("the multipart reader is at another part");
    }
    return *reader_;
}

std::string_view BodyPart::name() const {
    const auto& name = reader().disposition_.name;
    return name ? std::string_view(*name) : std::string_view();
}

std::optional<std::string_view> BodyPart::filename() const {
    const auto& name = reader().disposition_.file_name;
    if (!name) return std::nullopt;
    return *name;
}

const http::Headers& BodyPart::headers() const {
    return reader().parser_.part_headers();
}

std::string_view BodyPart::content_type() const {
    const char* const otherwise = filename() ? "application/octet-stream" : "text/plain";
    return headers().get(http::Field::ContentType).value_or(otherwise);
}

Task<std::string_view> BodyPart::read_chunk() const {
    return reader().read_chunk();
}

Task<std::string> BodyPart::read(std::size_t limit_bytes) const {
    MultipartReader& from = reader();
    std::string bytes;
    for (;;) {
        const std::string_view piece = co_await from.read_chunk();
        if (piece.empty()) co_return bytes;
        if (piece.size() > limit_bytes - bytes.size()) throw HTTPRequestEntityTooLarge(limit_bytes);
        bytes += piece;
    }
}

Task<std::string> BodyPart::text(std::size_t limit_bytes) const {
    const auto type = http::parse_media_type(content_type());
    const std::string charset = type ? type->charset() : std::string();
    const bool is_latin1 = charset == "iso-8859-1" || charset == "latin-1" || charset == "latin1";
    const bool is_utf8 = charset.empty() || charset == "utf-8" || charset == "utf8" ||
                         charset == "us-ascii" || charset == "ascii";
    if (!is_latin1 && !is_utf8) {
        throw HTTPUnsupportedMediaType("the charset '" + charset +
                                       "' is not supported; send UTF-8");
    }
    std::string bytes = co_await read(limit_bytes);
    if (is_latin1) bytes = latin1_to_utf8(bytes);
    co_return bytes;
}

Task<> BodyPart::release() const {
    MultipartReader& from = reader();
    for (;;) {
        const std::string_view piece = co_await from.read_chunk();
        if (piece.empty()) co_return;
    }
}

MultipartReader::MultipartReader(StreamReader& content,
                                 std::string_view boundary,
                                 http::MultipartLimits limits)
    : content_(content), parser_(boundary, limits), limit_bytes_(limits.total_bytes) {}

/// The next event that is not NeedMore; Event::NeedMore at the end of the body.
Task<http::MultipartParser::Step> MultipartReader::advance() {
    for (;;) {
        if (rest_.empty()) rest_ = co_await content_.read_any();
        if (rest_.empty()) {
            const Result<void> end = parser_.finish();
            if (!end) refuse(end.error(), limit_bytes_);
            co_return http::MultipartParser::Step{0, Event::NeedMore, {}};
        }
        const Result<http::MultipartParser::Step> step = parser_.feed(rest_);
        if (!step) refuse(step.error(), limit_bytes_);
        rest_.remove_prefix(step->consumed);
        if (step->event != Event::NeedMore) co_return *step;
    }
}

Task<std::string_view> MultipartReader::read_chunk() {
    if (!in_part_) co_return std::string_view();
    const http::MultipartParser::Step step = co_await advance();
    in_part_ = step.event == Event::Data;
    co_return step.data;
}

Task<BodyPart> MultipartReader::next() {
    for (;;) {
        const http::MultipartParser::Step step = co_await advance();
        if (step.event == Event::NeedMore) {
            ++number_;
            co_return BodyPart();
        }
        if (step.event != Event::PartBegin) continue;
        take_head();
        co_return BodyPart(*this, number_);
    }
}

void MultipartReader::take_head() {
    ++number_;
    in_part_ = true;
    disposition_ = {};
    const auto field = parser_.part_headers().get(http::Field::ContentDisposition);
    if (!field) return;
    auto parsed = http::parse_content_disposition(*field);
    if (!parsed) throw HTTPBadRequest("malformed Content-Disposition of a part");
    disposition_ = std::move(*parsed);
}

}  // namespace indrik::web
