#include "indrik/web/cleanup_context.hpp"

#include <string>
#include <utility>

#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"

namespace indrik::web {
namespace {

std::string describe(const std::vector<std::exception_ptr>& errors) {
    std::string text = std::to_string(errors.size()) + " errors while cleaning up";
    for (const std::exception_ptr& error : errors) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& known) {
            text.append("; ").append(known.what());
        } catch (...) {
            text += "; an exception that is no std::exception";
        }
    }
    return text;
}

}  // namespace

/// One context at work, in a task of its own.
struct Lifetime::State {
    explicit State(const LoopExecutor& executor) : task(executor) {}

    Event has_begun;  // set up, or ended
    Event is_over;
    std::exception_ptr failure;
    TaskGroup task;  // the last member: it uses the others

    static Task<> run(CleanupContexts::Context& context, Application& application, State& state) {
        Lifetime lifetime(state);
        try {
            co_await context(application, lifetime);
        } catch (...) {
            state.failure = std::current_exception();
        }
        state.has_begun.set();
    }
};

Task<> Lifetime::until_cleanup() {
    state_.has_begun.set();
    co_await state_.is_over.wait();
}

CleanupError::CleanupError(std::vector<std::exception_ptr> errors)
    : std::runtime_error(describe(errors)), errors_(std::move(errors)) {}

CleanupContexts::CleanupContexts() = default;
CleanupContexts::CleanupContexts(CleanupContexts&&) noexcept = default;
CleanupContexts& CleanupContexts::operator=(CleanupContexts&&) noexcept = default;
CleanupContexts::~CleanupContexts() = default;

void CleanupContexts::append(Context context) {
    if (frozen_) throw std::logic_error("contexts cannot be added once the application runs");
    if (!context) throw std::invalid_argument("the context is empty");
    contexts_.push_back(std::move(context));
}

Task<> CleanupContexts::set_up(Application& application) {
    const LoopExecutor executor = co_await asio::this_coro::executor;
    for (Context& context : contexts_) {
        Lifetime::State& state =
            *running_.emplace_back(std::make_unique<Lifetime::State>(executor));
        state.task.spawn(Lifetime::State::run(context, application, state));
        co_await state.has_begun.wait();
        if (state.failure) std::rethrow_exception(std::exchange(state.failure, nullptr));
    }
}

Task<std::vector<std::exception_ptr>> CleanupContexts::tear_down() {
    std::vector<std::exception_ptr> errors;
    while (!running_.empty()) {
        Lifetime::State& state = *running_.back();
        state.is_over.set();
        co_await state.task.join();
        if (state.failure) errors.push_back(state.failure);
        running_.pop_back();
    }
    co_return errors;
}

}  // namespace indrik::web
