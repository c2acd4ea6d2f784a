#pragma once
// The change of masters (SIGUSR2): a new program, started beside the old one with its listening sockets, takes its place
// when all of its workers are ready. Until then the old one can go on as if nothing had happened.
//
//   old master: Successor::start()  ── fork, exec ──▶  new master: Predecessor::find(), boots its workers
//               tells what workers have in common (WorkerProcess::news_for_successor())
//               both serve the same sockets, and tell each other of forks
//               Kind::Ready       ◀── the link ──    report_ready()
//               retires its workers, exits  ── end of the link ──▶  is_gone(): takes over the pid file

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/arbiter/master_link.hpp"
#include "supervisor/arbiter/scoreboard.hpp"
#include "supervisor/listeners/inheritance.hpp"

namespace indrik::supervisor {

/// How this process was started, so that it can be started once more. Value type.
struct Invocation {
    std::vector<std::string>
        arguments;  // with the program's name; none: it cannot be started again
    std::string folder;
    std::string program = {};  // the file that runs, an absolute path; empty: not known

    /// To be called before the folder changes or the arguments are overwritten.
    static Invocation capture(int argc, char** argv);
};

inline constexpr const char* kUpgradeVariable = "INDRIK_UPGRADE";
/// Whether another master has started this program to take its place.
inline bool is_upgrade() {
    return std::getenv(kUpgradeVariable) != nullptr;
}

/// In the old master: the new one.
class Successor {
public:
    /// The news wait in the link. Errors: std::system_error, std::runtime_error.
    static Successor start(const Invocation& invocation,
                           const std::vector<EndpointHandover>& sockets,
                           const std::vector<MasterNews>& news,
                           std::optional<TimePoint> deadline);

    /// In PID 1: a master that another master has started and left to us.
    static std::optional<Successor> adopted();

    pid_t pid() const { return pid_; }
    const MasterLink& link() const { return link_; }
    bool is_late(TimePoint now) const { return deadline_ && now >= *deadline_; }
    std::optional<TimePoint> deadline() const { return deadline_; }
    /// Tells it to end, its workers finishing what they have, or kills it if it was told before; then waits for so long.
    void end(std::chrono::milliseconds patience);

    /// It serves alone from here.
    void has_taken_over() { has_taken_over_ = true; }
    bool is_in_charge() const { return has_taken_over_; }
    /// Tells it that all is over here.
    void let_go() { link_.close(); }

private:
    Successor(pid_t pid, MasterLink link, std::optional<TimePoint> deadline)
        : pid_(pid), link_(std::move(link)), deadline_(deadline) {}

    pid_t pid_;
    MasterLink link_;
    std::optional<TimePoint> deadline_;
    bool has_taken_over_ = false;
    bool was_told_to_end_ = false;
};

/// In the new master: the old one.
class Predecessor {
public:
    /// If an old master has started this process; the variable is removed.
    static std::optional<Predecessor> find();

    pid_t pid() const { return pid_; }
    const MasterLink& link() const { return link_; }
    /// All workers are ready: the old master may go.
    void report_ready();
    bool was_told() const { return was_told_; }

private:
    Predecessor(pid_t pid, MasterLink link) : pid_(pid), link_(std::move(link)) {}

    pid_t pid_;
    MasterLink link_;
    bool was_told_ = false;
};

}  // namespace indrik::supervisor
