#pragma once
// A handler's function behind the one form that Handler calls.

#include <cstddef>
#include <functional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "indrik/core/task.hpp"
#include "indrik/web/detail/arguments.hpp"
#include "indrik/web/detail/results.hpp"
#include "indrik/web/detail/signature.hpp"

namespace indrik::web::detail {

/// A handler's function with the arguments it takes. Lifetime: kept by its Handler, so it outlives the requests.
template <class Function, class... Arguments>
class BoundFunction {
    using Returned = typename Signature<Function>::Result;
    using Result = std::remove_cvref_t<typename Awaited<Returned>::Type>;
    using Values = std::tuple<Kept<Arguments>...>;
    static constexpr bool kReturnsTask = Awaited<Returned>::kIsTask;
    static constexpr bool kReadsBody = (kIsBody<Arguments> || ...);
    static constexpr bool kReadsJson = ((kSourceOf<Arguments> == Source::Json) || ...);
    static constexpr std::size_t kPathCount = (std::size_t{kIsPath<Arguments>} + ... + 0);

public:
    explicit BoundFunction(Function function) : function_(std::move(function)) {}

    std::conditional_t<kReturnsTask || kReadsBody, Task<Response>, Response> operator()(
        Request& request) {
        if constexpr (kReadsBody) {
            return answer_body(*this, request);
        } else if constexpr (kReturnsTask) {
            return answer_task(*this, request);
        } else {
            Values values = make_values(request);
            return respond<Result>(call(values));
        }
    }

private:
    Values make_values(Request& request) {
        [[maybe_unused]] std::size_t index = 0;
        return Values{make_argument<Arguments>(request, index, kPathCount)...};
    }

    Returned call(Values& values) {
        return std::apply(
            [this](auto&... value) -> Returned {
                return std::invoke(function_, pass<Arguments>(value)...);
            },
            values);
    }

    template <class Body>
    void fill_body(Values& values, const Body& body) {
        std::apply([&body](auto&... value) { (fill<Arguments>(value, body), ...); }, values);
    }

    // The coroutines take no arguments of the handler apart within a co_await (see style: g++ 12).

    static Task<Response> answer_task(BoundFunction& self, Request& request) {
        Values values = self.make_values(request);
        Returned task = self.call(values);
        Result result = co_await std::move(task);
        co_return respond<Result>(std::move(result));
    }

    static Task<Response> answer_body(BoundFunction& self, Request& request) {
        Values values = self.make_values(request);
        if constexpr (kReadsJson) {
            require_json(request);
            const std::string_view text = co_await request.text();
            self.fill_body(values, text);
        } else {
            require_form(request);
            const FormData form = co_await request.post();
            self.fill_body(values, form.texts());
        }
        if constexpr (kReturnsTask) {
            Returned task = self.call(values);
            Result result = co_await std::move(task);
            co_return respond<Result>(std::move(result));
        } else {
            co_return respond<Result>(self.call(values));
        }
    }

    Function function_;
};

}  // namespace indrik::web::detail
