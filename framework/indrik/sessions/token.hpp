#pragma once
// A format of cookies that hold the session itself: bytes to text that only we can have made, and back.

#include <string>
#include <string_view>

#include "indrik/sessions/record.hpp"

namespace indrik::sessions {

/// An interface. Objects are not for several threads at once.
class TokenFormat {
public:
    virtual ~TokenFormat() = default;
    /// `name` is the cookie's.
    virtual std::string seal(std::string_view name, Time time, std::string_view text) = 0;
    /// Found with `time` and `text`, or Malformed or Forged.
    virtual Load open(std::string_view name,
                      std::string_view token,
                      Time& time,
                      std::string& text) = 0;
};

}  // namespace indrik::sessions
