#include "indrik/net/handshake_budget.hpp"

#include <utility>

#include <asio/post.hpp>

#include "indrik/core/cancellation.hpp"
#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"

namespace indrik::net {

struct HandshakeBudget::State : std::enable_shared_from_this<State> {
    State(const LoopExecutor& loop, std::size_t limit) : executor(loop), per_turn(limit) {}

    /// Takes one from the present turn; whatever is taken, the turn is watched for its end.
    void take() {
        ++used;
        if (!std::exchange(is_turn_running, true)) {
            asio::post(executor, [self = shared_from_this()] { self->next_turn(); });
        }
    }

    void next_turn() {
        used = 0;
        is_turn_running = false;
        while (used < per_turn && !queue.empty()) {
            queue.front().wake();
            take();
        }
    }

    LoopExecutor executor;
    std::size_t per_turn;
    std::size_t used = 0;
    std::size_t waiting = 0;
    bool is_turn_running = false;
    IntrusiveList<indrik::detail::Waiter> queue;
};

HandshakeBudget::HandshakeBudget(const LoopExecutor& executor, std::size_t per_turn)
    : state_(std::make_shared<State>(executor, per_turn)) {}

HandshakeBudget::~HandshakeBudget() = default;

std::size_t HandshakeBudget::waiting() const {
    return state_->waiting;
}

Task<> HandshakeBudget::enter() {
    State& state = *state_;
    if (state.used < state.per_turn && state.queue.empty()) {
        state.take();
        co_return;
    }
    struct Counted {
        explicit Counted(std::size_t& count) : count_(count) { ++count_; }
        ~Counted() { --count_; }
        std::size_t& count_;
    };
    const Counted counted(state.waiting);
    indrik::detail::Waiter waiter;
    state.queue.push_back(waiter);
    co_await waiter.suspend();
    if (waiter.was_cancelled()) throw_cancelled();
}

}  // namespace indrik::net
