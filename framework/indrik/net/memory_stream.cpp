#include "indrik/net/memory_stream.hpp"

#include <algorithm>
#include <cstring>

#include <asio/error.hpp>
#include <asio/post.hpp>

namespace indrik::net {

void MemoryStream::feed(std::string_view bytes) {
    input_ += bytes;
    notify();
}

void MemoryStream::end_input() {
    input_ended_ = true;
    notify();
}

void MemoryStream::fail() {
    failed_ = true;
    notify();
}

void MemoryStream::allow_output(std::size_t bytes) {
    output_room_ = bytes;
    notify();
}

IOResult MemoryStream::try_read(std::span<char> space) {
    if (failed_ || closed_) return {IOStatus::Failed, 0};
    if (input_.empty()) return {input_ended_ ? IOStatus::End : IOStatus::WouldBlock, 0};
    const std::size_t size = std::min(space.size(), input_.size());
    std::memcpy(space.data(), input_.data(), size);
    input_.erase(0, size);
    return {IOStatus::Done, size};
}

IOResult MemoryStream::try_write(std::string_view first, std::string_view second) {
    if (failed_ || closed_ || write_shut_) return {IOStatus::Failed, 0};
    if (output_room_ == 0) return {IOStatus::WouldBlock, 0};
    const std::size_t from_first = std::min(first.size(), output_room_);
    const std::size_t from_second = std::min(second.size(), output_room_ - from_first);
    output_ += first.substr(0, from_first);
    output_ += second.substr(0, from_second);
    if (output_room_ != static_cast<std::size_t>(-1)) output_room_ -= from_first + from_second;
    return {IOStatus::Done, from_first + from_second};
}

void MemoryStream::start_wait(Direction direction, std::error_code& error, detail::Frame* frame) {
    Wait& wait = direction == Direction::Read ? read_ : write_;
    wait.continuation.emplace(frame);
    wait.error = &error;
    const bool is_cancelled = closed_ || wait.continuation->is_cancelled();
    if (is_cancelled) {
        wake(wait, asio::error::operation_aborted);
    } else if (is_ready(direction)) {
        wake(wait, {});
    } else if (asio::cancellation_slot slot = wait.continuation->get_cancellation_slot();
               slot.is_connected()) {
        slot.assign([this](asio::cancellation_type_t) { cancel(); });
    }
}

bool MemoryStream::is_ready(Direction direction) const {
    if (failed_) return true;
    return direction == Direction::Read ? !input_.empty() || input_ended_ : output_room_ != 0;
}

void MemoryStream::wake(Wait& wait, std::error_code why) {
    if (!wait.continuation) return;
    *wait.error = why;
    detail::Continuation continuation = std::move(*wait.continuation);
    wait.continuation.reset();
    const LoopExecutor executor = continuation.get_executor();
    asio::post(executor,
               [continuation = std::move(continuation)]() mutable { continuation.resume(); });
}

void MemoryStream::notify() {
    if (is_ready(Direction::Read)) wake(read_, {});
    if (is_ready(Direction::Write)) wake(write_, {});
}

void MemoryStream::cancel() noexcept {
    wake(read_, asio::error::operation_aborted);
    wake(write_, asio::error::operation_aborted);
}

void MemoryStream::close() noexcept {
    closed_ = true;
    cancel();
}

std::error_code MemoryStream::last_error() const {
    return asio::error::connection_reset;
}

}  // namespace indrik::net
