#pragma once
// From a request to the arguments of a handler.

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "indrik/json/described.hpp"
#include "indrik/json/parameters.hpp"
#include "indrik/web/form_data.hpp"
#include "indrik/web/path_type.hpp"
#include "indrik/web/request.hpp"

namespace indrik::web {
template <class T>
class Query;
template <class T>
class Json;
template <class T>
class Form;
template <const auto& kKey>
class State;
}  // namespace indrik::web

namespace indrik::web::detail {

enum class Source { Unknown, Request, Path, Query, Json, Form, State };

template <class T>
concept PathValue = json::detail::Scalar<T> || std::same_as<T, std::string_view>;

/// Where an argument of type T (without reference) comes from.
template <class T>
inline constexpr Source kSource = PathValue<T> ? Source::Path : Source::Unknown;
template <>
inline constexpr Source kSource<Request> = Source::Request;
template <class T>
inline constexpr Source kSource<Query<T>> = Source::Query;
template <class T>
inline constexpr Source kSource<Json<T>> = Source::Json;
template <class T>
inline constexpr Source kSource<Form<T>> = Source::Form;
template <const auto& kKey>
inline constexpr Source kSource<State<kKey>> = Source::State;

template <class Argument>
inline constexpr Source kSourceOf = kSource<std::remove_cvref_t<Argument>>;
template <class Argument>
inline constexpr bool kIsBody =
    kSourceOf<Argument> == Source::Json || kSourceOf<Argument> == Source::Form;
template <class Argument>
inline constexpr bool kIsPath = kSourceOf<Argument> == Source::Path;
/// What a variable of the path has to be for an argument of type T.
template <class T>
consteval PathType path_type_of() {
    if (json::detail::Boolean<T>) return PathType::Boolean;
    if (json::detail::Integer<T> || json::detail::Real<T>) return PathType::Number;
    if (json::detail::Identifier<T>) return PathType::UUID;
    if (json::detail::Time<T>) return PathType::Time;
    return json::DescribedEnum<T> ? PathType::Enumeration : PathType::Text;
}

/// Those of the arguments that come from the path, in their order.
template <class... Arguments>
consteval auto make_path_types() {
    std::array<PathType, (std::size_t{kIsPath<Arguments>} + ... + 0)> types{};
    [[maybe_unused]] std::size_t count = 0;
    ((kIsPath<Arguments> ? void(types[count++] = path_type_of<std::remove_cvref_t<Arguments>>())
                         : void()),
     ...);
    return types;
}
template <class... Arguments>
inline constexpr auto kPathTypes = make_path_types<Arguments...>();

template <class Argument>
inline constexpr bool kIsKnown = kSourceOf<Argument> != Source::Unknown;
/// Parameters have names: only a struct holds them.
template <class T>
inline constexpr bool kHoldsDescribed = true;
template <class T>
inline constexpr bool kHoldsDescribed<Query<T>> = json::Described<T>;
template <class T>
inline constexpr bool kHoldsDescribed<Form<T>> = json::Described<T>;
/// Requests are lent; all else belongs to the handler, by value, or for the time of the call, by reference to const.
template <class Argument>
inline constexpr bool kIsPassedWell =
    kSourceOf<Argument> == Source::Request
        ? std::is_lvalue_reference_v<Argument>
        : !std::is_reference_v<Argument> || std::is_const_v<std::remove_reference_t<Argument>>;

/// Ends the request with 400 or 422 and a body of RFC 9457 that names each field.
[[noreturn]] void refuse(std::string_view where, const json::Problems& problems);
/// Errors: HTTPNotFound.
[[noreturn]] void refuse_path();
/// The variable's text. Errors: std::logic_error if the route has not exactly `count`.
std::string_view path_text(const Request& request, std::size_t index, std::size_t count);
/// Errors: HTTPUnsupportedMediaType.
void require_json(const Request& request);
void require_form(const Request& request);

template <class T>
T taken(json::Decoded<T>&& decoded, std::string_view where) {
    if (!decoded) refuse(where, decoded.error());
    return std::move(*decoded);
}

template <class T>
T path_value(std::string_view text) {
    if constexpr (std::same_as<T, std::string_view>) {
        return text;
    } else {
        auto value = json::from_parameter<T>(text);
        if (!value) refuse_path();
        return std::move(*value);
    }
}

/// What an argument is kept as between the request and the call.
template <class Argument>
using Kept = std::
    conditional_t<kSourceOf<Argument> == Source::Request, Request*, std::remove_cvref_t<Argument>>;

/// The argument, but for bodies, which are read later. `index` counts the arguments from the path, of which there are `count`.
template <class Argument>
Kept<Argument> make_argument(Request& request, std::size_t& index, std::size_t count) {
    using T = std::remove_cvref_t<Argument>;
    if constexpr (kSourceOf<Argument> == Source::Request) {
        return &request;
    } else if constexpr (kSourceOf<Argument> == Source::Path) {
        return path_value<T>(path_text(request, index++, count));
    } else if constexpr (kSourceOf<Argument> == Source::Query) {
        return T(taken(json::from_parameters<typename T::Value>(request.query()), "query"));
    } else if constexpr (kSourceOf<Argument> == Source::State) {
        return T(request.app());
    } else {
        return T();
    }
}

/// The argument as the handler takes it.
template <class Argument>
decltype(auto) pass(Kept<Argument>& kept) {
    if constexpr (kSourceOf<Argument> == Source::Request) {
        return static_cast<Request&>(*kept);
    } else if constexpr (std::is_reference_v<Argument>) {
        return static_cast<const Kept<Argument>&>(kept);
    } else {
        return std::move(kept);
    }
}

/// Puts the body that was read into its argument; nothing to do for others.
template <class Argument, class Body>
void fill(Kept<Argument>& kept, const Body& body) {
    using T = Kept<Argument>;
    if constexpr (kSourceOf<Argument> == Source::Json) {
        kept = T(taken(json::from_text<typename T::Value>(body), "body"));
    } else if constexpr (kSourceOf<Argument> == Source::Form) {
        kept = T(taken(json::from_parameters<typename T::Value>(body), "form"));
    }
}

}  // namespace indrik::web::detail
