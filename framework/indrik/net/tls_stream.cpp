#include "indrik/net/tls_stream.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <new>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "indrik/core/cancellation.hpp"
#include "indrik/net/handshake_budget.hpp"
#include "indrik/net/tls/certificates.hpp"
#include "indrik/net/tls/openssl.hpp"
#include "indrik/net/tls_error.hpp"

namespace indrik::net {
namespace {

constexpr std::size_t kRecordBytes = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t kBatchBytes = 4 * kRecordBytes;  // encrypted before anything is sent
constexpr std::size_t kMaxUnaskedBytes = 64 * 1024;    // of answers to a peer that does not read
constexpr unsigned char kHandshakeRecord = 0x16;

void clear_tls_errors() {
    if (::ERR_peek_error() != 0) ::ERR_clear_error();
}

bool is_address(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> address;
    return ::inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

}  // namespace

/// The BIO between OpenSSL and the transport.
struct TLSStream::Transfer {
    static TLSStream& stream_of(BIO* bio) { return *static_cast<TLSStream*>(::BIO_get_data(bio)); }

    static int read(BIO* bio, char* space, std::size_t size, std::size_t* moved) {
        TLSStream& stream = stream_of(bio);
        *moved = 0;
        ::BIO_clear_retry_flags(bio);
        if (stream.transport_ended_) return 0;
        if (!stream.is_drained_) {
            const IOResult result = stream.transport_->try_read({space, size});
            switch (result.status) {
                case IOStatus::Done:
                    stream.is_drained_ = result.bytes < size;
                    *moved = result.bytes;
                    return stream.accept_first(space[0]) ? 1 : 0;
                case IOStatus::WouldBlock:
                    break;
                case IOStatus::End:
                    stream.transport_ended_ = true;
                    return 0;
                case IOStatus::Failed:
                    stream.error_ = stream.transport_->last_error();
                    return 0;
            }
        }
        stream.is_starved_ = true;
        ::BIO_set_retry_read(bio);
        return 0;
    }

    static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* moved) {
        TLSStream& stream = stream_of(bio);
        ::BIO_clear_retry_flags(bio);
        *moved = 0;
        if (stream.sink_ == &stream.pending_) {
            stream.unasked_ += size;
            if (stream.unasked_ > kMaxUnaskedBytes) {
                stream.error_ = TLSError::TooMuchOutput;
                return 0;
            }
        }
        stream.sink_->append({bytes, size});
        *moved = size;
        return 1;
    }

    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }

    static const BIO_METHOD* method() {
        static BIO_METHOD* const made = [] {
            BIO_METHOD* const method =
                ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
            ::BIO_meth_set_read_ex(method, &read);
            ::BIO_meth_set_write_ex(method, &write);
            ::BIO_meth_set_ctrl(method, &control);
            return method;
        }();
        return made;
    }
};

/// Lends the context's buffer to a stream for what OpenSSL says meanwhile. Taken away, not shared: should the transport be TLS
/// of the same context, it finds none and makes its own.
class TLSStream::Output {
public:
    explicit Output(TLSStream& stream)
        : stream_(stream), buffer_(std::move(stream.context_->output_)) {
        stream.sink_ = &buffer_;
    }
    Output(const Output&) = delete;
    ~Output() {
        stream_.sink_ = &stream_.pending_;
        buffer_.clear();
        stream_.context_->output_ = std::move(buffer_);
    }

    /// Sends it; what the transport does not take is pending then. False if the transport failed. REQUIRES: nothing pending
    bool send() {
        if (buffer_.empty()) return true;
        const IOResult result = stream_.transport_->try_write(buffer_.view());
        if (result.status == IOStatus::Failed) {
            stream_.error_ = stream_.transport_->last_error();
            return false;
        }
        stream_.pending_.append(buffer_.view().substr(result.bytes));
        return true;
    }

private:
    TLSStream& stream_;
    Buffer buffer_;
};

void TLSStream::FreeSSL::operator()(ssl_st* ssl) const {
    ::SSL_free(ssl);
}

TLSStream::TLSStream(std::shared_ptr<TLSContext> context, std::unique_ptr<Stream> transport)
    : context_(std::move(context)), transport_(std::move(transport)) {
    assert(context_->is_server());
    set_up(*context_);
    ::SSL_set_accept_state(ssl_.get());
}

TLSStream::TLSStream(std::shared_ptr<TLSContext> context,
                     std::unique_ptr<Stream> transport,
                     std::string server_name,
                     const TLSSession& resumed)
    : context_(std::move(context)),
      transport_(std::move(transport)),
      server_name_(tls::normalized_name(server_name)) {
    assert(!context_->is_server());
    if (server_name_.empty() && context_->verifies_peer_) {
        throw std::invalid_argument("a TLS client needs the name of its server");
    }
    set_up(*context_);
    SSL* const ssl = ssl_.get();
    ::SSL_set_connect_state(ssl);
    ::SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool is_set = true;
    if (is_address(server_name_)) {
        is_set = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), server_name_.c_str()) == 1;
    } else if (!server_name_.empty()) {
        is_set = ::SSL_set1_host(ssl, server_name_.c_str()) == 1 &&
                 SSL_set_tlsext_host_name(ssl, server_name_.c_str()) == 1;
    }
    if (!is_set) throw std::system_error(tls::take_error(), "TLS server name " + server_name_);
    const bool is_ours =
        resumed.server_name_ == server_name_ && resumed.context_.lock() == context_;
    if (resumed && is_ours) ::SSL_set_session(ssl, resumed.session_.get());
}

void TLSStream::set_up(const TLSContext& context) {
    ssl_.reset(::SSL_new(context.handles_.front().get()));
    BIO* const bio = ssl_ ? ::BIO_new(Transfer::method()) : nullptr;
    if (bio == nullptr) throw std::bad_alloc();
    ::BIO_set_data(bio, this);
    ::BIO_set_init(bio, 1);
    ::SSL_set_bio(ssl_.get(), bio, bio);
}

TLSStream::~TLSStream() {
    if (transport_) close();
}

// ---- handshake

Task<Handshake> TLSStream::handshake(HandshakeBudget* budget) {
    std::error_code error;
    if (context_->is_server()) {
        co_await transport_->wait_readable(error);
        if (error) throw std::system_error(error);
        if (budget != nullptr) co_await budget->enter();
    }
    for (;;) {
        if (is_cancelled_) throw_cancelled();
        const Step step = advance_handshake();
        if (step == Step::Done) co_return Handshake::Done;
        if (step == Step::PlainHTTP) co_return Handshake::PlainHTTP;
        if (step == Step::Ended) co_return Handshake::Ended;
        if (step == Step::Read) {
            co_await transport_->wait_readable(error);
        } else {
            co_await transport_->wait_writable(error);
        }
        if (error) throw std::system_error(error);
    }
}

TLSStream::Step TLSStream::advance_handshake() {
    SSL* const ssl = ssl_.get();
    int outcome = 1;
    if (!pending_.empty()) {
        if (!flush()) return fail_handshake();
        if (!pending_.empty()) return Step::Write;
    }
    if (::SSL_is_init_finished(ssl) == 0) {
        clear_tls_errors();
        is_drained_ = is_starved_ = false;
        Output output(*this);
        outcome = ::SSL_do_handshake(ssl);
        const bool is_sent = output.send();  // an alert too, if there is one
        const bool goes_on = outcome == 1 || ::SSL_get_error(ssl, outcome) == SSL_ERROR_WANT_READ;
        if (!goes_on || !is_sent) return fail_handshake();
    }
    if (!pending_.empty()) return Step::Write;
    if (outcome != 1) return Step::Read;
    is_starved_ = false;
    phase_ = Phase::Open;
    return Step::Done;
}

TLSStream::Step TLSStream::fail_handshake() {
    phase_ = Phase::Broken;
    if (is_http_) return Step::PlainHTTP;
    if (context_->is_server() && !has_begun_) return Step::Ended;
    error_ = take_failure();
    throw std::system_error(error_, "TLS handshake");
}

/// The reason why OpenSSL could not go on, its queue being empty afterwards.
std::error_code TLSStream::take_failure() {
    if (error_) {
        ::ERR_clear_error();
        return error_;
    }
    const std::error_code reason = tls::take_error();
    const bool is_unverified = reason.category() == tls_category() &&
                               ERR_GET_REASON(static_cast<unsigned long>(reason.value())) ==
                                   SSL_R_CERTIFICATE_VERIFY_FAILED;
    return is_unverified ? tls::verification_error(::SSL_get_verify_result(ssl_.get())) : reason;
}

/// Looks at the very first byte from a client.
bool TLSStream::accept_first(char byte) {
    if (std::exchange(has_begun_, true) || !context_->is_server()) return true;
    if (static_cast<unsigned char>(byte) == kHandshakeRecord) return true;
    is_http_ = byte >= 'A' && byte <= 'Z';
    error_ = TLSError::NotTLS;
    return false;
}

std::unique_ptr<Stream> TLSStream::release_transport() {
    phase_ = Phase::Closed;
    return std::move(transport_);
}

// ---- reading

IOResult TLSStream::try_read(std::span<char> space) {
    if (phase_ == Phase::ReadEnded) return {IOStatus::End, 0};
    if (phase_ != Phase::Open) return {IOStatus::Failed, 0};
    SSL* const ssl = ssl_.get();
    clear_tls_errors();
    is_drained_ = is_starved_ = false;
    std::size_t moved = 0;
    do {
        std::size_t size = 0;
        if (::SSL_read_ex(ssl, space.data() + moved, space.size() - moved, &size) != 1) {
            return finish_read(moved);
        }
        moved += size;
    } while (moved < space.size() && ::SSL_has_pending(ssl) == 1);
    return {IOStatus::Done, moved};
}

/// OpenSSL could not read on, behind `moved` bytes that it could.
IOResult TLSStream::finish_read(std::size_t moved) {
    IOStatus status = IOStatus::WouldBlock;
    switch (::SSL_get_error(ssl_.get(), 0)) {
        case SSL_ERROR_WANT_READ:
            break;
        case SSL_ERROR_ZERO_RETURN:
            phase_ = Phase::ReadEnded;
            status = IOStatus::End;
            break;
        default:
            if (transport_ended_ && ::ERR_peek_error() == 0) error_ = TLSError::Truncated;
            fail(take_failure());
            status = IOStatus::Failed;
            break;
    }
    const std::error_code why = error_;
    if (!pending_.empty()) flush();  // an alert, or what the protocol has to say by itself
    error_ = why;
    if (moved != 0) return {IOStatus::Done, moved};
    return {status, 0};
}

void TLSStream::fail(std::error_code why) {
    error_ = why;
    phase_ = Phase::Broken;
}

// ---- writing

IOResult TLSStream::try_write(std::string_view first, std::string_view second) {
    if (!is_usable() || shuts_transport_) return {IOStatus::Failed, 0};
    const std::size_t size = first.size() + second.size();
    if (!pending_.empty() && !flush()) return {IOStatus::Failed, 0};
    std::size_t moved = settle_promise();
    assert(moved <= size);
    while (moved < size && pending_.empty()) {
        const std::size_t from_first = std::min(moved, first.size());
        std::string_view left = first.substr(from_first);
        std::string_view behind = second.substr(moved - from_first);
        Output output(*this);
        std::size_t batch = 0;
        while (batch < kBatchBytes && !(left.empty() && behind.empty())) {
            const std::size_t taken = encrypt(left, behind, kBatchBytes - batch);
            if (taken == 0) return {IOStatus::Failed, 0};
            const std::size_t taken_left = std::min(taken, left.size());
            left.remove_prefix(taken_left);
            behind.remove_prefix(taken - taken_left);
            batch += taken;
        }
        if (!output.send()) return {IOStatus::Failed, 0};
        promised_ = batch;
        moved += settle_promise();
    }
    return {moved != 0 ? IOStatus::Done : IOStatus::WouldBlock, moved};
}

std::size_t TLSStream::encrypt(std::string_view first, std::string_view second, std::size_t limit) {
    if (first.empty()) return encrypt(second.substr(0, limit));
    if (second.empty()) return encrypt(first.substr(0, limit));
    if (first.size() >= kRecordBytes) {
        return encrypt(
            first.substr(0, std::min(limit, first.size() / kRecordBytes * kRecordBytes)));
    }
    Buffer& joined = context_->joined_;
    joined.clear();
    joined.append(first);
    joined.append(second.substr(0, kRecordBytes - first.size()));
    return encrypt(joined.view().substr(0, limit));
}

std::size_t TLSStream::encrypt(std::string_view bytes) {
    clear_tls_errors();
    std::size_t taken = 0;
    if (::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken) == 1) return taken;
    fail(take_failure());
    return 0;
}

bool TLSStream::flush() {
    const IOResult result = transport_->try_write(pending_.view());
    if (result.status == IOStatus::Failed) {
        error_ = transport_->last_error();
        return false;
    }
    pending_.consume(result.bytes);
    if (pending_.empty()) {
        pending_ = Buffer();
        unasked_ = 0;
        if (shuts_transport_) transport_->shutdown_write();
    }
    return true;
}

std::size_t TLSStream::settle_promise() {
    const std::size_t kept = std::min(promised_, pending_.size());
    return std::exchange(promised_, kept) - kept;
}

// ---- waiting and ending

void TLSStream::start_wait(Direction direction, std::error_code& error, detail::Frame* frame) {
    const bool has_more = phase_ == Phase::Open && direction == Direction::Read && !is_starved_ &&
                          ::SSL_has_pending(ssl_.get()) == 1;
    const bool has_ended =
        phase_ == Phase::Broken || (phase_ == Phase::ReadEnded && direction == Direction::Read);
    if (!has_more && !has_ended) {
        const Readiness wait{transport_.get(), direction, &error};
        wait(frame);
        return;
    }
    detail::Continuation continuation(frame);
    error = continuation.is_cancelled() ? make_error_code(asio::error::operation_aborted)
                                        : std::error_code();
    const LoopExecutor executor = continuation.get_executor();
    asio::post(executor,
               [continuation = std::move(continuation)]() mutable { continuation.resume(); });
}

void TLSStream::cancel() noexcept {
    if (phase_ == Phase::Handshake) is_cancelled_ = true;
    transport_->cancel();
}

void TLSStream::say_close_notify() {
    if ((::SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
    clear_tls_errors();
    ::SSL_shutdown(ssl_.get());
    ::ERR_clear_error();
    if (!pending_.empty()) flush();
}

void TLSStream::shutdown_write() noexcept {
    if (std::exchange(shuts_transport_, true)) return;
    if (is_usable()) say_close_notify();
    if (pending_.empty()) transport_->shutdown_write();
}

void TLSStream::close() noexcept {
    if (phase_ == Phase::Closed) return;
    if (is_usable() && pending_.empty()) say_close_notify();
    phase_ = Phase::Closed;
    pending_ = Buffer();
    transport_->close();
}

void TLSStream::abort() noexcept {
    phase_ = Phase::Closed;
    transport_->abort();
}

Endpoint TLSStream::local_endpoint() const {
    return transport_->local_endpoint();
}
Endpoint TLSStream::remote_endpoint() const {
    return transport_->remote_endpoint();
}

// ---- what was negotiated

std::string_view TLSStream::version() const {
    return ::SSL_get_version(ssl_.get());
}

std::string_view TLSStream::cipher() const {
    return ::SSL_get_cipher_name(ssl_.get());
}

std::string_view TLSStream::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    ::SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string_view TLSStream::server_name() const {
    const char* const name = ::SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
}

bool TLSStream::is_resumed() const {
    return ::SSL_session_reused(ssl_.get()) == 1;
}

std::string TLSStream::peer_subject() const {
    const std::optional<Certificate> certificate = peer_certificate();
    return certificate ? certificate->subject() : "";
}

std::optional<Certificate> TLSStream::peer_certificate() const {
    X509* const certificate = ::SSL_get1_peer_certificate(ssl_.get());
    if (certificate == nullptr) return std::nullopt;
    return Certificate(certificate);
}

TLSSession TLSStream::session() const {
    TLSSession session;
    session.session_ = {::SSL_get1_session(ssl_.get()), &::SSL_SESSION_free};
    session.server_name_ = server_name_;
    session.context_ = context_;
    return session;
}

}  // namespace indrik::net
