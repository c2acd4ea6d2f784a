#include "load_channel.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace bench {

void fail(const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, what.c_str());
    std::exit(1);
}

void fail_system(const std::string& what) {
    fail(what + ": " + std::strerror(errno));
}

void fail_tls(const std::string& what) {
    const char* const reason = ::ERR_reason_error_string(::ERR_peek_error());
    if (reason == nullptr) fail_system(what);
    fail(what + ": " + reason);
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail_system("socket");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const linger reset{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    const timeval patience{std::chrono::seconds(kPatience).count(), 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail_system("connect");
    return fd;
}

void wait_for_line() {
    std::puts("ready");
    std::fflush(stdout);
    while (true) {
        const int byte = std::getchar();
        if (byte == EOF) std::exit(1);
        if (byte == '\n') return;
    }
}

void FreeTLS::operator()(ssl_ctx_st* context) const {
    ::SSL_CTX_free(context);
}
void FreeTLS::operator()(ssl_st* connection) const {
    ::SSL_free(connection);
}

UniqueTLSContext make_tls_context(std::string_view version) {
    if (version != "1.2" && version != "1.3") fail("TLS versions are 1.2 and 1.3");
    UniqueTLSContext context(::SSL_CTX_new(::TLS_client_method()));
    SSL_CTX* const handle = context.get();
    const int number = version == "1.2" ? TLS1_2_VERSION : TLS1_3_VERSION;
    const bool is_set =
        handle != nullptr && SSL_CTX_set_min_proto_version(handle, number) == 1 &&
        SSL_CTX_set_max_proto_version(handle, number) == 1 &&
        ::SSL_CTX_set_ciphersuites(handle, "TLS_AES_128_GCM_SHA256") == 1 &&
        ::SSL_CTX_set_cipher_list(
            handle, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256") == 1 &&
        SSL_CTX_set1_groups_list(handle, "X25519:P-256") == 1;
    if (!is_set) fail_tls("cannot set up TLS");
    ::SSL_CTX_set_verify(handle, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
    return context;
}

UniqueTLS make_tls(ssl_ctx_st* context, int fd) {
    UniqueTLS tls(::SSL_new(context));
    if (!tls || ::SSL_set_fd(tls.get(), fd) != 1) fail_tls("cannot set up TLS");
    ::SSL_set_connect_state(tls.get());
    return tls;
}

Channel::Channel(std::uint16_t port, ssl_ctx_st* tls) : fd_(connect_to(port)) {
    if (tls == nullptr) return;
    tls_ = make_tls(tls, fd_);
    if (::SSL_do_handshake(tls_.get()) != 1) fail_tls("no handshake");
}

void Channel::begin_load() {
    is_waiting_ = false;
    if (tls_) ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

void Channel::send(std::string_view bytes) {
    if (tls_) {
        std::size_t sent = 0;
        if (::SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent) != 1)
            fail_tls("the server takes no request");
    } else if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
               static_cast<ssize_t>(bytes.size())) {
        fail_system("the server takes no request");
    }
}

std::size_t Channel::receive(std::span<char> space) {
    if (!tls_) return receive_plain(space.data(), space.size(), 0);
    std::size_t size = 0;
    if (::SSL_read_ex(tls_.get(), space.data(), space.size(), &size) == 1) return size;
    const bool would_block = !is_waiting_ && ::SSL_get_error(tls_.get(), 0) == SSL_ERROR_WANT_READ;
    if (!would_block) fail_tls("the server has closed a connection");
    return 0;
}

std::size_t Channel::discard(std::span<char> scratch, std::size_t size) {
    if (tls_) return receive(scratch.first(std::min(scratch.size(), size)));
    return receive_plain(nullptr, size, MSG_TRUNC);
}

std::size_t Channel::receive_plain(char* space, std::size_t size, int flags) {
    const ssize_t received = ::recv(fd_, space, size, flags | (is_waiting_ ? 0 : MSG_DONTWAIT));
    if (received < 0 && errno == EAGAIN && !is_waiting_) return 0;
    if (received <= 0) fail_system("the server has closed a connection");
    return static_cast<std::size_t>(received);
}

bool Channel::has_pending() const {
    return tls_ && ::SSL_has_pending(tls_.get()) == 1;
}

void open_websocket(Channel& channel, std::uint16_t port, std::string_view path) {
    channel.send("GET " + std::string(path) +
                 " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                 "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    std::string head;
    std::array<char, 1> byte{};  // no more than the head
    while (!head.ends_with("\r\n\r\n")) head.append(byte.data(), channel.receive(byte));
    if (!head.starts_with("HTTP/1.1 101 ") ||
        head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == std::string::npos)
        fail("unexpected answer: " + head);
}

}  // namespace bench
