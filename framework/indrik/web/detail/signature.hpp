#pragma once
// What a callable takes and returns.

#include "indrik/core/task.hpp"

namespace indrik::web::detail {

/// What a Task<T> will return; T itself otherwise.
template <class T>
struct Awaited {
    using Type = T;
    static constexpr bool kIsTask = false;
};
template <class T>
struct Awaited<Task<T>> {
    using Type = T;
    static constexpr bool kIsTask = true;
};

template <class R, class... Arguments>
struct SignatureOf {
    using Result = R;
    /// function.operator()<Arguments...>()
    template <class Function>
    static constexpr decltype(auto) apply(Function&& function) {
        return function.template operator()<Arguments...>();
    }
};

template <class Member>
struct CallOperator;
template <class R, class C, class... A>
struct CallOperator<R (C::*)(A...)> : SignatureOf<R, A...> {};
template <class R, class C, class... A>
struct CallOperator<R (C::*)(A...) const> : SignatureOf<R, A...> {};
template <class R, class C, class... A>
struct CallOperator<R (C::*)(A...) noexcept> : SignatureOf<R, A...> {};
template <class R, class C, class... A>
struct CallOperator<R (C::*)(A...) const noexcept> : SignatureOf<R, A...> {};

/// Of a function or an object with one call operator that is no template.
template <class Function>
struct Signature : CallOperator<decltype(&Function::operator())> {};
template <class R, class... A>
struct Signature<R (*)(A...)> : SignatureOf<R, A...> {};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : SignatureOf<R, A...> {};

template <class Function>
inline constexpr bool kHasSignature = requires {
    &Function::operator();
};
template <class R, class... A>
inline constexpr bool kHasSignature<R (*)(A...)> = true;
template <class R, class... A>
inline constexpr bool kHasSignature<R (*)(A...) noexcept> = true;

}  // namespace indrik::web::detail
