// How operators talk to the running master.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kControl = "Control socket";

unsigned parse_mode(std::string_view value) {
    unsigned mode = 0;
    const bool is_octal = !value.empty() && value.size() <= 4 &&
                          value.find_first_not_of("01234567") == std::string_view::npos;
    if (!is_octal) throw BadValue(quote(value) + " is no file mode; write it as 0600 or 0660");
    for (const char digit : value) mode = mode * 8 + static_cast<unsigned>(digit - '0');
    if (mode > 0777) throw BadValue(quote(value) + " is no file mode; write it as 0600 or 0660");
    return mode;
}

}  // namespace

// clang-format off
std::vector<Setting> control_settings() {
    return {
        {kControl, {"control_socket"}, 0, {"control-socket"}, "FILE", "",
         "The Unix socket on which `indrik ctl` and `indrik top` reach the master. By default each instance has its own: "
         "NAME-PID.sock in $XDG_RUNTIME_DIR/indrik, or /run/indrik for root, or /tmp/indrik-UID.",
         single<&Settings::control_socket, text>},
        {kControl, {"control_socket_mode"}, 0, {"control-socket-mode"}, "MODE", "0600",
         "Its file mode. Whom the mode lets in may command the master; root always may.",
         single<&Settings::control_socket_mode, parse_mode>},
        {kControl, {"no_control_socket", "control_socket_disable"}, 0, {"no-control-socket"}, "", "false",
         "Have no control socket.",
         single<&Settings::no_control_socket, parse_switch>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
