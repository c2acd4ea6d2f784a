#pragma once
// From what a handler returns to a response.

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "indrik/json/described.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web::detail {

template <class T>
inline constexpr bool kIsResult =
    std::convertible_to<T, Response> || std::same_as<T, http::Status> || json::detail::Text<T> ||
    json::Described<T> || json::detail::AnyValue<T> || json::detail::Map<T> ||
    json::detail::Sequence<T>;
template <>
inline constexpr bool kIsResult<void> = false;
template <class T>
inline constexpr bool kIsResult<std::optional<T>> = kIsResult<T>;
template <class... Ts>
inline constexpr bool kIsResult<std::variant<Ts...>> = (kIsResult<Ts> && ...);

template <class T>
Response respond(T result) {
    if constexpr (std::convertible_to<T, Response>) {
        return static_cast<Response>(std::move(result));
    } else if constexpr (std::same_as<T, http::Status>) {
        return Response(result);
    } else if constexpr (json::detail::Text<T>) {
        return Response().text(std::string(std::move(result)));
    } else if constexpr (json::detail::Optional<T>) {
        if (!result) throw HTTPNotFound();
        return respond(std::move(*result));
    } else if constexpr (json::detail::Variant<T>) {
        return std::visit([](auto& alternative) { return respond(std::move(alternative)); },
                          result);
    } else {
        return Response().json_text(json::to_text(result));
    }
}

}  // namespace indrik::web::detail
