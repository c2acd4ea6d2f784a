#pragma once
// Which types have a form in JSON, and which form that is.

#include <array>
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "indrik/core/uuid.hpp"
#include "indrik/json/describe.hpp"
#include "indrik/json/value.hpp"

namespace indrik::json::detail {

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
concept Boolean = std::same_as<T, bool>;
template <class T>
concept Integer = std::integral<T> && !Boolean<T> && !Character<T> && sizeof(T) <= 8;
template <class T>
concept Real = std::same_as<T, double> || std::same_as<T, float>;
template <class T>
concept OwnedText = std::same_as<T, std::string>;
template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <class T>
concept Time = std::same_as<T, std::chrono::sys_seconds>;
template <class T>
concept Identifier = std::same_as<T, UUID>;
template <class T>
concept AnyValue = std::same_as<T, Value>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
concept Optional = kIsOptional<T>;

template <class T>
inline constexpr bool kIsVariant = false;
template <class... Ts>
inline constexpr bool kIsVariant<std::variant<Ts...>> = true;
template <class T>
concept Variant = kIsVariant<T>;

template <class T>
inline constexpr bool kIsTuple = false;
template <class... Ts>
inline constexpr bool kIsTuple<std::tuple<Ts...>> = true;
template <class A, class B>
inline constexpr bool kIsTuple<std::pair<A, B>> = true;
template <class T, std::size_t kSize>
inline constexpr bool kIsTuple<std::array<T, kSize>> = true;
/// An array of exactly so many values.
template <class T>
concept Tuple = kIsTuple<T>;

/// An object of any names.
template <class T>
concept Map = !Described<T> && !AnyValue<T> && requires(T & map, std::string name) {
    typename T::mapped_type;
    requires std::constructible_from<std::string_view, const typename T::key_type&>;
    map.insert_or_assign(std::move(name), std::declval<typename T::mapped_type>());
    map.begin();
};

/// An array of any length that grows at its end (vector, list, deque) or anywhere (set).
template <class T>
concept Sequence = !Described<T> && !AnyValue<T> && !Text<T> && !Map<T> &&
                   requires(T & items, typename T::value_type item) {
    items.insert(items.end(), std::move(item));
    items.clear();
    items.begin();
};

/// What stands as a text in queries, forms and paths, too.
template <class T>
concept Scalar = Boolean<T> || Integer<T> || Real<T> || OwnedText<T> || DescribedEnum<T> ||
    Time<T> || Identifier<T>;

template <class T>
inline constexpr bool kHasNoForm = false;

}  // namespace indrik::json::detail

/// Said by the compiler to whoever describes a member of a type that JSON has no form for.
#define INDRIK_NO_JSON_FORM                                                                        \
    "this type has no JSON form: members may be bool, integers, float, double, std::string, "      \
    "std::chrono::sys_seconds, indrik::UUID, json::Value, enumerations of INDRIK_DESCRIBE_ENUM, "  \
    "structs of INDRIK_DESCRIBE, and std::optional, vector, list, deque, set, array, pair, tuple," \
    " variant and maps with std::string keys of these"
