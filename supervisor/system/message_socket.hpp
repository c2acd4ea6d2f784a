#pragma once
// Where log lines and metrics are sent: a socket that never makes its owner wait. What does not go out at once is lost.
//
//   MessageSocket socket(parse_syslog_address("unix:///dev/log#dgram"), "--log-syslog-to");
//   socket.send("<14>Nov 25 10:00:00 indrik: hello");

#include <chrono>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/listeners/address.hpp"

namespace indrik::supervisor {

enum class Transport : unsigned char { Datagram, Stream, Either };

struct MessageAddress {
    Address where;
    Transport transport = Transport::Datagram;

    bool operator==(const MessageAddress&) const = default;
};

/// `unix://PATH`, `unix://PATH#dgram`, `unix://PATH#stream`, `udp://HOST:PORT`, `tcp://HOST:PORT`; the port is 514 if it is
/// left out. Errors: throws BadValue.
MessageAddress parse_syslog_address(std::string_view text);
/// `HOST:PORT` or `HOST`, which means port 8125, by UDP; `unix://PATH`. Errors: throws BadValue.
MessageAddress parse_statsd_address(std::string_view text);

/// Connects when the first message is sent, and again when the other side had gone, once a second at the most. A process
/// that was forked makes a connection of its own. Use by one thread at a time.
class MessageSocket {
public:
    /// Looks the name up. Errors: ConfigError that names the setting `flag`.
    MessageSocket(MessageAddress address, std::string_view flag);

    /// One datagram, or, on a stream, the message and a line feed. False: it is lost.
    bool send(std::string_view message);
    bool is_local() const { return address_.where.is_unix(); }

private:
    bool connect();
    bool connect_as(int type);
    bool send_datagram(std::string_view message);
    bool send_stream(std::string_view message);

    MessageAddress address_;
    SocketAddress resolved_;
    UniqueFd socket_;
    bool is_stream_ = false;
    std::string rest_;  // of a line that a stream took in part
    pid_t owner_ = 0;
    std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace indrik::supervisor
