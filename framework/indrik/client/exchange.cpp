#include "indrik/client/exchange.hpp"

#include <system_error>

#include "indrik/client/errors.hpp"
#include "indrik/core/cancellation.hpp"
#include "indrik/net/tls_error.hpp"

namespace indrik::client {
namespace {

constexpr std::size_t kReadBytes = 4096;

Task<> send(net::Stream& stream, std::string request) {
    std::string_view rest = request;
    std::error_code error;
    while (!rest.empty()) {
        const net::IOResult result = stream.try_write(rest);
        if (result.status == net::IOStatus::Failed) throw std::system_error(stream.last_error());
        rest.remove_prefix(result.bytes);
        if (result.status != net::IOStatus::WouldBlock) continue;
        co_await stream.wait_writable(error);
        if (error) throw std::system_error(error);
    }
}

/// Whether the end of the stream is what it looks like, not a failure.
bool is_end(const std::error_code& error) {
    return error == net::TLSError::Truncated || error == std::errc::connection_reset ||
           error == std::errc::broken_pipe;
}

}  // namespace

/// False at the end of the stream.
Task<bool> Exchange::read_more(net::Stream& stream, Buffer& buffer) {
    std::error_code error;
    for (;;) {
        const std::span<char> space = buffer.prepare(kReadBytes);
        const net::IOResult result = stream.try_read(space);
        if (result.status == net::IOStatus::Done) {
            buffer.commit(result.bytes);
            co_return true;
        }
        if (result.status == net::IOStatus::End) co_return false;
        if (result.status == net::IOStatus::Failed) {
            if (is_end(stream.last_error())) co_return false;
            throw std::system_error(stream.last_error());
        }
        co_await stream.wait_readable(error);
        if (error) throw std::system_error(error);
    }
}

Task<> Exchange::run(net::Stream& stream, std::string request) {
    co_await send(stream, std::move(request));
    for (;;) {
        const Result<std::size_t> size = parser_.parse(input_.view(), head_);
        if (!size) throw std::system_error(size.error());
        head_bytes_ = *size;
        const bool is_final =
            head_bytes_ != 0 && (!http::is_informational(head_.status) ||
                                 head_.status == http::Status::SwitchingProtocols);
        if (is_final) co_return;
        if (head_bytes_ != 0) {
            input_.consume(head_bytes_);
            continue;
        }
        const bool has_more = co_await read_more(stream, input_);
        if (!has_more) {
            throw ServerDisconnectedError(
                input_.empty() ? "the server ended the connection without an answer"
                               : "the server ended the connection within its answer");
        }
    }
}

Task<std::string> Exchange::read_body(net::Stream& stream, std::size_t limit_bytes) {
    const bool has_length =
        head_.framing == http::BodyFraming::ContentLength && head_.content_length <= limit_bytes;
    const std::size_t length =
        has_length ? static_cast<std::size_t>(head_.content_length) : std::size_t{0};
    Buffer body;  // of its own: the head's views stay
    body.append(received());
    try {
        while (body.size() < length) {
            const bool has_more = co_await read_more(stream, body);
            if (!has_more) break;
        }
    } catch (const std::system_error& error) {
        if (is_cancelled(error)) throw;  // else: what there is must do
    }
    const bool is_plain = head_.framing != http::BodyFraming::Chunked;
    const std::size_t shown = has_length ? length : limit_bytes;
    co_return std::string(body.view().substr(0, is_plain ? shown : 0));
}

}  // namespace indrik::client
