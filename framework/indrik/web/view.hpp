#pragma once
// Class-based views: the methods of one path as the methods of a class.
//
//   class ProjectView : public web::View {
//   public:
//       Task<web::Response> get();                 // answers GET and HEAD
//       http::Status delete_(int id);              // `delete` is a keyword; with indrik/web/binding.hpp
//   };
//   app.add_routes({web::view<ProjectView>("/projects/{id:int}").name("project")});
//
// Each request has an object of its own, made by the default constructor. Its methods take and return what handlers do
// (binding.hpp); those that the class does not have are answered by 405.

#include <concepts>
#include <functional>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "indrik/web/detail/signature.hpp"
#include "indrik/web/route_def.hpp"

namespace indrik::web {

namespace detail {
struct ViewAccess;
}

/// The base of views. Lifetime: an object lives until its method has returned its response.
class View {
public:
    Request& request() const { return *request_; }

protected:
    View() = default;
    ~View() = default;

private:
    friend detail::ViewAccess;
    Request* request_ = nullptr;
};

namespace detail {

struct ViewAccess {
    static void attach(View& view, Request& request) { view.request_ = &request; }
};

// One type for each name of a method that a view may have.
struct ViewGet {
    static constexpr std::string_view kMethod = "GET";
    template <class T>
    static auto pointer() -> decltype(&T::get) {
        return &T::get;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.get();
    };
};
struct ViewHead {
    static constexpr std::string_view kMethod = "HEAD";
    template <class T>
    static auto pointer() -> decltype(&T::head) {
        return &T::head;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.head();
    };
};
struct ViewPost {
    static constexpr std::string_view kMethod = "POST";
    template <class T>
    static auto pointer() -> decltype(&T::post) {
        return &T::post;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.post();
    };
};
struct ViewPut {
    static constexpr std::string_view kMethod = "PUT";
    template <class T>
    static auto pointer() -> decltype(&T::put) {
        return &T::put;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.put();
    };
};
struct ViewPatch {
    static constexpr std::string_view kMethod = "PATCH";
    template <class T>
    static auto pointer() -> decltype(&T::patch) {
        return &T::patch;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.patch();
    };
};
struct ViewDelete {
    static constexpr std::string_view kMethod = "DELETE";
    template <class T>
    static auto pointer() -> decltype(&T::delete_) {
        return &T::delete_;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.delete_();
    };
};
struct ViewOptions {
    static constexpr std::string_view kMethod = "OPTIONS";
    template <class T>
    static auto pointer() -> decltype(&T::options) {
        return &T::options;
    }
    template <class T>
    static constexpr bool kIsCallable = requires(T& view) {
        view.options();
    };
};

/// Whether a view has the method, and anybody may call it.
template <class T, class Method>
concept HasViewMethod = std::is_member_function_pointer_v<decltype(Method::template pointer<T>())>;

/// A method of a view as a handler: it takes what the method takes, and the request that the view is made for.
template <class T, class Method, class Returned, class... Arguments>
struct ViewFunction {
    // What a method returns by reference may be the view's own.
    using Result = std::remove_cvref_t<Returned>;

    Result operator()(Request& request, Arguments... arguments) const {
        if constexpr (Awaited<Result>::kIsTask) {
            return run(request, std::forward<Arguments>(arguments)...);
        } else {
            T view;
            ViewAccess::attach(view, request);
            return std::invoke(
                Method::template pointer<T>(), view, std::forward<Arguments>(arguments)...);
        }
    }

private:
    /// The view lives in this coroutine.
    static Result run(Request& request, Arguments... arguments) {
        T view;
        ViewAccess::attach(view, request);
        Result task =
            std::invoke(Method::template pointer<T>(), view, std::forward<Arguments>(arguments)...);
        co_return co_await std::move(task);
    }
};

template <class T, class Method>
Handler make_view_handler() {
    using Member = decltype(Method::template pointer<T>());
    return CallOperator<Member>::apply([]<class... Arguments>() {
        using Returned = typename CallOperator<Member>::Result;
        return Handler(ViewFunction<T, Method, Returned, Arguments...>());
    });
}

template <class T, class Method>
void add_view_method(std::vector<RouteDefinition>& routes,
                     std::string_view path,
                     std::source_location place) {
    if constexpr (HasViewMethod<T, Method>) {
        routes.emplace_back(Method::kMethod, path, make_view_handler<T, Method>(), place);
    } else {
        static_assert(!Method::template kIsCallable<T>,
                      "a method of a view is a member function that is neither static, nor "
                      "overloaded, nor a template");
    }
}

template <class T, class... Methods>
RouteDefinition make_view(std::string_view path, std::source_location place) {
    static_assert((HasViewMethod<T, Methods> || ...) || (Methods::template kIsCallable<T> || ...),
                  "a view has at least one public method get, head, post, put, patch, delete_ or "
                  "options that is neither overloaded nor a template");
    std::vector<RouteDefinition> routes;
    (add_view_method<T, Methods>(routes, path, place), ...);
    return RouteDefinition(std::move(routes));
}

}  // namespace detail

/// The routes of a view: one for each of its methods.
template <class T>
RouteDefinition view(std::string_view path,
                     std::source_location place = std::source_location::current()) {
    static_assert(std::derived_from<T, View>, "a view is derived from web::View, publicly");
    static_assert(std::is_default_constructible_v<T>, "a view is made without arguments");
    using namespace detail;
    // HEAD before GET, which would take it otherwise.
    return make_view<T, ViewHead, ViewGet, ViewPost, ViewPut, ViewPatch, ViewDelete, ViewOptions>(
        path, place);
}

}  // namespace indrik::web
