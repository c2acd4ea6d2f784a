#pragma once
// The parameters of a query or form to a described struct.
//
//   struct Filter {
//       std::string q;
//       std::optional<int> page;
//       std::vector<Colour> colour;
//   };
//   INDRIK_DESCRIBE(Filter, q, page, colour)
//
//   auto filter = json::from_parameters<Filter>(request.query());     // q=a&colour=red&colour=green
//
// Members are texts, numbers, booleans ("true", "1", "on", "yes" and their opposites), enumerations, times and UUIDs, or
// std::optional or sequences of these. A sequence takes every parameter of its name, be it none; all else may be given
// once, and is required unless it is optional or the struct keeps defaults (StructOptions). For an optional that is no text,
// "" is nothing: so browsers send fields that were left empty.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/json/describe.hpp"
#include "indrik/json/detail/convert.hpp"
#include "indrik/json/problems.hpp"

namespace indrik::json {
namespace detail {

using Parameter = std::pair<std::string_view, std::string_view>;
using Parameters = std::span<const Parameter>;

/// The next parameter of that name, which `rest` begins behind then; null if there is none.
const Parameter* find_parameter(Parameters& rest, std::string_view name);
/// The parameter of that name, if it is given once; reports it if more often.
const Parameter* find_single(Parameters all,
                             std::string_view name,
                             const Path& path,
                             Problems& problems);
/// Reports every parameter of another name, once.
void report_unknown(Parameters all, std::span<const std::string_view> names, Problems& problems);

template <Scalar T>
bool read_parameter(std::string_view text, T& value, const Path& path, Problems& problems) {
    const bool is_good = convert_text(text, value);
    if (!is_good) problems.add(path, expectation<T>());
    return is_good;
}

/// Replaces the items, if there is a parameter of that name at all.
template <Sequence T>
bool read_repeated(
    Parameters rest, std::string_view name, T& items, const Path& path, Problems& problems) {
    std::size_t index = 0;
    while (const Parameter* const parameter = find_parameter(rest, name)) {
        if (index == 0) items.clear();
        typename T::value_type item{};
        if (read_parameter(parameter->second, item, Path(path, index++), problems)) {
            items.insert(items.end(), std::move(item));
        }
    }
    return index != 0;
}

template <class T>
inline constexpr bool kIsParameter = Scalar<T>;
template <Sequence T>
inline constexpr bool kIsParameter<T> = Scalar<typename T::value_type>;
template <class T>
inline constexpr bool kIsParameter<std::optional<T>> = Scalar<T>;

template <class T, class Descriptor>
void read_parameter_member(Parameters all, T& value, const Path& root, Problems& problems) {
    using Member = MemberType<T, Descriptor>;
    constexpr bool kIsGood = kIsParameter<Member>;
    static_assert(kIsGood,
                  "a parameter is a text, number, boolean, enumeration, time or UUID, or a "
                  "std::optional or sequence of one");
    constexpr bool kMayBeMissing = Optional<Member> || struct_options<T>().keeps_defaults();
    Member& member = value.*Descriptor::pointer;
    const Path path(root, Descriptor::name);
    if constexpr (!kIsGood) {
        return;
    } else if constexpr (Sequence<Member>) {
        const bool is_found = read_repeated(all, Descriptor::name, member, path, problems);
        if (!is_found && !struct_options<T>().keeps_defaults()) member.clear();
    } else if (const Parameter* const found = find_single(all, Descriptor::name, path, problems)) {
        if constexpr (!Optional<Member>) {
            read_parameter(found->second, member, path, problems);
        } else if (!OwnedText<typename Member::value_type> && found->second.empty()) {
            member.reset();
        } else {
            read_parameter(found->second, member.emplace(), path, problems);
        }
    } else if (!kMayBeMissing) {
        problems.add(path, "is required");
    }
}

template <Described T>
Decoded<T> from_parameter_list(Parameters all) {
    T value{};
    Problems problems;
    const Path root;
    Members<T>::apply([&]<class... Descriptor>(Descriptor...) {
        (read_parameter_member<T, Descriptor>(all, value, root, problems), ...);
        if constexpr (struct_options<T>().refuses_unknown()) {
            const std::array<std::string_view, sizeof...(Descriptor)> names{Descriptor::name...};
            report_unknown(all, names, problems);
        }
    });
    if (!problems.empty()) return problems;
    return value;
}

}  // namespace detail

/// One value alone, such as a segment of a path; nothing if it is no T.
template <class T>
requires detail::Scalar<T> std::optional<T> from_parameter(std::string_view text) {
    std::optional<T> value(std::in_place);
    if (!detail::convert_text(text, *value)) value.reset();
    return value;
}

/// `parameters` is any range of pairs of texts: http::QueryParameters, a std::multimap. Errors: one for each wrong field, by its
/// name ("/page").
template <Described T, class Range>
Decoded<T> from_parameters(const Range& parameters) {
    std::vector<detail::Parameter> all;
    for (const auto& [name, value] : parameters) all.emplace_back(name, value);
    return detail::from_parameter_list<T>(all);
}

}  // namespace indrik::json
