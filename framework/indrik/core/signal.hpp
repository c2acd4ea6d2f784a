#pragma once
// An ordered list of asynchronous callbacks, as aiohttp's Signal: Application::on_startup and its
// like.
//
//   Signal<Application&> on_startup;
//   on_startup.append([](Application& app) -> Task<> { ... });
//   on_startup.freeze();
//   co_await on_startup.send(app);

#include <cstddef>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "indrik/core/task.hpp"

namespace indrik {

/// The callbacks live as long as the signal, so lambdas that capture are safe. Errors:
/// std::logic_error for misuse.
template <class... Args>
class Signal {
public:
    using Callback = std::function<Task<>(Args...)>;

    void append(Callback callback) {
        if (is_frozen_) throw std::logic_error("Signal: cannot append to a frozen signal");
        if (!callback) throw std::logic_error("Signal: cannot append an empty callback");
        callbacks_.push_back(std::move(callback));
    }

    /// No callback can be added from here on. Calling it again does nothing.
    void freeze() { is_frozen_ = true; }
    bool is_frozen() const { return is_frozen_; }
    std::size_t size() const { return callbacks_.size(); }
    bool empty() const { return callbacks_.empty(); }

    /// Calls and awaits one callback after the other, in the order of append(). The first that
    /// throws ends it. Lifetime: the signal, and what Args refer to, outlive the await. REQUIRES:
    /// is_frozen()
    Task<> send(Args... args) const {
        if (!is_frozen_) throw std::logic_error("Signal: cannot send a signal that is not frozen");
        for (const Callback& callback : callbacks_) co_await callback(args...);
    }

    /// The same, but every callback is awaited, whatever the others throw. Errors: the first of theirs, at the end.
    Task<> send_all(Args... args) const {
        if (!is_frozen_) throw std::logic_error("Signal: cannot send a signal that is not frozen");
        std::exception_ptr first;
        for (const Callback& callback : callbacks_) {
            try {
                co_await callback(args...);
            } catch (...) {
                if (!first) first = std::current_exception();
            }
        }
        if (first) std::rethrow_exception(first);
    }

private:
    std::vector<Callback> callbacks_;
    bool is_frozen_ = false;
};

}  // namespace indrik
