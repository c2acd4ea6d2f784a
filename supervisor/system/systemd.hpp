#pragma once
// Tells systemd how the service is (sd_notify(3)): a datagram of lines to the socket that NOTIFY_SOCKET names.
//
//   ServiceNotifier systemd;               // does nothing where there is no systemd
//   systemd.ready("4 workers serve");
//   systemd.reloading(); ... systemd.ready("Reloaded");
//   systemd.main_pid(new_master);          // after an upgrade
//   systemd.stopping();

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

class ServiceNotifier {
public:
    /// Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment, which stays as it is: a master that comes by
    /// an upgrade needs them, workers call forget_service_manager().
    ServiceNotifier();

    bool is_active() const { return static_cast<bool>(socket_); }
    /// How often watchdog() is expected: half of what systemd allows; nothing: never.
    std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_; }

    void ready(std::string_view status);
    /// With the monotonic time, as Type=notify-reload wants it. ready() ends the reload.
    void reloading(std::string_view status);
    void stopping(std::string_view status);
    void status(std::string_view text);
    void watchdog();
    /// From now on the service is that process, and this one says nothing more: it would seem that the service ends with it.
    /// The other one needs NotifyAccess=all.
    void main_pid(pid_t pid);
    /// Says nothing any more: somebody else speaks for the service.
    void fall_silent();

    /// Sends lines as they are; nobody is told when it fails, for service managers come and go.
    void send(std::string_view state);

private:
    UniqueFd socket_;
    std::string address_;  // as in sockaddr_un::sun_path
    std::optional<std::chrono::microseconds> watchdog_;
};

/// In a worker: neither it nor the programs that it starts speak for the service.
void forget_service_manager();

}  // namespace indrik::supervisor
