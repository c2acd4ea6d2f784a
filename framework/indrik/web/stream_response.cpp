#include "indrik/web/stream_response.hpp"

#include <stdexcept>
#include <utility>

#include "indrik/web/compression.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response_channel.hpp"

namespace indrik::web {

Response& StreamResponse::changeable_head() {
    if (is_prepared()) throw std::logic_error("the head of the response has been sent already");
    return head_;
}

ResponseChannel& StreamResponse::channel() const {
    if (!is_prepared())
        throw std::logic_error("the response was not prepared: co_await prepare(request) first");
    return *channel_;
}

StreamResponse& StreamResponse::status(int status) {
    changeable_head().status(status);
    return *this;
}
StreamResponse& StreamResponse::header(std::string_view name, std::string_view value) {
    changeable_head().header(name, value);
    return *this;
}
StreamResponse& StreamResponse::content_type(std::string_view type) {
    changeable_head().content_type(type);
    return *this;
}
StreamResponse& StreamResponse::cookie(const http::Cookie& cookie) {
    changeable_head().cookie(cookie);
    return *this;
}
StreamResponse& StreamResponse::delete_cookie(std::string_view name) {
    changeable_head().delete_cookie(name);
    return *this;
}
StreamResponse& StreamResponse::etag(std::string_view opaque, bool is_weak) {
    changeable_head().etag(opaque, is_weak);
    return *this;
}
StreamResponse& StreamResponse::last_modified(std::time_t time) {
    changeable_head().last_modified(time);
    return *this;
}
StreamResponse& StreamResponse::content_length(std::uint64_t bytes) {
    changeable_head();
    content_length_ = bytes;
    return *this;
}
StreamResponse& StreamResponse::force_close() {
    changeable_head().force_close();
    return *this;
}

StreamResponse& StreamResponse::enable_compression(http::FlushMode flush) {
    changeable_head();
    compression_ = std::make_unique<Compression>();
    compression_->flush = flush;
    return *this;
}

void StreamResponse::begin_compression(const Request& request) {
    http::Headers& fields = head_.headers();
    if (!may_be_compressed(head_.status(), fields)) return;
    vary_by_coding(fields);
    const http::ContentCoding coding = choose_coding(request, http::kOfferedCodings);
    if (coding == http::ContentCoding::Identity) return;
    mark_compressed(fields, coding);
    content_length_.reset();
    compression_->compressor.emplace(coding);
}

Task<> StreamResponse::prepare(Request& request) {
    changeable_head();
    if (compression_) begin_compression(request);
    ResponseChannel& channel = request.response_channel();
    co_await channel.start(head_, content_length_);
    channel_ = &channel;
}

Task<> StreamResponse::write(std::string bytes) {
    co_await write_view(bytes);
}

Task<> StreamResponse::write_view(std::string_view bytes) {
    ResponseChannel& out = channel();
    if (bytes.empty()) co_return;
    if (is_compressed() && !out.is_finished()) {
        Buffer& output = compression_->output;
        output.clear();
        compression_->compressor->feed(bytes, output, compression_->flush);
        if (output.empty()) co_return;
        bytes = output.view();
    }
    co_await out.write(bytes);
}

Task<> StreamResponse::write_eof() {
    ResponseChannel& out = channel();
    out.set_trailers(std::move(trailers_));
    if (out.is_finished()) co_return;
    if (is_compressed()) {
        const std::string tail = take_compressed_tail();
        if (!tail.empty()) co_await out.write(tail);
    }
    co_await out.finish();
}

/// What the compressor has kept back. Nothing more can be written then.
std::string StreamResponse::take_compressed_tail() {
    Buffer& output = compression_->output;
    output.clear();
    compression_->compressor->finish(output);
    compression_->compressor.reset();
    return std::string(output.view());
}

StreamResponse::operator Response() && {
    ResponseChannel& out = channel();
    out.set_trailers(std::move(trailers_));
    // The server sends it before the end.
    if (is_compressed() && !out.is_finished()) head_.body(take_compressed_tail());
    return std::move(head_.mark_streamed());
}

}  // namespace indrik::web
