#include "indrik/client/websocket_options.hpp"

#include <array>
#include <stdexcept>

#include "indrik/core/strings.hpp"

namespace indrik::client {
namespace {

constexpr std::array<std::string_view, 6> kOwnFields{
    "Connection", "Content-Length", "Expect", "TE", "Transfer-Encoding", "Upgrade"};
constexpr std::string_view kOwnPrefix = "Sec-WebSocket-";

bool is_own(std::string_view name) {
    if (iequals(name.substr(0, kOwnPrefix.size()), kOwnPrefix)) return true;
    for (const std::string_view own : kOwnFields) {
        if (iequals(name, own)) return true;
    }
    return false;
}

}  // namespace

WebSocketOptions& WebSocketOptions::header(std::string_view name, std::string_view value) {
    if (is_own(name)) {
        throw std::invalid_argument("the field " + std::string(name) +
                                    " of a WebSocket handshake is set by the handshake itself");
    }
    if (iequals(name, "Host") || iequals(name, "Origin")) {
        held().headers.set(name, value);
    } else {
        held().headers.append(name, value);
    }
    return *this;
}

WebSocketOptions& WebSocketOptions::origin(std::string_view origin) {
    return header("Origin", origin);
}

}  // namespace indrik::client
