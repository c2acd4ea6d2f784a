#pragma once
// What runs over the control socket, as gunicorn's clients speak it: frames of a length (four bytes, big-endian) and a JSON text.
//
//   {"id": 1, "command": "show stats"}  ->  {"id": 1, "status": "ok", "data": {...}}
//                                           {"id": 1, "status": "error", "error": "..."}

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/json/value.hpp"

namespace indrik::supervisor {

/// A frame around the text. REQUIRES: it is shorter than 4 GiB.
std::string frame(std::string_view text);

/// Cuts frames out of a stream that comes in pieces of any size.
class FrameReader {
public:
    explicit FrameReader(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

    void feed(std::string_view bytes) { buffer_ += bytes; }
    /// The text of the next frame, if it is complete. Not to be called again when is_too_large().
    std::optional<std::string> next();
    /// The next frame is larger than the limit; the stream cannot be read any further.
    bool is_too_large() const { return is_too_large_; }
    /// A frame has begun and not ended.
    bool is_within_frame() const { return !buffer_.empty(); }

private:
    std::string buffer_;
    std::size_t limit_bytes_;
    bool is_too_large_ = false;
};

/// What a client wants.
struct ControlRequest {
    json::Value id;  // any JSON value; comes back as it is
    std::string command;
};

/// Nothing: it is no JSON object with a command.
std::optional<ControlRequest> parse_request(std::string_view text);
std::string format_request(const ControlRequest& request);

/// What the master says to it.
struct ControlAnswer {
    bool is_ok = false;
    json::Value data;
    std::string error;  // when it is not ok

    static ControlAnswer success(json::Value value) { return {true, std::move(value), {}}; }
    static ControlAnswer failure(std::string text) { return {false, {}, std::move(text)}; }
};

std::string format_answer(const json::Value& id, const ControlAnswer& answer);
/// Nothing: it is no answer.
std::optional<ControlAnswer> parse_answer(std::string_view text);

}  // namespace indrik::supervisor
