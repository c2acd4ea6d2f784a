#include "indrik/http1/body_reader.hpp"

#include <algorithm>

#include "indrik/http/serializer.hpp"
#include "indrik/http1/connection.hpp"

namespace indrik::http1 {

void BodyReader::begin_body(const http::RequestHead& head) {
    has_body_ = true;
    is_chunked_ = head.framing == http::BodyFraming::Chunked;
    remaining_ = is_chunked_ ? 0 : head.content_length;
    at_end_ = !is_chunked_ && remaining_ == 0;
    // A peer that has begun to send does not wait for permission.
    continue_wanted_ = head.expect_continue && input_->size() == offset_;
    if (!is_chunked_) return;
    if (!decoder_) decoder_ = std::make_unique<http::ChunkedDecoder>();
    *decoder_ = http::ChunkedDecoder();
}

Result<std::string_view> BodyReader::try_read_some() {
    while (!at_end_) {
        Buffer& buffer = in_received_ ? received_ : *input_;
        const std::string_view available = buffer.view().substr(offset_);
        if (available.empty()) break;
        const std::size_t before = offset_;
        Result<std::string_view> piece = take(available);
        if (!piece || !piece->empty()) return piece;
        if (offset_ == before) break;  // the decoder needs more than has come
    }
    return std::string_view{};
}

Result<std::string_view> BodyReader::take(std::string_view available) {
    if (!is_chunked_) {
        const std::size_t size =
            static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, available.size()));
        offset_ += size;
        remaining_ -= size;
        at_end_ = remaining_ == 0;
        return available.substr(0, size);
    }
    const Result<http::ChunkedDecoder::Step> step = decoder_->feed(available);
    if (!step) return step.error();
    offset_ += step->consumed;
    at_end_ = decoder_->done();
    return step->data;
}

void BodyReader::fail(std::error_code why) {
    failure_ = why;
    throw std::system_error(why);
}

Task<std::string_view> BodyReader::read_some() {
    if (failure_) fail(failure_);
    for (;;) {
        const Result<std::string_view> piece = try_read_some();
        if (!piece) fail(piece.error());
        if (!piece->empty() || at_end_) co_return *piece;
        if (!in_received_) {
            // An incomplete chunk line may be left behind the head; it goes on in the reader's own buffer.
            received_.clear();
            received_.append(input_->view().substr(offset_));
            in_received_ = true;
        } else {
            received_.consume(offset_);
        }
        offset_ = 0;
        try {
            if (continue_wanted_) {
                continue_wanted_ = false;
                connection_->output().append(http::kContinueResponse);
                co_await connection_->flush();
            }
            co_await connection_->receive_body(received_, kPieceBytes);
        } catch (const std::system_error& error) {
            failure_ = error.code();
            throw;
        }
    }
}

bool BodyReader::skip_pieces(std::uint64_t limit_bytes) {
    if (failure_ || continue_wanted_) return false;
    for (;;) {
        const Result<std::string_view> piece = try_read_some();
        if (!piece) {
            failure_ = piece.error();
            return false;
        }
        if (at_end_) return true;
        if (piece->empty()) return !is_chunked_ && remaining_ <= limit_bytes;
    }
}

bool BodyReader::has_more_input() const {
    return (in_received_ ? received_.size() : input_->size()) > offset_;
}

const http::Headers& BodyReader::trailers() const {
    static const http::Headers kNone;
    return decoder_ ? decoder_->trailers() : kNone;
}

void BodyReader::finish_body() {
    if (in_received_) {
        std::swap(*input_, received_);
        received_.clear();
    }
    reset_body();
}

void BodyReader::reset_body() {
    has_body_ = false;
    at_end_ = true;
    in_received_ = false;
    continue_wanted_ = false;
    failure_.clear();
    if (received_.capacity_bytes() != 0) received_ = Buffer();
}

}  // namespace indrik::http1
