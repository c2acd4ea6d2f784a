#pragma once
// Patterns of topics, as Redis has them: "room:*" for all rooms.
//
//   *       any bytes, none too
//   ?       one byte
//   [a-cx]  one byte of a set, [^a-cx] one that is not in it
//   \*      the byte itself

#include <string_view>

namespace indrik::pubsub {

/// Whether the whole topic fits. A set that does not end extends to the end of the pattern. Time: at most the product of the sizes.
bool matches(std::string_view pattern, std::string_view topic);

}  // namespace indrik::pubsub
