#pragma once
// Structs and enumerations that know the names of their parts (Boost.Describe).
//
//   enum class Colour { red, green };
//   INDRIK_DESCRIBE_ENUM(Colour, red, green)
//
//   struct Project {
//       int id = 0;
//       std::string title;
//       std::optional<std::string> note;
//       std::vector<Colour> colours;
//   };
//   INDRIK_DESCRIBE(Project, id, title, note, colours)
//
// The macros stand in the namespace of the type. What describes a struct once serves JSON texts (described.hpp) and
// the parameters of queries and forms (parameters.hpp) alike.

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>

/// Names the public members of a struct without bases; with bases: BOOST_DESCRIBE_STRUCT(Type, (Base), (member...)).
#define INDRIK_DESCRIBE(Type, ...) BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))
/// Names the values of an enumeration.
#define INDRIK_DESCRIBE_ENUM(Type, ...) BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)

namespace indrik::json {

/// How a described struct departs from the defaults. It says so itself:
///   static constexpr json::StructOptions json_options = json::StructOptions().keep_defaults();
class StructOptions {
public:
    /// Members that are missing keep what the default constructor gave them; otherwise all but std::optional are required.
    constexpr StructOptions keep_defaults(bool keep = true) const {
        StructOptions changed = *this;
        changed.keeps_defaults_ = keep;
        return changed;
    }
    /// Members that are not described are errors; otherwise they are ignored.
    constexpr StructOptions refuse_unknown(bool refuse = true) const {
        StructOptions changed = *this;
        changed.refuses_unknown_ = refuse;
        return changed;
    }
    /// Empty std::optionals are left out when writing; otherwise they are null.
    constexpr StructOptions omit_empty(bool omit = true) const {
        StructOptions changed = *this;
        changed.omits_empty_ = omit;
        return changed;
    }

    constexpr bool keeps_defaults() const { return keeps_defaults_; }
    constexpr bool refuses_unknown() const { return refuses_unknown_; }
    constexpr bool omits_empty() const { return omits_empty_; }

private:
    bool keeps_defaults_ = false;
    bool refuses_unknown_ = false;
    bool omits_empty_ = false;
};

/// A struct whose members are described.
template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// An enumeration whose values are described.
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
constexpr StructOptions struct_options() {
    if constexpr (requires { T::json_options; }) {
        return T::json_options;
    } else {
        return StructOptions();
    }
}

namespace detail {

template <class List>
struct Items;
template <template <class...> class List, class... Descriptors>
struct Items<List<Descriptors...>> {
    static constexpr std::size_t kSize = sizeof...(Descriptors);

    /// function(descriptor...), each a type with `name` and `pointer` or `value`.
    template <class Function>
    static constexpr decltype(auto) apply(Function&& function) {
        return function(Descriptors()...);
    }
};

/// The public members of a struct, those of its described bases first.
template <Described T>
using Members =
    Items<boost::describe::
              describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>>;
template <DescribedEnum T>
using Enumerators = Items<boost::describe::describe_enumerators<T>>;

/// The type of the member that a descriptor names.
template <class T, class Descriptor>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*Descriptor::pointer)>;

/// The name of a value; "" if it has none.
template <DescribedEnum T>
constexpr std::string_view enumerator_name(T value) {
    return Enumerators<T>::apply([value](auto... enumerator) {
        std::string_view name;
        static_cast<void>(((value == enumerator.value && (name = enumerator.name, true)) || ...));
        return name;
    });
}

template <DescribedEnum T>
constexpr bool find_enumerator(std::string_view name, T& value) {
    return Enumerators<T>::apply([name, &value](auto... enumerator) {
        return ((name == enumerator.name && (value = enumerator.value, true)) || ...);
    });
}

}  // namespace detail
}  // namespace indrik::json
