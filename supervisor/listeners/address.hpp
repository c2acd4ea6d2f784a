#pragma once
// An address to listen on, as the operator writes it.
//
//   Address::parse("127.0.0.1:8000")   "localhost"   ":8000"   "[::1]:8000"   "unix:/run/app.sock"   "fd://3"

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace indrik::supervisor {

/// A value; compares by what was written, so that a reload can tell which addresses stayed.
class Address {
public:
    /// A descriptor is a listening socket that whoever starts us has opened.
    enum class Kind { Tcp4, Tcp6, Unix, Descriptor };
    static constexpr std::uint16_t kDefaultPort = 8000;

    /// An absent host is 0.0.0.0, an absent port 8000. Names are looked up later, by resolve().
    /// Errors: throws BadValue.
    static Address parse(std::string_view text);
    /// The same for what is opened here, which a descriptor is not.
    static Address parse_openable(std::string_view text);

    Kind kind() const { return kind_; }
    bool is_unix() const { return kind_ == Kind::Unix; }
    const std::string& host() const { return host_; }  // empty for Unix sockets
    const std::string& path() const { return host_; }  // of a Unix socket
    std::uint16_t port() const { return port_; }
    /// REQUIRES: kind() == Kind::Descriptor
    int descriptor() const;

    bool operator==(const Address&) const = default;

private:
    Kind kind_ = Kind::Tcp4;
    std::string host_;
    std::uint16_t port_ = 0;
};

/// As it is parsed: `127.0.0.1:8000`, `[::1]:8000`, `unix:/run/app.sock`.
std::string format_address(const Address& address);
/// As a browser takes it: `http://127.0.0.1:8000`; Unix sockets as format_address.
std::string format_url(const Address& address, std::uint16_t port, bool is_encrypted = false);

/// A socket address ready for bind().
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Looks names up (IPv4, as gunicorn does). Errors: throws ConfigError; also for a descriptor, which cannot be opened again.
SocketAddress resolve(const Address& address);

}  // namespace indrik::supervisor
