// JSON text straight to values: a json::Value does not keep every digit of a number.
#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/json_values.hpp"

namespace indrik::templates {

namespace {

constexpr std::size_t kMaxDepth = 200;

/// Builds the value of what boost::json::basic_parser finds.
class Builder {
public:
    using Error = boost::json::error_code;
    using Text = boost::json::string_view;
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) { return open(Value::dict()); }
    bool on_object_end(std::size_t, Error&) { return close(); }
    bool on_array_begin(Error&) { return open(Value::list()); }
    bool on_array_end(std::size_t, Error&) { return close(); }
    bool on_key_part(Text text, std::size_t, Error&) { return collect(text); }
    bool on_key(Text text, std::size_t, Error&) {
        levels_.back().key = Value(taken(text));
        return true;
    }
    bool on_string_part(Text text, std::size_t, Error&) { return collect(text); }
    bool on_string(Text text, std::size_t, Error&) { return add(Value(taken(text))); }
    bool on_number_part(Text text, Error&) { return collect(text); }
    bool on_int64(std::int64_t, Text text, Error&) { return add_number(taken(text)); }
    bool on_uint64(std::uint64_t, Text text, Error&) { return add_number(taken(text)); }
    bool on_double(double, Text text, Error&) { return add_number(taken(text)); }
    bool on_bool(bool value, Error&) { return add(Value(value)); }
    bool on_null(Error&) { return add(Value()); }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }

    Value& result() { return result_; }

private:
    struct Level {
        Value container;
        Value key;
    };

    bool collect(Text text) {
        text_.append(text.data(), text.size());
        return true;
    }
    std::string taken(Text text) {
        collect(text);
        return std::exchange(text_, std::string());
    }
    bool open(Value container) {
        levels_.push_back({std::move(container), Value()});
        return true;
    }
    bool close() {
        Value container = std::move(levels_.back().container);
        levels_.pop_back();
        return add(std::move(container));
    }
    bool add(Value value) {
        if (levels_.empty()) {
            result_ = std::move(value);
        } else if (Level& level = levels_.back(); level.container.is(Kind::List)) {
            level.container.items().push_back(std::move(value));
        } else {
            level.container.dictionary().set(level.key, std::move(value));
        }
        return true;
    }
    bool add_number(const std::string& digits) {
        const char* end = digits.data() + digits.size();
        if (digits.find_first_of(".eE") == std::string::npos) {
            std::int64_t number = 0;
            if (std::from_chars(digits.data(), end, number).ec != std::errc())
                fail(ErrorKind::Overflow, "integer of more than 64 bits: " + digits);
            return add(Value(number));
        }
        double number = 0;
        if (std::from_chars(digits.data(), end, number).ec != std::errc())
            number = std::strtod(digits.c_str(), nullptr);  // infinite, or nothing
        return add(Value(number));
    }

    Value result_;
    std::vector<Level> levels_;
    std::string text_;
};

[[noreturn]] void refuse(std::string_view text, std::size_t at, const std::string& what) {
    std::size_t line = 1, begin = 0;
    for (std::size_t i = 0; i < at && i < text.size(); ++i) {
        if (text[i] != '\n') continue;
        ++line;
        begin = i + 1;
    }
    fail(ErrorKind::Value,
         "bad JSON at line " + std::to_string(line) + " column " + std::to_string(at - begin + 1) +
             ": " + what);
}

}  // namespace

Value parse_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = kMaxDepth;
    boost::json::basic_parser<Builder> parser(options);
    boost::json::error_code error;
    std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) {
        used = std::min(text.find_first_not_of(" \t\r\n", used), text.size());
        if (used < text.size()) refuse(text, used, "text behind the value");
    }
    if (error) refuse(text, used, error.message());
    return std::move(parser.handler().result());
}

}  // namespace indrik::templates
