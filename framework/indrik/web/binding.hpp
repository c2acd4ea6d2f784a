#pragma once
// Handlers as plain functions: what they take comes from the request, what they return becomes the response.
//
//   struct Filter { std::string q; std::optional<int> page; };
//   INDRIK_DESCRIBE(Filter, q, page)
//   struct NewProject { std::string title; };
//   INDRIK_DESCRIBE(NewProject, title)
//   inline const web::AppKey<Database> kDatabase{"database"};
//
//   Task<std::vector<Project>> list(web::Query<Filter> filter, web::State<kDatabase> database);
//   Task<std::optional<Project>> show(int id, web::State<kDatabase> database);          // 404 if there is none
//   Task<Project> create(web::Json<NewProject> project, web::State<kDatabase> database);
//
//   app.add_routes({
//       web::get("/projects", list),
//       web::get("/projects/{id:int}", show),
//       web::post("/projects", create),
//       web::get("/ping", [] { return "pong"; }),
//   });
//
// A handler takes, in any order:
//   Request&                  the request
//   Query<T>                  the parameters of its query   (T described: json/describe.hpp)
//   Json<T> or Form<T>        its body, which is read before the handler is called
//   State<kKey>               a value of the application, by its AppKey
//   numbers, bool, std::string, std::string_view, UUID, sys_seconds, described enumerations: the variables of the path, all
//                             of them, in their order
// and returns, or returns a Task of:
//   Response; http::Status; text (text/plain); described structs, json::Value, sequences and maps (JSON); std::optional of these
//   (404 if empty); std::variant of these.
//
// A route whose path has not as many variables as its handler takes, or one that can never be of the type ({id:uuid} as an int),
// is an error when it is added.
//
// A path whose variable is no value of its type (or too large for it) is not found: 404. A query, form or JSON body that is
// well-formed but not what T says is 422, malformed JSON is 400, another content type 415; the answer is a problem of RFC 9457
// whose `errors` name each field: {"in": "body", "field": "/title", "message": "is required"}.
//
// Lifetime: as that of Request: std::string_views and State until the handler has returned. A handler that returns a Task takes
// everything but Request& by value.

#include <cstddef>
#include <type_traits>
#include <utility>

#include "indrik/web/application.hpp"
#include "indrik/web/detail/arguments.hpp"
#include "indrik/web/detail/bound_function.hpp"
#include "indrik/web/detail/results.hpp"
#include "indrik/web/detail/signature.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/json_response.hpp"

namespace indrik::web {
namespace detail {

/// A value that an argument holds; `*` and `->` give it.
template <class T>
class Held {
public:
    using Value = T;
    Held() = default;
    explicit Held(T value) : value_(std::move(value)) {}
    T& operator*() { return value_; }
    const T& operator*() const { return value_; }
    T* operator->() { return &value_; }
    const T* operator->() const { return &value_; }

private:
    T value_{};
};

template <class T>
std::type_identity<T> value_of_key(const StorageKey<T>&);

}  // namespace detail

/// The parameters of the query.
template <class T>
class Query : public detail::Held<T> {
    using detail::Held<T>::Held;
};
/// The body as JSON, whose content type must say so: a described struct, or whatever else has a JSON form.
template <class T>
class Json : public detail::Held<T> {
    using detail::Held<T>::Held;
};
/// The body as a form, urlencoded or multipart; files are read by request.post().
template <class T>
class Form : public detail::Held<T> {
    using detail::Held<T>::Held;
};

/// What the application stores under a key. Errors: std::out_of_range that names the key, which is a 500.
template <const auto& kKey>
class State {
public:
    using Value = typename decltype(detail::value_of_key(kKey))::type;
    explicit State(Application& application) : value_(&application.get(kKey)) {}
    Value& operator*() const { return *value_; }
    Value* operator->() const { return value_; }

private:
    Value* value_;
};

namespace detail {

/// Tells, by what it asserts, what a handler may look like.
template <class Function>
struct Binding {
    static Handler bind(Function function) {
        static_assert(
            kHasSignature<Function>,
            "a handler is a function or an object with one operator() that is no template; "
            "a generic lambda takes (web::Request&) alone and returns web::Response or "
            "indrik::Task<web::Response>");
        if constexpr (kHasSignature<Function>) {
            return Signature<Function>::apply([&]<class... Arguments>() {
                return bind_arguments<Arguments...>(std::move(function));
            });
        } else {
            return bind_nothing();
        }
    }

private:
    template <class... Arguments>
    static Handler bind_arguments(Function function) {
        using Returned = Awaited<typename Signature<Function>::Result>;
        constexpr bool kTakesWell = (kIsKnown<Arguments> && ...);
        constexpr bool kHoldsWell = (kHoldsDescribed<std::remove_cvref_t<Arguments>> && ...);
        constexpr bool kPassesWell =
            ((!kIsKnown<Arguments> || kIsPassedWell<Arguments>)&&...) &&
            (!Returned::kIsTask ||
             ((kSourceOf<Arguments> == Source::Request || !std::is_reference_v<Arguments>)&&...));
        constexpr bool kHasOneBody = (int{kIsBody<Arguments>} + ... + 0) <= 1;
        constexpr bool kReturnsWell = kIsResult<std::remove_cvref_t<typename Returned::Type>>;
        static_assert(
            kTakesWell,
            "a handler takes, in any order: web::Request&, web::Query<T>, web::Json<T> or "
            "web::Form<T> of a described struct T, web::State<kKey>, and for the variables of "
            "the path numbers, bool, std::string, std::string_view, indrik::UUID, "
            "std::chrono::sys_seconds or described enumerations");
        static_assert(kHoldsWell,
                      "the T of web::Query<T> and web::Form<T> is a struct that INDRIK_DESCRIBE "
                      "describes");
        static_assert(
            kPassesWell,
            "a handler takes web::Request& by reference, and all else by value (or, if it "
            "returns no Task, by reference to const)");
        static_assert(kHasOneBody,
                      "a handler takes one web::Json or web::Form: a request has one body");
        static_assert(
            kReturnsWell,
            "a handler returns, or returns an indrik::Task of: web::Response, http::Status, text, "
            "a described struct, json::Value, a sequence or map of these, or a std::optional or "
            "std::variant of these; for 'nothing', return http::Status::NoContent");
        if constexpr (kTakesWell && kHoldsWell && kPassesWell && kHasOneBody && kReturnsWell) {
            Handler handler(BoundFunction<Function, Arguments...>(std::move(function)));
            handler.path_types_ = kPathTypes<Arguments...>;
            return handler;
        } else {
            return bind_nothing();
        }
    }

    /// Behind a failed assertion: keeps the compiler from saying more.
    static Handler bind_nothing() {
        return Handler([](Request&) { return Response(); });
    }
};

}  // namespace detail
}  // namespace indrik::web
