#pragma once
// Set-up and tear-down of something in one coroutine: what was opened above is closed below.
//
//   app.cleanup_context().append([](web::Application& app, web::Lifetime& lifetime) -> Task<> {
//       Database& database = app.emplace(kDatabase);
//       co_await database.connect();
//       co_await lifetime.until_cleanup();           // the application runs
//       co_await database.close();
//   });
//
// Set-ups run in the order of append(), before on_startup; tear-downs in the reverse order, after on_cleanup. If a set-up fails,
// those before it are torn down.

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

#include "indrik/core/task.hpp"

namespace indrik::web {

class Application;

/// What a context's coroutine waits for. Lifetime: the coroutine's.
class Lifetime {
public:
    Lifetime(const Lifetime&) = delete;
    /// Says that the set-up is done, and comes back when the application has ended. To be awaited once.
    /// A coroutine that returns without it has nothing to tear down.
    Task<> until_cleanup();

private:
    friend class CleanupContexts;
    struct State;
    explicit Lifetime(State& state) : state_(state) {}
    State& state_;
};

/// Several tear-downs failed; each error is kept.
class CleanupError : public std::runtime_error {
public:
    explicit CleanupError(std::vector<std::exception_ptr> errors);
    const std::vector<std::exception_ptr>& errors() const { return errors_; }

private:
    std::vector<std::exception_ptr> errors_;
};

/// The contexts of an application, in order. Movable until it starts.
class CleanupContexts {
public:
    using Context = std::function<Task<>(Application&, Lifetime&)>;

    CleanupContexts();
    CleanupContexts(CleanupContexts&&) noexcept;
    CleanupContexts& operator=(CleanupContexts&&) noexcept;
    ~CleanupContexts();

    /// Kept as long as the application, so lambdas that capture are safe. Errors: std::logic_error once it runs.
    void append(Context context);
    bool empty() const { return contexts_.empty(); }

    // ---- called by the application

    void freeze() { frozen_ = true; }
    /// Runs the set-ups. Errors: what the first one throws that fails; the rest is not begun then.
    Task<> set_up(Application& application);
    /// Runs the tear-downs of what was set up, all of them. Returns what they threw.
    Task<std::vector<std::exception_ptr>> tear_down();

private:
    bool frozen_ = false;
    std::vector<Context> contexts_;
    std::vector<std::unique_ptr<Lifetime::State>> running_;
};

}  // namespace indrik::web
