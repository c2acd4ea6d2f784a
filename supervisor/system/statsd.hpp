#pragma once
// Metrics to a statsd daemon, named and typed as gunicorn's, so that what watches a gunicorn can watch this.
//
//   Statsd statsd(MessageSocket(address, "--statsd-host"), "shop", "region:eu");
//   statsd.increment("gunicorn.requests");      // shop.gunicorn.requests:1|c|@1.0|#region:eu
//   statsd.flush();
//
// Metrics gather into datagrams, which go out when one is full and at flush(). Nothing ever waits: what the socket does not
// take is lost.

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "supervisor/system/message_socket.hpp"

namespace indrik::supervisor {

/// May be used by several threads. A forked process begins with an empty datagram.
class Statsd {
public:
    /// A prefix gets a dot behind it if it has none. `tags` are appended to each metric (DogStatsD); empty: none.
    Statsd(MessageSocket socket, std::string prefix, std::string_view tags);

    void gauge(std::string_view name, std::uint64_t value);
    void increment(std::string_view name);
    void timing(std::string_view name, double milliseconds);
    void histogram(std::string_view name, std::uint64_t value);
    void flush();

    /// The next error that is logged is an exception, which gunicorn counts apart.
    void expect_exception() { is_exception_expected_ = true; }
    bool take_exception();

private:
    static constexpr std::size_t kDatagramBytes = 1432;  // fits into an Ethernet frame

    void add(std::string_view name, std::string_view value_and_type);
    void send();

    MessageSocket socket_;
    std::string prefix_;
    std::string tags_;
    std::string datagram_;
    pid_t owner_;
    bool is_exception_expected_ = false;
    std::mutex mutex_;
};

}  // namespace indrik::supervisor
