#include "indrik/net/stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

namespace indrik::net {

IOResult Stream::try_send_file(int file, std::uint64_t& offset, std::size_t size_bytes) {
    std::array<char, 16 * 1024> piece;
    ssize_t available;
    do {
        available = ::pread(
            file, piece.data(), std::min(size_bytes, piece.size()), static_cast<off_t>(offset));
    } while (available < 0 && errno == EINTR);
    if (available <= 0) return {IOStatus::End, 0};
    const IOResult result = try_write({piece.data(), static_cast<std::size_t>(available)});
    offset += result.bytes;
    return result;
}

}  // namespace indrik::net
