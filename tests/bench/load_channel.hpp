#pragma once
// What the load generators of tests/bench have in common: a connection to 127.0.0.1, encrypted or not, that costs as little as
// possible. Whatever goes wrong ends the program with one line.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace bench {

inline constexpr auto kPatience = std::chrono::seconds(10);

[[noreturn]] void fail(const std::string& what);
/// The same with what errno says.
[[noreturn]] void fail_system(const std::string& what);
/// The same with what OpenSSL says.
[[noreturn]] void fail_tls(const std::string& what);

/// A blocking TCP connection without Nagle's algorithm, whose end leaves no TIME_WAIT behind.
int connect_to(std::uint16_t port);

/// Says "ready", and waits for the line that lets the measurement begin.
void wait_for_line();

struct FreeTLS {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* connection) const;
};
using UniqueTLSContext = std::unique_ptr<ssl_ctx_st, FreeTLS>;
using UniqueTLS = std::unique_ptr<ssl_st, FreeTLS>;

/// A client's context that fixes what is negotiated: X25519 (P-256 is only there to sign with), AES-128-GCM, and `version` ("1.2" or "1.3"). It resumes nothing and
/// does not ask who signed the server's certificate.
UniqueTLSContext make_tls_context(std::string_view version);
UniqueTLS make_tls(ssl_ctx_st* context, int fd);

/// One keep-alive connection. Waits until begin_load(), never afterwards.
class Channel {
public:
    /// With a context it shakes hands.
    Channel(std::uint16_t port, ssl_ctx_st* tls);

    int fd() const { return fd_; }
    void begin_load();
    void send(std::string_view bytes);
    /// At least one byte, or 0 if nothing is there now.
    std::size_t receive(std::span<char> space);
    /// The same for bytes that nobody wants to see; the kernel does not copy them.
    std::size_t discard(std::span<char> scratch, std::size_t size);
    /// Whether bytes have been taken off the socket and not yet been received.
    bool has_pending() const;

private:
    std::size_t receive_plain(char* space, std::size_t size, int flags);

    int fd_;
    UniqueTLS tls_;
    bool is_waiting_ = true;
};

/// Shakes hands for a WebSocket without compression, on a channel that waits.
void open_websocket(Channel& channel, std::uint16_t port, std::string_view path);

}  // namespace bench
