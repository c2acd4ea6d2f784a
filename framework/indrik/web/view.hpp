#pragma once
// Class-based views: the methods of one path as the methods of a class.
//
//   class ProjectView : public web::View {
//   public:
//       Task<web::Response> get();                 // answers GET and HEAD
//       web::Response delete_();                   // `delete` is a keyword
//   };
//   app.add_routes({web::view<ProjectView>("/projects/{id:int}").name("project")});
//
// Each request has an object of its own, made by the default constructor. Methods that the class does not have are answered by
// 405.

#include <concepts>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

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
    static auto call(auto& view) -> decltype(view.get()) { return view.get(); }
};
struct ViewHead {
    static constexpr std::string_view kMethod = "HEAD";
    static auto call(auto& view) -> decltype(view.head()) { return view.head(); }
};
struct ViewPost {
    static constexpr std::string_view kMethod = "POST";
    static auto call(auto& view) -> decltype(view.post()) { return view.post(); }
};
struct ViewPut {
    static constexpr std::string_view kMethod = "PUT";
    static auto call(auto& view) -> decltype(view.put()) { return view.put(); }
};
struct ViewPatch {
    static constexpr std::string_view kMethod = "PATCH";
    static auto call(auto& view) -> decltype(view.patch()) { return view.patch(); }
};
struct ViewDelete {
    static constexpr std::string_view kMethod = "DELETE";
    static auto call(auto& view) -> decltype(view.delete_()) { return view.delete_(); }
};
struct ViewOptions {
    static constexpr std::string_view kMethod = "OPTIONS";
    static auto call(auto& view) -> decltype(view.options()) { return view.options(); }
};

template <class T, class Method>
concept HasViewMethod = requires(T& view) {
    Method::call(view);
};

template <class T, class Method>
Task<Response> run_view(Request& request) {
    T view;
    ViewAccess::attach(view, request);
    co_return co_await Method::call(view);
}

template <class T, class Method>
Response call_view(Request& request) {
    T view;
    ViewAccess::attach(view, request);
    return Method::call(view);
}

template <class T, class Method>
void add_view_method(std::vector<RouteDefinition>& routes,
                     std::string_view path,
                     std::source_location place) {
    if constexpr (HasViewMethod<T, Method>) {
        using Result = decltype(Method::call(std::declval<T&>()));
        constexpr bool kWaits = std::same_as<Result, Task<Response>>;
        static_assert(kWaits || std::convertible_to<Result, Response>,
                      "the methods of a view take nothing and return indrik::Task<web::Response> "
                      "or web::Response");
        if constexpr (kWaits) {
            routes.emplace_back(Method::kMethod, path, Handler(&run_view<T, Method>), place);
        } else {
            routes.emplace_back(Method::kMethod, path, Handler(&call_view<T, Method>), place);
        }
    }
}

template <class T, class... Methods>
RouteDefinition make_view(std::string_view path, std::source_location place) {
    static_assert((HasViewMethod<T, Methods> || ...),
                  "a view has at least one public method get, head, post, put, patch, delete_ or "
                  "options, without arguments");
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
