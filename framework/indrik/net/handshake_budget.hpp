#pragma once
// Limits how many TLS handshakes are worked on in one turn of the loop.
//
// The server's part of a handshake is a signature and a key exchange, hundreds of times the work of a small request. When a
// thousand clients come at once, those that are already connected must not wait until all have been let in.

#include <cstddef>
#include <memory>

#include "indrik/core/task.hpp"

namespace indrik::net {

/// One per loop. Lifetime: outlives those that wait.
class HandshakeBudget {
public:
    explicit HandshakeBudget(const LoopExecutor& executor, std::size_t per_turn = 5);
    HandshakeBudget(const HandshakeBudget&) = delete;
    HandshakeBudget& operator=(const HandshakeBudget&) = delete;
    ~HandshakeBudget();

    /// Goes on when it is the caller's turn: at once while the present turn has some left and nobody waits, otherwise in the
    /// order in which they came. Cancellation: leaves the queue.
    Task<> enter();
    std::size_t waiting() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with what the loop will call
};

}  // namespace indrik::net
