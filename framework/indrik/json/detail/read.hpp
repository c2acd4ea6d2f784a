#pragma once
// Text to described values: one function a type. A value that cannot be read is reported and skipped, and reading goes on,
// so that one pass finds every mistake.

#include <array>
#include <string>
#include <utility>

#include "indrik/json/detail/convert.hpp"
#include "indrik/json/detail/decoder.hpp"
#include "indrik/json/detail/types.hpp"

namespace indrik::json::detail {

template <class T>
void read(Decoder& in, T& value, const Path& path);

/// Whether a value of that kind can become a T.
template <class T>
constexpr bool accepts(Kind kind) {
    if constexpr (AnyValue<T>) {
        return true;
    } else if constexpr (Optional<T>) {
        return kind == Kind::Null || accepts<typename T::value_type>(kind);
    } else if constexpr (std::same_as<T, std::monostate>) {
        return kind == Kind::Null;
    } else if constexpr (Boolean<T>) {
        return kind == Kind::Bool;
    } else if constexpr (Integer<T> || Real<T>) {
        return kind == Kind::Number;
    } else if constexpr (Scalar<T>) {
        return kind == Kind::Text;
    } else if constexpr (Described<T> || Map<T>) {
        return kind == Kind::Map;
    } else if constexpr (Variant<T>) {
        return [kind]<class... Ts>(std::type_identity<std::variant<Ts...>>) {
            return (accepts<Ts>(kind) || ...);
        }(std::type_identity<T>());
    } else {
        return kind == Kind::List;
    }
}

/// Takes the value of the member `name`, if that is this one.
template <class T, class Descriptor>
bool read_member(Decoder& in, T& value, std::string_view name, bool& is_found, const Path& path) {
    if (name != Descriptor::name) return false;
    const Path here(path, Descriptor::name);
    if (is_found) in.report(here, "is given twice");
    is_found = true;
    read(in, value.*Descriptor::pointer, here);
    return true;
}

/// A member that is missing may be optional, or keep its default.
template <class T, class Descriptor>
void check_member(Decoder& in, bool is_found, const Path& path) {
    if constexpr (!Optional<MemberType<T, Descriptor>> && !struct_options<T>().keeps_defaults()) {
        if (!is_found) in.report(Path(path, Descriptor::name), "is required");
    }
}

template <Described T>
void read_struct(Decoder& in, T& value, const Path& path) {
    if (!in.expect(Kind::Map, "expected an object", path) || !in.reader().begin_object()) return;
    Members<T>::apply([&]<class... Descriptor>(Descriptor...) {
        [[maybe_unused]] std::array<bool, sizeof...(Descriptor) + 1> found{};
        std::string space;
        while (in.is_going()) {
            const auto name = in.reader().next_member(space);
            if (!name) break;
            [[maybe_unused]] std::size_t index = 0;
            if ((read_member<T, Descriptor>(in, value, *name, found[index++], path) || ...))
                continue;
            if constexpr (struct_options<T>().refuses_unknown()) {
                in.report(Path(path, *name), "is not known");
            }
            in.reader().skip();
        }
        if (!in.is_going()) return;
        [[maybe_unused]] std::size_t index = 0;
        (check_member<T, Descriptor>(in, found[index++], path), ...);
    });
}

template <class T>
void read_array(Decoder& in, T& items, const Path& path) {
    items.clear();
    if (!in.expect(Kind::List, "expected an array", path) || !in.reader().begin_array()) return;
    for (std::size_t index = 0; in.is_going() && in.reader().next_element(); ++index) {
        typename T::value_type item{};
        read(in, item, Path(path, index));
        items.insert(items.end(), std::move(item));
    }
}

template <class T>
void read_tuple(Decoder& in, T& items, const Path& path) {
    constexpr std::size_t kSize = std::tuple_size_v<T>;
    const std::string expectation =
        "expected an array of " + std::to_string(kSize) + (kSize == 1 ? " element" : " elements");
    if (!in.expect(Kind::List, expectation, path) || !in.reader().begin_array()) return;
    std::size_t size = 0;
    bool has_next = in.reader().next_element();
    const auto read_item = [&](auto& item) {
        if (!has_next) return;
        read(in, item, Path(path, size++));
        has_next = in.is_going() && in.reader().next_element();
    };
    std::apply([&](auto&... item) { (read_item(item), ...); }, items);
    for (; has_next; ++size) has_next = in.reader().skip() && in.reader().next_element();
    if (in.is_going() && size != kSize) {
        in.report(path, expectation + ", got " + std::to_string(size));
    }
}

template <class T>
void read_map(Decoder& in, T& map, const Path& path) {
    map.clear();
    if (!in.expect(Kind::Map, "expected an object", path) || !in.reader().begin_object()) return;
    std::string space;
    while (in.is_going()) {
        const auto view = in.reader().next_member(space);
        if (!view) break;
        std::string name(*view);
        typename T::mapped_type value{};
        read(in, value, Path(path, name));
        map.insert_or_assign(std::move(name), std::move(value));
    }
}

/// One alternative, where several could become of such a value.
template <class T, class V>
bool try_alternative(Decoder& in, V& value, Kind kind, const Path& path) {
    if (!accepts<T>(kind) || !in.is_going()) return false;
    Decoder::Trial trial(in);
    T alternative{};
    read(in, alternative, path);
    if (!trial.finish()) return false;
    value = std::move(alternative);
    return true;
}

/// The only alternative, whose mistakes are worth telling.
template <class T, class V>
bool read_alternative(Decoder& in, V& value, Kind kind, const Path& path) {
    if (!accepts<T>(kind)) return false;
    T alternative{};
    read(in, alternative, path);
    value = std::move(alternative);
    return true;
}

/// The first alternative that the value fits.
template <class... Ts>
void read_variant(Decoder& in, std::variant<Ts...>& value, const Path& path) {
    const Kind kind = in.peek();
    if (kind == Kind::None) return;
    const int candidates = (int{accepts<Ts>(kind)} + ...);
    if (candidates == 1) {
        static_cast<void>((read_alternative<Ts>(in, value, kind, path) || ...));
        return;
    }
    if (candidates > 1 && (try_alternative<Ts>(in, value, kind, path) || ...)) return;
    in.refuse("expected one of several forms", path);
}

template <class T>
void read_number(Decoder& in, T& value, const Path& path) {
    constexpr std::string_view kExpectation =
        Integer<T> ? "expected an integer" : "expected a number";
    std::string_view number;
    if (!in.read_number(number, kExpectation, path)) return;
    if (!convert_number(number, value)) in.report(path, expectation<T>());
}

template <class T>
void read_text(Decoder& in, T& value, const Path& path) {
    std::string_view text;
    if (!in.read_view(text, "expected a string", path)) return;
    if (!convert_text(text, value)) in.report(path, expectation<T>());
}

template <class T>
void read(Decoder& in, T& value, const Path& path) {
    if constexpr (Boolean<T> || OwnedText<T> || AnyValue<T>) {
        in.read(value, path);
    } else if constexpr (Integer<T> || Real<T>) {
        read_number(in, value, path);
    } else if constexpr (Scalar<T>) {
        read_text(in, value, path);
    } else if constexpr (Described<T>) {
        read_struct(in, value, path);
    } else if constexpr (Optional<T>) {
        value.reset();
        if (!in.take_null()) read(in, value.emplace(), path);
    } else if constexpr (Variant<T>) {
        read_variant(in, value, path);
    } else if constexpr (std::same_as<T, std::monostate>) {
        if (!in.take_null()) in.refuse("expected null", path);
    } else if constexpr (Tuple<T>) {
        read_tuple(in, value, path);
    } else if constexpr (Map<T>) {
        read_map(in, value, path);
    } else if constexpr (Sequence<T>) {
        read_array(in, value, path);
    } else {
        static_assert(kHasNoForm<T>, INDRIK_NO_JSON_FORM);
    }
}

}  // namespace indrik::json::detail
