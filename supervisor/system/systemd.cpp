#include "supervisor/system/systemd.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
}

std::optional<std::chrono::microseconds> watchdog_interval_of_environment() {
    const auto limit = number_of(variable("WATCHDOG_USEC"));
    const std::string pid = variable("WATCHDOG_PID");
    if (!limit || *limit == 0 || *limit > INT64_MAX) return std::nullopt;
    // A master that came by an upgrade has the variables of its parent, whose place it takes.
    const bool is_ours =
        pid.empty() || pid == std::to_string(::getpid()) || pid == std::to_string(::getppid());
    if (!is_ours) return std::nullopt;
    return std::chrono::microseconds(static_cast<std::int64_t>(*limit) / 2);
}

std::uint64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

// A status is one line.
std::string one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

}  // namespace

ServiceNotifier::ServiceNotifier() {
    address_ = variable("NOTIFY_SOCKET");
    const bool is_path = address_.starts_with('/');
    const bool is_abstract = address_.starts_with('@');
    if ((!is_path && !is_abstract) || address_.size() >= sizeof(sockaddr_un::sun_path)) return;
    if (is_abstract) address_.front() = '\0';
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    watchdog_ = watchdog_interval_of_environment();
}

void ServiceNotifier::ready(std::string_view status) {
    send(fmt::format("READY=1\nSTATUS={}", one_line(status)));
}

void ServiceNotifier::reloading(std::string_view status) {
    send(fmt::format(
        "RELOADING=1\nMONOTONIC_USEC={}\nSTATUS={}", monotonic_microseconds(), one_line(status)));
}

void ServiceNotifier::stopping(std::string_view status) {
    send(fmt::format("STOPPING=1\nSTATUS={}", one_line(status)));
}

void ServiceNotifier::status(std::string_view text) {
    send(fmt::format("STATUS={}", one_line(text)));
}

void ServiceNotifier::watchdog() {
    send("WATCHDOG=1");
}

void ServiceNotifier::main_pid(pid_t pid) {
    send(fmt::format("MAINPID={}", pid));
    socket_.reset();
}

void ServiceNotifier::fall_silent() {
    socket_.reset();
    watchdog_.reset();
}

void ServiceNotifier::send(std::string_view state) {
    if (!socket_) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    address_.copy(address.sun_path, sizeof address.sun_path);
    // An abstract name has no end but that of the address; a path ends with its zero.
    const bool is_abstract = address_.front() == '\0';
    const std::size_t size =
        offsetof(sockaddr_un, sun_path) + address_.size() + (is_abstract ? 0 : 1);
    ::sendto(socket_.get(),
             state.data(),
             state.size(),
             MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address),
             static_cast<socklen_t>(size));
}

void forget_service_manager() {
    for (const char* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
        ::unsetenv(name);
    }
}

}  // namespace indrik::supervisor
