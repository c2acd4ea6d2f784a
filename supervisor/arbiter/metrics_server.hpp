#pragma once
// Shows the metrics to Prometheus: a very small HTTP server in the master's poll loop.
//
//   MetricsServer server(address);
//   server.add_to(polled);                             // before poll()
//   server.serve([&] { return format_metrics(...); }); // after it
//
// It never waits. There are few connections, each for one request and a few seconds; whoever comes beyond is refused.

#include <functional>
#include <string>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/poll_set.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/listeners/address.hpp"

namespace indrik::supervisor {

class MetricsServer {
public:
    static constexpr std::size_t kConnections = 8;
    static constexpr std::size_t kRequestBytes = 8192;
    static constexpr std::chrono::seconds kPatience{5};

    /// Listens. Errors: ConfigError.
    explicit MetricsServer(const Address& address);
    MetricsServer(const MetricsServer&) = delete;
    MetricsServer& operator=(const MetricsServer&) = delete;
    /// Removes the file of a Unix socket, unless abandon() was called.
    ~MetricsServer();

    const Address& address() const { return address_; }
    /// "http://127.0.0.1:9100/metrics"
    std::string url() const;

    void add_to(PollSet& polled) const;
    /// Does what can be done now. `text` makes the answer.
    void serve(const std::function<std::string()>& text);
    /// When the next connection runs out of time; nothing happens before unless a descriptor is ready.
    TimePoint next_deadline() const;
    /// In a fresh worker: closes everything here.
    void abandon();

private:
    struct Connection {
        UniqueFd socket;
        TimePoint deadline;
        std::string request;
        std::string response;  // what has not been sent yet
    };

    void accept();
    /// False when the connection is over.
    bool advance(Connection& connection, const std::function<std::string()>& text);
    bool receive(Connection& connection);
    bool send(Connection& connection);

    Address address_;
    std::uint16_t port_ = 0;
    std::uint64_t inode_ = 0;  // of a Unix socket's file
    UniqueFd socket_;
    std::vector<Connection> connections_;
};

}  // namespace indrik::supervisor
