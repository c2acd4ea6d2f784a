#pragma once
// What goes wrong in a template, as exceptions with a place: the template's name, the line, the source line, and the chain of
// includes, imports, parents and macros that led there.
//
//   try { page.render(values); }
//   catch (const TemplateError& error) { log(error.what()); }     // "UndefinedError: 'user' is undefined (page.html:12)"

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::templates {

/// Jinja2's exceptions, then Python's as they come out of filters and operators, then this engine's limits.
enum class ErrorKind : std::uint8_t {
    Syntax,
    Assertion,
    NotFound,
    NoneFound,
    Runtime,
    Undefined,
    FilterArgument,
    Security,
    Type,
    Value,
    Key,
    Index,
    Attribute,
    ZeroDivision,
    Overflow,
    Recursion,
    AssertionFailed,
    UnicodeDecode,
    State,
    Limit
};

/// "TemplateSyntaxError", "TypeError", ...: the name of the exception in Python.
std::string_view error_name(ErrorKind kind);

struct Place {
    std::string name;  // "<template>" for one without a name
    int line = 0;
};

class TemplateError : public std::exception {
public:
    TemplateError(ErrorKind kind, std::string message);

    ErrorKind kind() const noexcept { return kind_; }
    const std::string& message() const noexcept { return message_; }
    /// Innermost first; empty when it happened outside of any template.
    const std::vector<Place>& places() const noexcept { return places_; }
    int line() const noexcept { return places_.empty() ? 0 : places_.front().line; }
    const std::string& name() const noexcept {
        return places_.empty() ? empty() : places_.front().name;
    }
    /// The line of the template at the innermost place.
    const std::string& source_line() const noexcept { return source_line_; }
    const char* what() const noexcept override { return text_.c_str(); }
    /// Several lines for people: message, chain, source line.
    std::string report() const;

    void add_place(std::string_view name, int line, std::string_view source);

private:
    static const std::string& empty() noexcept;
    ErrorKind kind_;
    std::string message_;
    std::vector<Place> places_;
    std::string source_line_;
    std::string text_;
};

class TemplateSyntaxError : public TemplateError {
    using TemplateError::TemplateError;
};
class TemplateNotFound : public TemplateError {
    using TemplateError::TemplateError;
};
class TemplateRuntimeError : public TemplateError {
    using TemplateError::TemplateError;
};
class UndefinedError : public TemplateRuntimeError {
    using TemplateRuntimeError::TemplateRuntimeError;
};
class SecurityError : public TemplateRuntimeError {
    using TemplateRuntimeError::TemplateRuntimeError;
};

/// Throws the class that fits `kind`.
[[noreturn]] void fail(ErrorKind kind, std::string message);

}  // namespace indrik::templates
