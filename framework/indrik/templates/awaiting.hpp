#pragma once
// Templates that await coroutines of the host, as Jinja2's do with enable_async: nothing in the template tells.
//
//   context.set("user", templates::async_function([](const templates::Arguments& arguments) -> Task<templates::Value> {
//       co_return templates::Value(co_await load_name(arguments.positional[0]));
//   }));
//   std::string page = co_await templates::render_async(environment.get_template("page.html"), context);
//
// `{{ user(7) }}` then waits for the name, wherever it stands: in a condition, a loop, a macro or a filter. Other renderings of the same
// environment go on meanwhile. A template that awaits nothing renders as fast as by render(), but for a fraction of a microsecond.

#include <exception>
#include <functional>
#include <string>

#include "indrik/core/task.hpp"
#include "indrik/templates/detail/fiber.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/object.hpp"

namespace indrik::templates {

/// A callable whose calls are awaited. Lifetime: `callable` is kept as long as the value; what it is given lives until its task is done.
/// A call outside of render_async() is a TemplateError.
Value async_function(std::function<Task<Value>(const Arguments&)> callable,
                     std::string name = "async function");

/// Waits in the middle of a rendering: for filters and tests (Environment::add_filter) that have something to wait for, and objects.
/// Errors: TemplateError outside of render_async(); what the task throws, a cancellation among it.
Value await(Task<Value> task);

/// Renders, and awaits what the template calls. Lifetime: the environment outlives it. Errors: TemplateError; what coroutines of the host
/// throw. Cancelled while it waits, it ends with the error of whatever it waits for.
Task<std::string> render_async(Template page, Dict values);

namespace detail {

/// Work that may call await(), for a coroutine that runs it:
///
///   AwaitingWork work([&] { ... });
///   while (work.go_on()) co_await work.settle();
class AwaitingWork {
public:
    explicit AwaitingWork(std::function<void()> work) : fiber_(std::move(work)) {}

    /// True if it waits for something, false at its end. Errors: what it throws.
    bool go_on();
    /// Until it need not wait any more.
    Task<> settle();
    /// The one that is running, or null.
    static AwaitingWork* current();
    /// REQUIRES: this one is running
    Value await(Task<Value> task);

private:
    Task<Value>* awaited_ = nullptr;  // on the stack of the fiber
    Value result_;
    std::exception_ptr failure_;
    Fiber fiber_;  // goes first: what it unwinds may look at the rest
};

}  // namespace detail

}  // namespace indrik::templates
