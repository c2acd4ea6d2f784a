#include "indrik/web/stream_response.hpp"

#include <stdexcept>
#include <utility>

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
StreamResponse& StreamResponse::content_length(std::uint64_t bytes) {
    changeable_head();
    content_length_ = bytes;
    return *this;
}
StreamResponse& StreamResponse::force_close() {
    changeable_head().force_close();
    return *this;
}

Task<> StreamResponse::prepare(Request& request) {
    changeable_head();
    ResponseChannel& channel = request.response_channel();
    co_await channel.start(head_, content_length_);
    channel_ = &channel;
}

Task<> StreamResponse::write(std::string bytes) {
    if (bytes.empty()) co_return;
    co_await channel().write(bytes);
}

Task<> StreamResponse::write_view(std::string_view bytes) {
    if (bytes.empty()) co_return;
    co_await channel().write(bytes);
}

Task<> StreamResponse::write_eof() {
    ResponseChannel& out = channel();
    out.set_trailers(std::move(trailers_));
    if (!out.is_finished()) co_await out.finish();
}

StreamResponse::operator Response() && {
    channel().set_trailers(std::move(trailers_));
    return std::move(head_.mark_streamed());
}

}  // namespace indrik::web
