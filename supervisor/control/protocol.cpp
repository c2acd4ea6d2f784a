#include "supervisor/control/protocol.hpp"

#include <cstdint>
#include <utility>

namespace indrik::supervisor {
namespace {

constexpr std::size_t kLengthBytes = 4;

std::string text_of(const json::Value& value) {
    const auto& text = value.as_string();
    return {text.data(), text.size()};
}

const json::Value* string_member(const json::Object& object, std::string_view name) {
    const json::Value* const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? value : nullptr;
}

}  // namespace

std::string frame(std::string_view text) {
    std::string result;
    result.reserve(kLengthBytes + text.size());
    const auto size = static_cast<std::uint32_t>(text.size());
    for (int shift = 24; shift >= 0; shift -= 8) {
        result += static_cast<char>((size >> shift) & 0xff);
    }
    return result += text;
}

std::optional<std::string> FrameReader::next() {
    if (buffer_.size() < kLengthBytes) return {};
    std::size_t size = 0;
    for (std::size_t index = 0; index < kLengthBytes; ++index) {
        size = size << 8 | static_cast<unsigned char>(buffer_[index]);
    }
    is_too_large_ = size > limit_bytes_;
    if (is_too_large_ || buffer_.size() < kLengthBytes + size) return {};
    std::string text = buffer_.substr(kLengthBytes, size);
    buffer_.erase(0, kLengthBytes + size);
    return text;
}

std::optional<ControlRequest> parse_request(std::string_view text) {
    const Result<json::Value> value = json::parse(text);
    if (!value || !value->is_object()) return {};
    const json::Object& object = value->as_object();
    const json::Value* const command = string_member(object, "command");
    if (command == nullptr) return {};
    ControlRequest request;
    if (const json::Value* const id = object.if_contains("id")) request.id = *id;
    request.command = text_of(*command);
    return request;
}

std::string format_request(const ControlRequest& request) {
    json::Object object;
    object["id"] = request.id;
    object["command"] = request.command;
    return json::serialize(object);
}

std::string format_answer(const json::Value& id, const ControlAnswer& answer) {
    json::Object object;
    object["id"] = id;
    object["status"] = answer.is_ok ? "ok" : "error";
    if (answer.is_ok) {
        object["data"] = answer.data;
    } else {
        object["error"] = answer.error;
    }
    return json::serialize(object);
}

std::optional<ControlAnswer> parse_answer(std::string_view text) {
    Result<json::Value> value = json::parse(text);
    if (!value || !value->is_object()) return {};
    json::Object& object = value->as_object();
    const json::Value* const status = string_member(object, "status");
    if (status == nullptr) return {};
    if (text_of(*status) == "ok") {
        json::Value* const data = object.if_contains("data");
        return ControlAnswer::success(data != nullptr ? std::move(*data) : json::Value());
    }
    const json::Value* const error = string_member(object, "error");
    return ControlAnswer::failure(error != nullptr ? text_of(*error) : "the master gave no reason");
}

}  // namespace indrik::supervisor
