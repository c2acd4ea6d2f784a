#pragma once
// A Stream that speaks TLS over another Stream: usually a socket, memory in tests, or TLS again (to a proxy).
//
//   TLSStream stream(context, std::make_unique<SocketStream>(executor, std::move(socket)));
//   const Handshake outcome = co_await stream.handshake(&budget);       // a timer calls stream.cancel() if it takes too long
//   if (outcome == Handshake::PlainHTTP) { ...say 400 on stream.release_transport()... }
//
// OpenSSL does no I/O here. It reads through a BIO straight from the transport into its own buffer, and what it encrypts is
// gathered in a buffer that all connections of the context share and sent at once: a large write is one system call, not one a
// record. Only what the transport does not take is kept with the connection. So OpenSSL never waits for writability: a wait for
// reading is always one for the transport's bytes, and an idle connection holds no buffer.
//
// Kernel TLS is not used: it needs OpenSSL's own socket BIO, and pays only together with sendfile.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/buffer.hpp"
#include "indrik/net/certificate.hpp"
#include "indrik/net/stream.hpp"
#include "indrik/net/tls_context.hpp"

struct ssl_session_st;

namespace indrik::net {

class HandshakeBudget;

enum class Handshake : unsigned char {
    Done,
    PlainHTTP,  // a server's: the client began with a letter, so it takes us for HTTP; see release_transport()
    Ended,  // the peer went without a word, as port scanners and health checks do
};

/// What a client keeps to resume a session. Value type. Resuming does not check the server's certificate again, so it is only
/// done under the name and with the context of the connection that the session is from.
class TLSSession {
public:
    TLSSession() = default;
    explicit operator bool() const { return session_ != nullptr; }

private:
    friend class TLSStream;
    std::shared_ptr<ssl_session_st> session_;
    std::string server_name_;
    std::weak_ptr<TLSContext> context_;
};

/// Besides what Stream says: a write that moved less than it was given has encrypted some of the rest already, so the next one
/// must begin with the same bytes. The end of the transport without close_notify is Failed with TLSError::Truncated, not End:
/// somebody may have cut the connection. Where the protocol above tells its ends itself (HTTP between two messages) take it
/// for End; many clients just close.
class TLSStream final : public Stream {
public:
    /// The server's side.
    TLSStream(std::shared_ptr<TLSContext> context, std::unique_ptr<Stream> transport);
    /// The client's: `server_name`, a DNS name or an IP address, is what the server's certificate must be for. A session of
    /// another name or context is ignored.
    TLSStream(std::shared_ptr<TLSContext> context,
              std::unique_ptr<Stream> transport,
              std::string server_name,
              const TLSSession& resumed = {});
    /// Says close_notify if the connection is sound.
    ~TLSStream() override;

    /// To be awaited once, before any read or write. A server waits for the first bytes, then for its place in `budget`.
    /// Cancellation: by the task, and by cancel(), after which the stream is good for nothing but destruction.
    /// Errors: std::system_error with OpenSSL's reason, TLSError, the transport's error, or operation_aborted.
    Task<Handshake> handshake(HandshakeBudget* budget = nullptr);
    /// Gives the transport away, after PlainHTTP or a failed handshake; only destruction may follow. What the client sent so far is
    /// lost.
    std::unique_ptr<Stream> release_transport();

    using Stream::try_write;
    IOResult try_read(std::span<char> space) override;
    IOResult try_write(std::string_view first, std::string_view second) override;
    void cancel() noexcept override;
    /// Says close_notify and shuts the transport, if need be when it has taken what is still to be sent.
    void shutdown_write() noexcept override;
    void close() noexcept override;
    void abort() noexcept override;
    bool is_peer_gone() const override { return transport_->is_peer_gone(); }
    std::error_code last_error() const override { return error_; }
    Endpoint local_endpoint() const override;
    Endpoint remote_endpoint() const override;
    std::size_t unsent_bytes() const override { return transport_->unsent_bytes(); }
    const TLSStream* tls() const override { return this; }

    // ---- what was negotiated; REQUIRES: the handshake is done

    std::string_view version() const;      // "TLSv1.3"
    std::string_view cipher() const;       // "TLS_AES_128_GCM_SHA256"
    std::string_view protocol() const;     // by ALPN; empty if none was
    std::string_view server_name() const;  // that the client asked for; empty if none
    bool is_resumed() const;
    /// The subject of the peer's certificate ("CN=alice,O=Example"), which was verified; empty if it showed none.
    std::string peer_subject() const;
    /// The peer's certificate, which was verified; nothing if it showed none.
    std::optional<Certificate> peer_certificate() const;
    /// A client's session, to be resumed by another connection to the same server. In TLS 1.3 the server sends it behind the
    /// handshake: it is complete when something has been read.
    TLSSession session() const;

private:
    enum class Phase : unsigned char { Handshake, Open, ReadEnded, Broken, Closed };
    enum class Step : unsigned char { Done, Read, Write, PlainHTTP, Ended };
    struct Transfer;  // the BIO's side
    class Output;
    struct FreeSSL {
        void operator()(ssl_st* ssl) const;
    };

    void set_up(const TLSContext& context);
    void start_wait(Direction direction, std::error_code& error, detail::Frame* frame) override;
    bool accept_first(char byte);
    Step advance_handshake();
    Step fail_handshake();
    IOResult finish_read(std::size_t moved);
    /// Encrypts some of both parts, joined where one record holds the end of one and the beginning of the other. Returns how
    /// much that was, at most `limit`; 0 on failure.
    std::size_t encrypt(std::string_view first, std::string_view second, std::size_t limit);
    std::size_t encrypt(std::string_view bytes);
    /// Sends what is pending, as far as it goes. False if the transport failed.
    bool flush();
    /// How much of what was promised has gone out. Pending bytes hold at most as many bytes of content.
    std::size_t settle_promise();
    void say_close_notify();
    void fail(std::error_code why);
    std::error_code take_failure();
    bool is_usable() const { return phase_ == Phase::Open || phase_ == Phase::ReadEnded; }

    std::shared_ptr<TLSContext> context_;
    std::unique_ptr<Stream> transport_;
    std::unique_ptr<ssl_st, FreeSSL> ssl_;
    std::string server_name_;   // a client's
    Buffer pending_;            // encrypted, and not yet taken by the transport
    Buffer* sink_ = &pending_;  // where OpenSSL's output goes
    std::size_t promised_ = 0;  // bytes of the next write that are in pending_ already
    std::size_t unasked_ = 0;   // bytes in pending_ that OpenSSL said while reading
    std::error_code error_;
    Phase phase_ = Phase::Handshake;
    bool is_starved_ = false;  // OpenSSL needs more than the transport had
    bool is_drained_ = false;  // the transport had less than was asked for; holds for one call
    bool transport_ended_ = false;
    bool has_begun_ = false;        // the peer has sent something
    bool is_http_ = false;          // and it was no TLS but a letter
    bool is_cancelled_ = false;     // during the handshake
    bool shuts_transport_ = false;  // when nothing is pending any more
};

}  // namespace indrik::net
