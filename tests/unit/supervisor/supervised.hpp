#pragma once
// An arbiter with fake workers, in a process of its own, as its tests see it: by its log, its signals and its exit code.
//
//   Supervised master({"-w", "2"});
//   master.expect("is ready");                     // waits for a line, a few seconds at most
//   master.signal(SIGTERM);
//   EXPECT_EQ(master.exit_code(), 0);

#include <atomic>
#include <string>
#include <vector>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

/// What a fake worker does; read when it boots, so that a test can let the next one behave otherwise.
enum class Behaviour {
    Serve,             // ready at once; ends on TERM and QUIT
    BootSlowly,        // ready after the test has called let_boot()
    FailToBoot,        // exits with 3
    FailToLoad,        // exits with 4
    ThrowAtBoot,       // leaves run() by an exception
    CrashAtBoot,       // kills itself
    HangAtBoot,        // never beats nor becomes ready
    HangWhenReady,     // ready, then never beats
    IgnoreSignals,     // ready, does not end on TERM
    SwallowEverything  // like HangWhenReady, and survives ABRT
};

/// Resource type: the master is killed when this goes.
class Supervised {
public:
    /// The arbiter gets `--log-level debug`, `-b 127.0.0.1:0` unless -b or -c is given, and what is given. Errors: throws when it cannot be started.
    /// An upgrade starts the program `successor`, if there is one.
    explicit Supervised(std::vector<std::string> arguments,
                        Behaviour behaviour = Behaviour::Serve,
                        std::vector<std::string> successor = {});
    Supervised(const Supervised&) = delete;
    Supervised& operator=(const Supervised&) = delete;
    ~Supervised();

    void set_behaviour(Behaviour behaviour);
    void let_boot();

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// Reads on until a line contains `text`; returns it. Fails the test after 10 s or at the end of the log; the line
    /// is then empty.
    std::string expect(std::string_view text);
    /// The next worker that became ready.
    pid_t expect_ready();
    /// Reads the log to its end; what it was since the last expect().
    std::string rest();
    /// Waits for the end; 1000 + the signal, if one killed it.
    int exit_code();
    /// The processes that run, as the kernel lists them.
    std::vector<pid_t> children() const;
    /// The same when there are `count` of them, or after a while whatever there is.
    std::vector<pid_t> children_once(std::size_t count) const;

private:
    struct Script;
    class FakeWorker;
    bool read_line(std::string& line);

    Script* script_;
    pid_t pid_ = -1;
    UniqueFd log_;
    std::string unread_;
};

/// The number behind "(pid:" or "pid: " in a log line.
pid_t pid_in(const std::string& line);
/// Waits until no such process is left, a few seconds at most.
bool wait_until_gone(pid_t pid);

}  // namespace indrik::supervisor
