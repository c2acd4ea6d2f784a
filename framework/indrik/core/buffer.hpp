#pragma once
// A growable run of bytes with room to write at the end and consumption at the front: what is read
// from a socket before it is parsed, and what is written to it after it was serialised.
//
//   auto space = buffer.prepare(4096);             // at least 4096 writable bytes behind the data
//   buffer.commit(read(fd, space.data(), space.size()));
//   buffer.consume(parsed_bytes);

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace indrik {

/// Resource type: movable, not copyable. Bytes are not initialised. Appending may move the data:
/// views die then.
class Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::size_t capacity_bytes) { reserve(capacity_bytes); }
    Buffer(Buffer&& other) noexcept
        : storage_(std::exchange(other.storage_, nullptr)),
          capacity_(std::exchange(other.capacity_, 0)),
          begin_(std::exchange(other.begin_, 0)),
          end_(std::exchange(other.end_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(storage_, other.storage_);
        std::swap(capacity_, other.capacity_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
        return *this;
    }
    ~Buffer() { std::free(storage_); }

    const char* data() const { return storage_ + begin_; }
    char* data() { return storage_ + begin_; }
    std::size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }
    std::size_t capacity_bytes() const { return capacity_; }
    std::string_view view() const { return {data(), size()}; }

    /// The writable space behind the data, at least `minimum_bytes` long.
    std::span<char> prepare(std::size_t minimum_bytes) {
        if (capacity_ - end_ < minimum_bytes) make_room(minimum_bytes);
        return {storage_ + end_, capacity_ - end_};
    }
    /// Makes the first `size_bytes` of the prepared space part of the data. REQUIRES: no more than
    /// prepare() gave
    void commit(std::size_t size_bytes) { end_ += size_bytes; }

    /// Errors: std::bad_alloc, as prepare(). REQUIRES: `text` is not in this buffer
    void append(std::string_view text) {
        if (text.empty()) return;
        std::memcpy(prepare(text.size()).data(), text.data(), text.size());
        end_ += text.size();
    }

    /// Drops bytes from the front. REQUIRES: size_bytes <= size()
    void consume(std::size_t size_bytes) {
        begin_ += size_bytes;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    /// Keeps the first `size_bytes`. REQUIRES: size_bytes <= size()
    void truncate(std::size_t size_bytes) { end_ = begin_ + size_bytes; }
    void clear() { begin_ = end_ = 0; }
    /// Makes room for so many bytes of data in all.
    void reserve(std::size_t capacity_bytes) {
        if (capacity_bytes > capacity_ - begin_) make_room(capacity_bytes - size());
    }

private:
    void make_room(std::size_t minimum_bytes) {
        const std::size_t used = size();
        if (capacity_ - used >= minimum_bytes) {
            std::memmove(storage_, storage_ + begin_, used);
        } else {
            std::size_t wanted = capacity_ == 0 ? minimum_bytes : capacity_ * 2;
            if (wanted < used + minimum_bytes) wanted = used + minimum_bytes;
            char* const grown = static_cast<char*>(std::malloc(wanted));
            if (grown == nullptr) throw std::bad_alloc();
            if (used != 0) std::memcpy(grown, storage_ + begin_, used);
            std::free(storage_);
            storage_ = grown;
            capacity_ = wanted;
        }
        begin_ = 0;
        end_ = used;
    }

    char* storage_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace indrik
