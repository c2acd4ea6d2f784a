#pragma once
// Something that bytes can be pulled from piece by piece: the body of a message, whatever protocol carries it.

#include <string_view>

#include "indrik/core/task.hpp"

namespace indrik::net {

/// An interface; one reader at a time. Pulling is the backpressure: what is not pulled is not received.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// The next piece, waiting for it if need be; empty at the end (again and again).
    /// Lifetime: the view dies with the next call.
    /// Errors: std::system_error when the bytes end before they should, are malformed, or do not come in time.
    virtual Task<std::string_view> read_some() = 0;
    /// Whether the end has been delivered.
    virtual bool at_end() const = 0;
};

}  // namespace indrik::net
