#include "indrik/web/http1_channel.hpp"

#include <stdexcept>
#include <string>

#include "indrik/http/chunked.hpp"
#include "indrik/http1/connection.hpp"
#include "indrik/web/request_handler.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {
namespace {

constexpr std::size_t kUnsentBytes = 64 * 1024;      // what gathers before a writer has to wait
constexpr std::size_t kCopiedPieceBytes = 8 * 1024;  // larger pieces are sent from where they are

}  // namespace

http1::Connection& Http1Channel::connection() const {
    if (handler_ == nullptr)
        throw std::logic_error("the request that this response belongs to is over");
    return handler_->connection_;
}

void Http1Channel::set_trailers(http::Headers trailers) {
    trailers_.reset();
    if (!trailers.empty()) trailers_ = std::make_unique<http::Headers>(std::move(trailers));
}

bool Http1Channel::is_draining() const {
    return connection().is_draining();
}

Task<> Http1Channel::send_interim(http::Status status, http::Headers fields) {
    http1::Connection& out = connection();
    if (has_started()) throw std::logic_error("the request has a response already");
    if (handler_->request_head().version == http::Version::Http10) co_return;
    handler_->put_interim(status, fields);
    if (!out.try_flush()) co_await out.flush();
}

Task<> Http1Channel::start(Response& head, std::optional<std::uint64_t> content_length_bytes) {
    connection();
    if (has_started()) throw std::logic_error("the request has a response already");
    head.mark_streamed();
    co_await handler_->prepare(head, RequestHandler::OnFailure::Throw);
    const http::RequestHead& request = handler_->request_head();
    is_body_left_out_ = request.method == http::Method::Head || !http::may_have_body(head.status());
    if (content_length_bytes) {
        form_ = http::BodyLength::Known;
    } else {
        form_ = request.version == http::Version::Http10 ? http::BodyLength::UntilClose
                                                         : http::BodyLength::Chunked;
    }
    announced_bytes_ = content_length_bytes.value_or(0);
    body_bytes_ = 0;
    state_ = State::Started;
    handler_->put_head(head, form_, announced_bytes_);
}

void Http1Channel::count(std::uint64_t size_bytes) {
    if (state_ != State::Started) {
        throw std::logic_error(
            "the response is not being written: it was not prepared, or has ended");
    }
    const bool is_too_much =
        form_ == http::BodyLength::Known && size_bytes > announced_bytes_ - body_bytes_;
    if (is_too_much && !is_body_left_out_) {
        throw std::length_error("the response has more bytes than its announced length of " +
                                std::to_string(announced_bytes_));
    }
    body_bytes_ += size_bytes;
}

Task<> Http1Channel::write(std::string_view bytes) {
    http1::Connection& out = connection();
    count(bytes.size());
    if (!is_body_left_out_) co_await send(out, bytes);
}

Task<> Http1Channel::write_file(int file, std::uint64_t offset, std::uint64_t size_bytes) {
    http1::Connection& out = connection();
    if (state_ == State::Started && form_ != http::BodyLength::Known)
        throw std::logic_error("a file is sent in a response whose length was announced");
    count(size_bytes);
    if (!is_body_left_out_ && size_bytes != 0) co_await out.send_file(file, offset, size_bytes);
}

Task<> Http1Channel::send(http1::Connection& out, std::string_view bytes) {
    const bool is_chunked = form_ == http::BodyLength::Chunked;
    if (bytes.size() > kCopiedPieceBytes) {
        if (is_chunked) http::append_chunk_size(out.output(), bytes.size());
        co_await out.flush(bytes);
        if (is_chunked) out.output().append("\r\n");
    } else if (is_chunked) {
        http::append_chunk(out.output(), bytes);
    } else {
        out.output().append(bytes);
    }
    // What does not go out at once gathers, up to a limit.
    if (out.try_flush()) co_return;
    if (out.output().size() > kUnsentBytes || out.has_send_failed()) co_await out.flush();
}

Task<> Http1Channel::upgrade(Response& head, std::shared_ptr<UpgradedConnection> connection) {
    http1::Connection& out = this->connection();
    if (has_started()) throw std::logic_error("the request has a response already");
    co_await handler_->prepare(head, RequestHandler::OnFailure::Throw);
    state_ = State::Finished;
    body_bytes_ = 0;
    handler_->put_interim(http::Status::SwitchingProtocols, head.headers());
    if (!out.try_flush()) co_await out.flush();
    handler_->become(std::move(connection));
}

Task<> Http1Channel::finish() {
    http1::Connection& out = connection();
    if (state_ != State::Started)
        throw std::logic_error("the response has not begun, or has ended");
    if (form_ == http::BodyLength::Known && body_bytes_ < announced_bytes_ && !is_body_left_out_) {
        throw std::length_error("the response ends after " + std::to_string(body_bytes_) + " of " +
                                std::to_string(announced_bytes_) + " announced bytes");
    }
    state_ = State::Finished;
    if (form_ == http::BodyLength::Chunked && !is_body_left_out_) {
        http::append_last_chunk(out.output(), trailers_ ? *trailers_ : http::Headers());
    }
    if (!out.try_flush()) co_await out.flush();
}

}  // namespace indrik::web
