#pragma once
// What the control socket may ask of the master. The arbiter's side of it is in arbiter/control_target.hpp.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "supervisor/control/protocol.hpp"

namespace indrik::supervisor {

/// The master as a whole.
struct MasterReport {
    pid_t pid = 0;
    std::string name;
    std::string application;
    std::string state;  // serving, reloading, stopping
    std::chrono::milliseconds uptime{};
    unsigned generation = 0;
    unsigned target = 0;   // workers that there should be
    unsigned serving = 0;  // workers of this generation that serve
    unsigned processes = 0;
    std::uint64_t spawned = 0;
    std::uint64_t died = 0;    // unasked
    std::uint64_t killed = 0;  // by the master: silent, or too slow to end
    std::uint64_t reloads = 0;
    std::uint64_t failed_reloads = 0;
    std::string last_reload_error;  // empty: the last one went well
    std::uint64_t rss_bytes = 0;
    std::chrono::milliseconds cpu_time{};
};

struct WorkerReport {
    pid_t pid = 0;
    unsigned slot = 0;
    unsigned generation = 0;
    std::string state;  // booting, ready, retiring, silent
    std::chrono::milliseconds age{};
    std::chrono::milliseconds beat_age{};
    std::chrono::milliseconds beat_time{};  // by the monotonic clock: the counters are from then
    std::uint64_t accepted = 0;
    std::uint64_t connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t queue = 0;  // connections that wait to be accepted
    std::uint64_t rss_bytes = 0;
    std::chrono::milliseconds cpu_time{};
};

struct ListenerReport {
    std::string url;
    unsigned sockets = 0;
    std::uint64_t queue = 0;
};

struct ConfigReport {
    std::string name;
    std::string value;
    std::string source;
};

/// Asked each turn of the loop until it has an answer.
using Pending = std::function<std::optional<ControlAnswer>()>;

/// Interface. Every function returns at once; what takes longer is a Pending.
class ControlTarget {
public:
    virtual ~ControlTarget() = default;

    virtual MasterReport master() = 0;
    virtual std::vector<WorkerReport> workers() = 0;
    virtual std::vector<ListenerReport> listeners() = 0;
    virtual std::vector<ConfigReport> config() = 0;

    virtual Pending reload() = 0;
    /// So many workers, between 1 and kMaxWorkers.
    virtual Pending scale(unsigned workers) = 0;
    /// So many as there should be when everything asked for so far is done.
    virtual unsigned wanted_workers() = 0;
    virtual void reopen_logs() = 0;
    /// False: no such worker.
    virtual bool signal_worker(pid_t pid, int number) = 0;
    virtual void shut_down(bool is_quick) = 0;
};

}  // namespace indrik::supervisor
