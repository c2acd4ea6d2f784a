#pragma once
// What a connection needs only while it has something to do: buffers, parser and the parsed head.
//
// Workspaces are lent: a connection takes one when bytes arrive and gives it back when it goes idle, so that a worker holds
// about as many as it has requests in progress, not as many as it has connections.

#include <cstddef>
#include <memory>

#include "indrik/core/buffer.hpp"
#include "indrik/http/message.hpp"
#include "indrik/http/parser.hpp"
#include "indrik/http1/body_reader.hpp"

namespace indrik::http1 {

struct Workspace {
    static constexpr std::size_t kInputBytes = 16 * 1024;
    static constexpr std::size_t kOutputBytes = 16 * 1024;
    static constexpr std::size_t kKeptBytes = 64 * 1024;  // a buffer that grew beyond is not kept

    explicit Workspace(const http::HeadLimits& limits)
        : input(kInputBytes),
          output(kOutputBytes),
          parser(std::make_unique<http::RequestParser>(limits)) {}

    Buffer input;   // unparsed bytes; the current head and everything it points at
    Buffer output;  // responses not yet sent
    std::unique_ptr<http::RequestParser> parser;  // null once the connection speaks something else
    http::RequestHead head;
    BodyReader body;

    static bool is_usual(std::size_t capacity_bytes, std::size_t usual_bytes) {
        return capacity_bytes >= usual_bytes && capacity_bytes <= kKeptBytes;
    }
    /// Ready for another connection.
    void reset() {
        if (!is_usual(input.capacity_bytes(), kInputBytes)) input = Buffer(kInputBytes);
        if (!is_usual(output.capacity_bytes(), kOutputBytes)) output = Buffer(kOutputBytes);
        input.clear();
        output.clear();
        parser->reset();
        head.clear();
        body.reset();
    }
};

}  // namespace indrik::http1
