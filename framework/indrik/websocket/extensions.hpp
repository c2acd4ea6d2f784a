#pragma once
// The Sec-WebSocket-Extensions field (RFC 6455 section 9.1).
//
//   permessage-deflate; client_max_window_bits="10"; x, other

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::websocket {

struct ExtensionParameter {
    std::string name;
    std::optional<std::string> value;  // without quotes
};

struct Extension {
    std::string name;
    std::vector<ExtensionParameter> parameters;
};

/// The elements of one field. Nothing if it is malformed: a value in quotes must be a token all the same.
std::optional<std::vector<Extension>> parse_extensions(std::string_view field);

}  // namespace indrik::websocket
