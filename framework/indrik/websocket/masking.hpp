#pragma once
// The mask that clients lay over their payloads (RFC 6455 section 5.3).

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "indrik/websocket/frame.hpp"

namespace indrik::websocket {

/// Masks or unmasks in place. `offset` is how far into the payload `bytes` begins.
void apply_mask(std::span<char> bytes, const MaskKey& key, std::uint64_t offset = 0);

/// Keys that nobody can foresee, taken from the system's generator in batches. Errors: as fill_random().
class MaskKeys {
public:
    MaskKey next();

private:
    std::array<char, 256> random_;
    std::size_t used_ = sizeof(random_);
};

}  // namespace indrik::websocket
