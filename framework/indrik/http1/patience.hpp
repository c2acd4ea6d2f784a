#pragma once
// How long a peer may keep a connection waiting within one message: a timeout that single bytes do not renew.
//
// All waits of a message draw on one allowance, the timeout. Every byte that moves earns some of it back, as much time as it may
// take at the minimum rate, up to the whole of it. So a peer may stall for the timeout and may for ever be as slow as the minimum
// rate; below that it is given up.
//
//   arm(patience.left(timeout)); ...wait...
//   patience.spend(waited);
//   patience.earn(bytes, minimum_rate);

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace indrik::http1 {

/// Value type; begins with the whole allowance.
class Patience {
public:
    /// What is left of `timeout`; zero when the peer has used it up.
    std::chrono::milliseconds left(std::chrono::milliseconds timeout) const {
        return std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout - spent_),
                        std::chrono::milliseconds::zero());
    }
    void spend(std::chrono::microseconds waited) { spent_ += waited; }
    /// Minimum rate in bytes a second; 0: any byte earns everything back.
    void earn(std::uint64_t bytes, std::uint64_t minimum_rate) {
        if (bytes == 0 || spent_ == std::chrono::microseconds::zero()) return;
        const double seconds = minimum_rate == 0
                                   ? std::chrono::duration<double>(spent_).count()
                                   : static_cast<double>(bytes) / static_cast<double>(minimum_rate);
        const std::chrono::duration<double> earned(seconds);
        spent_ = earned >= spent_ ? std::chrono::microseconds::zero()
                                  : spent_ - std::chrono::round<std::chrono::microseconds>(earned);
    }

private:
    std::chrono::microseconds spent_{0};
};

}  // namespace indrik::http1
