#pragma once
// Described values to text: one function a type, each appending to the text.

#include <array>
#include <cstring>
#include <string>

#include "indrik/json/detail/types.hpp"
#include "indrik/json/text_writer.hpp"

namespace indrik::json::detail {

template <class T>
void write(std::string& out, const T& value);

/// `,"name":` as a constant. Names of members are identifiers: nothing to escape.
template <class Descriptor>
struct Key {
    static constexpr std::size_t kSize = std::char_traits<char>::length(Descriptor::name) + 4;
    static constexpr std::array<char, kSize> kText = [] {
        std::array<char, kSize> text{};
        std::size_t at = 0;
        text[at++] = ',';
        text[at++] = '"';
        for (const char* c = Descriptor::name; *c != 0; ++c) text[at++] = *c;
        text[at++] = '"';
        text[at] = ':';
        return text;
    }();
};

template <class T, class Descriptor>
void write_member(std::string& out, const T& value) {
    const auto& member = value.*Descriptor::pointer;
    if constexpr (Optional<MemberType<T, Descriptor>> && struct_options<T>().omits_empty()) {
        if (!member) return;
    }
    out.append(Key<Descriptor>::kText.data(), Key<Descriptor>::kSize);
    write(out, member);
}

/// Every member begins with a comma; that of the first one becomes the brace.
template <Described T>
void write_struct(std::string& out, const T& value) {
    const std::size_t begin = out.size();
    Members<T>::apply([&]<class... Descriptor>(Descriptor...) {
        (write_member<T, Descriptor>(out, value), ...);
    });
    if (out.size() == begin) {
        out += "{}";
    } else {
        out[begin] = '{';
        out += '}';
    }
}

template <class T>
void write_array(std::string& out, const T& items) {
    char before = '[';
    for (const auto& item : items) {
        out += before;
        before = ',';
        write<typename T::value_type>(out, item);  // named, for std::vector<bool>
    }
    out += before == '[' ? "[]" : "]";
}

template <class T>
void write_tuple(std::string& out, const T& items) {
    std::apply(
        [&out](const auto&... item) {
            char before = '[';
            ((out += before, before = ',', write(out, item)), ...);
            out += before == '[' ? "[]" : "]";
        },
        items);
}

template <class T>
void write_map(std::string& out, const T& map) {
    char before = '{';
    for (const auto& [name, value] : map) {
        out += before;
        before = ',';
        append_string(out, name);
        out += ':';
        write(out, value);
    }
    out += before == '{' ? "{}" : "}";
}

/// An enumerator that is not described has no name: its number stands for it.
template <class T>
void write_enum(std::string& out, T value) {
    const std::string_view name = enumerator_name(value);
    if (!name.empty()) {
        append_string(out, name);
    } else {
        append_integer(out, static_cast<std::int64_t>(value));
    }
}

template <class T>
void write(std::string& out, const T& value) {
    if constexpr (Boolean<T>) {
        out += value ? "true" : "false";
    } else if constexpr (Integer<T> && std::is_signed_v<T>) {
        append_integer(out, static_cast<std::int64_t>(value));
    } else if constexpr (Integer<T>) {
        append_integer(out, static_cast<std::uint64_t>(value));
    } else if constexpr (Real<T>) {
        append_number(out, value);
    } else if constexpr (AnyValue<T>) {
        append_value(out, value);
    } else if constexpr (Described<T>) {
        write_struct(out, value);
    } else if constexpr (DescribedEnum<T>) {
        write_enum(out, value);
    } else if constexpr (Optional<T>) {
        if (value) {
            write(out, *value);
        } else {
            out += "null";
        }
    } else if constexpr (Variant<T>) {
        std::visit([&out](const auto& alternative) { write(out, alternative); }, value);
    } else if constexpr (Time<T>) {
        append_string(out, format_time(value));
    } else if constexpr (Identifier<T>) {
        append_string(out, value.to_string());
    } else if constexpr (std::same_as<T, std::monostate>) {
        out += "null";
    } else if constexpr (Text<T>) {
        append_string(out, value);
    } else if constexpr (Tuple<T>) {
        write_tuple(out, value);
    } else if constexpr (Map<T>) {
        write_map(out, value);
    } else if constexpr (Sequence<T>) {
        write_array(out, value);
    } else {
        static_assert(kHasNoForm<T>, INDRIK_NO_JSON_FORM);
    }
}

}  // namespace indrik::json::detail
