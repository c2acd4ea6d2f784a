#pragma once
// The slots that a worker serves beside its own, because their workers do not: the master lends it their sockets and takes
// them back.

#include <map>
#include <vector>

#include <asio/posix/basic_stream_descriptor.hpp>

#include "indrik/core/task.hpp"
#include "indrik/web/runner.hpp"
#include "supervisor/worker/channel.hpp"

namespace indrik::supervisor {

/// Lifetime: the runner outlives it.
class BorrowedSlots {
public:
    BorrowedSlots(LoopExecutor executor, UniqueFd channel, web::Runner& runner)
        : channel_(executor, channel.release()), runner_(runner) {}

    /// Does what the master says until it is cancelled or the master is gone.
    Task<> follow();

private:
    void handle(ReceivedMessage received);

    asio::posix::basic_stream_descriptor<LoopExecutor> channel_;
    web::Runner& runner_;
    std::map<unsigned, std::vector<unsigned>> listeners_;  // by slot
};

}  // namespace indrik::supervisor
