#pragma once
// A stack of its own for work that waits in the middle of calls which know nothing of coroutines.
//
//   Fiber fiber([&] { page.render_to(out, values); });      // calls Fiber::current()->suspend() somewhere inside
//   while (fiber.resume()) co_await whatever_it_waits_for();
//
// Work runs on the thread that resumes it. Its stack has the size of a main thread's, of which only what is touched takes memory;
// stacks are kept for the next fiber of the thread.

#include <exception>
#include <functional>
#include <memory>

namespace indrik::templates::detail {

class Fiber {
public:
    explicit Fiber(std::function<void()> work);
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;
    /// Work that has not come to its end is unwound: suspend() throws in it, as often as it calls that.
    ~Fiber();

    /// The one whose work is running, or null.
    static Fiber* current();

    /// Begins the work, or goes on with it. True if it has suspended itself, false at its end. Errors: what the work threw.
    /// REQUIRES: the last call did not return false, and this fiber is not running
    bool resume();
    /// Lets resume() return. REQUIRES: this fiber is running, and no exception is being handled: those belong to the thread
    void suspend();

private:
    struct Stack;
    struct Contexts;
    struct Unwinding {};

    static void enter(unsigned high, unsigned low);
    void run();
    void switch_in();

    std::function<void()> work_;
    std::unique_ptr<Stack> stack_;
    std::unique_ptr<Contexts> contexts_;
    std::exception_ptr failure_;
    bool has_begun_ = false;
    bool has_ended_ = false;
    bool is_unwinding_ = false;
};

}  // namespace indrik::templates::detail
