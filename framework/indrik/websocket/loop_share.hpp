#pragma once
// What the WebSockets of one loop share: compressors, and room for what is read and written without waiting.

#include <vector>

#include <asio/execution_context.hpp>

#include "indrik/core/buffer.hpp"
#include "indrik/core/task.hpp"
#include "indrik/websocket/deflate.hpp"

namespace indrik::websocket {

/// One per loop, made on first use; a service of its io_context. Nobody keeps anything in the buffers across a wait.
struct LoopShare final : asio::execution_context::service {
    using key_type = LoopShare;
    static asio::execution_context::id id;

    static constexpr std::size_t kReadBytes = 64 * 1024;
    static constexpr std::size_t kKeptBytes = 256 * 1024;  // a buffer that grew beyond is not kept

    explicit LoopShare(asio::execution_context& context) : service(context), space(kReadBytes) {}
    void shutdown() override {}

    static LoopShare& of(const LoopExecutor& executor);

    CodecPool codecs;
    std::vector<char> space;
    Buffer frames;
};

}  // namespace indrik::websocket
