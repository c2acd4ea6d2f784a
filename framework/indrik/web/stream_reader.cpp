#include "indrik/web/stream_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace indrik::web {

/// Gets the next piece. False at the end. REQUIRES: pending_.empty()
Task<bool> StreamReader::fill() {
    pending_ = co_await source_.read_some();
    co_return !pending_.empty();
}

std::string StreamReader::take(std::size_t size) {
    std::string taken(pending_.substr(0, size));
    pending_.remove_prefix(taken.size());
    return taken;
}

Task<std::string_view> StreamReader::read_any() {
    if (pending_.empty()) co_await fill();
    const std::string_view piece = pending_;
    pending_ = {};
    co_return piece;
}

Task<std::string> StreamReader::read(std::size_t size) {
    if (size != 0 && pending_.empty()) co_await fill();
    co_return take(size);
}

Task<std::string> StreamReader::read_exactly(std::size_t size) {
    std::string bytes = take(size);
    while (bytes.size() < size) {
        const bool is_filled = co_await fill();
        if (!is_filled) {
            throw std::length_error("the body ends after " + std::to_string(bytes.size()) + " of " +
                                    std::to_string(size) + " bytes");
        }
        bytes += take(size - bytes.size());
    }
    co_return bytes;
}

Task<std::string> StreamReader::read_until(std::string separator, std::size_t limit_bytes) {
    std::string bytes;
    std::size_t searched = 0;  // no separator begins before this
    for (;;) {
        const std::size_t before = bytes.size();
        bytes += pending_;
        const std::size_t found = bytes.find(separator, searched);
        if (found != std::string::npos && found + separator.size() <= limit_bytes) {
            const std::size_t size = found + separator.size();
            pending_.remove_prefix(size - before);
            bytes.resize(size);
            co_return bytes;
        }
        if (bytes.size() > limit_bytes) {
            throw std::length_error("no separator within " + std::to_string(limit_bytes) +
                                    " bytes");
        }
        pending_ = {};
        searched = bytes.size() - std::min(bytes.size(), separator.size() - 1);
        const bool is_filled = co_await fill();
        if (!is_filled) co_return bytes;
    }
}

Task<std::string> StreamReader::read_all(std::size_t limit_bytes) {
    std::string bytes(pending_);
    pending_ = {};
    while (!source_.at_end()) {
        const std::string_view piece = co_await source_.read_some();
        bytes += piece;
        if (bytes.size() > limit_bytes) {
            throw std::length_error("the body has more than " + std::to_string(limit_bytes) +
                                    " bytes");
        }
    }
    co_return bytes;
}

}  // namespace indrik::web
