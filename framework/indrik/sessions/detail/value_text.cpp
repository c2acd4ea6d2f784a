#include "indrik/sessions/detail/value_text.hpp"

#include <stdexcept>

#include "indrik/json/text_writer.hpp"

namespace indrik::sessions::detail {
namespace {

constexpr std::size_t kLevels = json::kMaxDepth - 2;

void append(std::string& out, const json::Value& value, std::size_t level) {
    if (level > kLevels) throw std::length_error("a value of the session is nested too deeply");
    if (const auto* const text = value.if_string()) {
        json::append_string(out, {text->data(), text->size()});
    } else if (const auto* const items = value.if_array()) {
        char before = '[';
        for (const json::Value& item : *items) {
            out += before;
            append(out, item, level + 1);
            before = ',';
        }
        out += items->empty() ? "[]" : "]";
    } else if (const auto* const object = value.if_object()) {
        char before = '{';
        for (const auto& member : *object) {
            out += before;
            json::append_string(out, {member.key().data(), member.key().size()});
            out += ':';
            append(out, member.value(), level + 1);
            before = ',';
        }
        out += object->empty() ? "{}" : "}";
    } else {
        json::append_value(out, value);
    }
}

}  // namespace

void append_value(std::string& out, const json::Value& value) {
    append(out, value, 1);
}

}  // namespace indrik::sessions::detail
