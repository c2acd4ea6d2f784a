#pragma once
// --preload: one process of each generation loads the application, and the workers of that generation are forked from it. They
// start at once and share its memory; the master stays as small and free of foreign code as ever, and a reload, which makes
// another preloader, really loads the application anew.
//
// The master asks over a socket, with the worker's listening sockets in the same message. The preloader forks twice, and the
// worker, whose parent ends at once, becomes the master's child: the master is its subreaper (prctl(2)).

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

struct ScoreLine;

/// The master's side. Destroying it ends the preloader; its workers go on.
class Preloader {
public:
    /// What a worker is told.
    struct Order {
        unsigned slot = 0;
        ScoreLine* line = nullptr;  // in memory that is shared, at the same address
        // What the worker process is given (WorkerProcess::bequest()).
        std::size_t bequeathed = 0;  // descriptors
        std::size_t numbers = 0;
        std::array<std::uint64_t, Bequest::kMostNumbers> number{};
    };
    struct Failure {
        int exit_code;
        std::string reason;
    };
    /// Runs in the preloader, once: loads. Errors: ConfigError; others are unexpected.
    using Load = std::function<void()>;
    /// Runs in the worker and does not return; its sockets are those that fork_worker() was given, in their order.
    using Work = std::function<void(const Order&, std::vector<UniqueFd>)>;

    /// Forks, and returns at once. Errors: std::system_error.
    Preloader(const Load& load, const Work& work);
    Preloader(const Preloader&) = delete;
    Preloader& operator=(const Preloader&) = delete;
    ~Preloader();

    pid_t pid() const { return pid_; }
    /// Readable when is_ready() or failure() has news.
    int fd() const { return socket_.get(); }
    /// Whether workers can be forked.
    bool is_ready();
    /// Why it cannot load, or that it has died.
    const std::optional<Failure>& failure();
    /// The new worker, a child of this process; -1: the preloader has died, as failure() says. REQUIRES: is_ready()
    pid_t fork_worker(const Order& order, const std::vector<int>& sockets);

private:
    void look();
    void died();

    pid_t pid_ = -1;
    UniqueFd socket_;
    bool is_ready_ = false;
    std::optional<Failure> failure_;
};

}  // namespace indrik::supervisor
