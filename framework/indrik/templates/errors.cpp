#include "indrik/templates/errors.hpp"

#include <array>

namespace indrik::templates {

namespace {

constexpr std::array<std::string_view, 20> kNames = {"TemplateSyntaxError",
                                                     "TemplateAssertionError",
                                                     "TemplateNotFound",
                                                     "TemplatesNotFound",
                                                     "TemplateRuntimeError",
                                                     "UndefinedError",
                                                     "FilterArgumentError",
                                                     "SecurityError",
                                                     "TypeError",
                                                     "ValueError",
                                                     "KeyError",
                                                     "IndexError",
                                                     "AttributeError",
                                                     "ZeroDivisionError",
                                                     "OverflowError",
                                                     "RecursionError",
                                                     "AssertionError",
                                                     "UnicodeDecodeError",
                                                     "RuntimeError",
                                                     "LimitError"};

std::string_view line_of(std::string_view source, int line) {
    for (int i = 1; i < line; ++i) {
        const std::size_t end = source.find('\n');
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + 1);
    }
    return source.substr(0, source.find_first_of("\r\n"));
}

}  // namespace

std::string_view error_name(ErrorKind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}

TemplateError::TemplateError(ErrorKind kind, std::string message)
    : kind_(kind), message_(std::move(message)) {
    text_ = std::string(error_name(kind_)) + ": " + message_;
}

const std::string& TemplateError::empty() noexcept {
    static const std::string nothing;
    return nothing;
}

void TemplateError::add_place(std::string_view name, int line, std::string_view source) {
    if (places_.empty()) {
        source_line_ = line_of(source, line);
        text_.append(" (").append(name).append(":").append(std::to_string(line)).append(")");
    }
    if (places_.size() < 64) places_.push_back({std::string(name), line});
}

std::string TemplateError::report() const {
    std::string text = std::string(error_name(kind_)) + ": " + message_ + "\n";
    bool is_first = true;
    for (const Place& place : places_) {
        text +=
            (is_first ? "  at " : "  from ") + place.name + ":" + std::to_string(place.line) + "\n";
        if (is_first && !source_line_.empty()) text += "    > " + source_line_ + "\n";
        is_first = false;
    }
    return text;
}

void fail(ErrorKind kind, std::string message) {
    switch (kind) {
        case ErrorKind::Syntax:
        case ErrorKind::Assertion:
            throw TemplateSyntaxError(kind, std::move(message));
        case ErrorKind::NotFound:
        case ErrorKind::NoneFound:
            throw TemplateNotFound(kind, std::move(message));
        case ErrorKind::Undefined:
            throw UndefinedError(kind, std::move(message));
        case ErrorKind::Security:
        case ErrorKind::Limit:
            throw SecurityError(kind, std::move(message));
        default:
            throw TemplateRuntimeError(kind, std::move(message));
    }
}

}  // namespace indrik::templates
