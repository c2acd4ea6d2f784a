#pragma once
// Handlers and middlewares: what an application is made of.
//
//   Task<web::Response> hello(web::Request& request);                 // a handler that may wait
//   web::Response hello(web::Request& request);                       // one that never does
//   Task<web::Response> timing(web::Request& request, web::Next next) {   // a middleware
//       auto response = co_await next(request);
//       co_return std::move(response);
//   }

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "indrik/core/task.hpp"
#include "indrik/web/path_type.hpp"
#include "indrik/web/request.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

template <class Function>
concept CoroutineHandler = requires(Function& function, Request& request) {
    { function(request) } -> std::same_as<Task<Response>>;
};
template <class Function>
concept PlainHandler = requires(Function& function, Request& request) {
    { function(request) } -> std::convertible_to<Response>;
};

namespace detail {
/// What calls a function with other arguments and results; indrik/web/binding.hpp completes it.
template <class Function>
struct Binding;
template <class Function>
concept Bindable = requires {
    sizeof(Binding<Function>);
};
}  // namespace detail

/// A callable that answers requests. Lifetime: kept as long as its route, so a lambda's captures live as long.
class Handler {
public:
    template <class Function>
    requires(!std::same_as<std::remove_cvref_t<Function>, Handler>)
        // NOLINTNEXTLINE(google-explicit-constructor): any callable is a handler
        Handler(Function function) {
        if constexpr (CoroutineHandler<Function>) {
            coroutine_ = std::move(function);
        } else if constexpr (PlainHandler<Function>) {
            plain_ = std::move(function);
        } else {
            static_assert(detail::Bindable<Function>,
                          "a handler is called with (web::Request&) and returns "
                          "indrik::Task<web::Response> or web::Response; "
                          "with indrik/web/binding.hpp, it may take and return more");
            if constexpr (detail::Bindable<Function>) {
                *this = detail::Binding<Function>::bind(std::move(function));
            }
        }
    }

    /// Whether it calls something: false for a null pointer or an empty std::function.
    explicit operator bool() const { return plain_ || coroutine_; }
    bool is_plain() const { return static_cast<bool>(plain_); }
    /// REQUIRES: is_plain()
    Response call(Request& request) const { return plain_(request); }
    /// For either kind.
    Task<Response> operator()(Request& request) const {
        return is_plain() ? call_plain(*this, request) : coroutine_(request);
    }

    /// What it takes the variables of its route's path as, all of them; none if it does not ask for them as arguments.
    std::span<const PathType> path_types() const { return path_types_; }
    /// For a handler that calls another one.
    Handler& take_path_of(const Handler& other) {
        path_types_ = other.path_types_;
        return *this;
    }

    /// The callable itself, if it is a coroutine of that type; otherwise nullptr.
    template <class Function>
    const Function* target() const {
        return coroutine_.template target<Function>();
    }

private:
    template <class Function>
    friend struct detail::Binding;
    static Task<Response> call_plain(const Handler& handler, Request& request);

    std::function<Task<Response>(Request&)> coroutine_;
    std::function<Response(Request&)> plain_;
    std::span<const PathType> path_types_;  // static
};

/// The same handler, cancelled when its client goes away; what was to be answered is 499 then, for the access log.
Handler cancel_on_disconnect(Handler handler);

class Next;
/// Wraps every handler of an application; the first one added is the outermost.
using Middleware = std::function<Task<Response>(Request&, Next)>;

/// What comes after a middleware: the next one, or the handler. A value of three pointers. Lifetime: until the request ends.
class Next {
public:
    Next(const Middleware* begin, const Middleware* end, const Handler& handler)
        : current_(begin), end_(end), handler_(&handler) {}

    Task<Response> operator()(Request& request) const {
        if (current_ == end_) return (*handler_)(request);
        return (*current_)(request, Next(current_ + 1, end_, *handler_));
    }

private:
    const Middleware* current_;
    const Middleware* end_;
    const Handler* handler_;
};

}  // namespace indrik::web
