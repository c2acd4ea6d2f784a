#include "indrik/net/memory_stream.hpp"

#include <algorithm>
#include <cstring>

#include <asio/error.hpp>
#include <asio/redirect_error.hpp>

namespace indrik::net {

MemoryStream::MemoryStream(LoopExecutor executor)
    : readable_(executor, std::chrono::steady_clock::time_point::max()),
      writable_(executor, std::chrono::steady_clock::time_point::max()) {}

void MemoryStream::feed(std::string_view bytes) {
    input_ += bytes;
    readable_.cancel();
}

void MemoryStream::end_input() {
    input_ended_ = true;
    readable_.cancel();
}

void MemoryStream::fail() {
    failed_ = true;
    cancel();
}

void MemoryStream::allow_output(std::size_t bytes) {
    output_room_ = bytes;
    writable_.cancel();
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

Task<> MemoryStream::wait_readable(std::error_code& error) {
    return wait_for(readable_, &MemoryStream::is_readable, error);
}
Task<> MemoryStream::wait_writable(std::error_code& error) {
    return wait_for(writable_, &MemoryStream::is_writable, error);
}

Task<> MemoryStream::wait_for(Timer& event,
                              bool (MemoryStream::*ready)() const,
                              std::error_code& error) {
    error.clear();
    if ((this->*ready)()) co_return;
    co_await event.async_wait(asio::redirect_error(use_task, error));
    // Woken by news rather than by cancel().
    if ((this->*ready)() && !closed_) error.clear();
}

void MemoryStream::cancel() noexcept {
    readable_.cancel();
    writable_.cancel();
}

void MemoryStream::close() noexcept {
    closed_ = true;
    cancel();
}

std::error_code MemoryStream::last_error() const { return asio::error::connection_reset; }

}  // namespace indrik::net
