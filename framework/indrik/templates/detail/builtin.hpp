#pragma once
// Functions of the language written in C++: filters, tests, methods and globals are tables of Builtin, with Python's rules for
// arguments.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "indrik/templates/detail/pen.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/runtime.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates::detail {

/// One call: what is filtered, tested or asked, and the arguments in the order of the parameters, Missing where none was given.
class Call {
public:
    static constexpr std::size_t kMaxParameters = 8;

    Call(Runtime& the_runtime, const Value& the_self) : runtime(the_runtime), self(the_self) {}

    const Value& operator[](std::size_t index) const { return values[index]; }
    bool has(std::size_t index) const { return !values[index].is_missing(); }
    /// With a default.
    std::int64_t integer(std::size_t index, std::int64_t otherwise) const;
    bool flag(std::size_t index, bool otherwise = false) const;
    /// Errors: TypeError if it is no string. Empty when it was not given.
    std::string_view text(std::size_t index) const;

    Runtime& runtime;
    const Value& self;
    std::array<Value, kMaxParameters> values;
    std::span<const Value> rest;        // of *args
    std::span<const Keyword> keywords;  // of **kwargs
};

struct Builtin {
    std::string_view name;
    /// Names with blanks between them; one with a default ends in '='; '*' and '**' as in Python.
    std::string_view parameters;
    Value (*function)(Call& call);
    /// Whether the result depends on more than the arguments: never computed when the template is compiled.
    bool is_impure = false;
    /// Filters without arguments: appends the result as `{{ value|filter }}` writes it. Without an end of the room: nothing was
    /// done, call `function`.
    Room (*print)(std::string& out, Room room, const Value& self, bool escapes) = nullptr;
};

/// Errors: TypeError for arguments that do not fit.
Value call_builtin(const Builtin& builtin,
                   const Value& self,
                   const Arguments& arguments,
                   Runtime& runtime);

/// By binary search: tables are sorted by name.
const Builtin* find_builtin(std::span<const Builtin> table, std::string_view name);

/// A builtin with the value that it belongs to, as a callable object: `text.upper`.
Value bind_method(const Builtin& builtin, const Value& self);

}  // namespace indrik::templates::detail
