#include "supervisor/control/client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include "supervisor/control/unix_connection.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxAnswerBytes = 16 * 1024 * 1024;
constexpr auto kFullPause = 20ms;  // the listener's queue is full

UnixConnection connect_by(const std::string& path, Clock::time_point deadline) {
    for (;;) {
        UnixConnection connection = connect_unix(path);
        if (connection.fd || connection.error != EAGAIN || Clock::now() >= deadline)
            return connection;
        std::this_thread::sleep_for(kFullPause);
    }
}

[[noreturn]] void refuse(const std::string& path, int error) {
    const std::string reason = std::generic_category().message(error);
    switch (error) {
        case ENOENT:
            throw ControlError(fmt::format("{}: there is no such socket", path),
                               control_exit::kNoInstance);
        case ECONNREFUSED:
        case ENOTSOCK:
            throw ControlError(fmt::format("{}: nobody listens there; the master has ended", path),
                               control_exit::kNoInstance);
        case EACCES:
        case EPERM:
            throw ControlError(fmt::format("{}: this user may not command the master", path),
                               control_exit::kDenied);
        case EAGAIN:
            throw ControlError(fmt::format("{}: the master does not answer", path),
                               control_exit::kTimedOut);
        default:
            throw ControlError(fmt::format("{}: {}", path, reason), control_exit::kNoInstance);
    }
}

}  // namespace

ControlClient::ControlClient(const std::string& path, Milliseconds timeout)
    : path_(path), reader_(kMaxAnswerBytes) {
    UnixConnection connection = connect_by(path, Clock::now() + timeout);
    if (!connection.fd) refuse(path, connection.error);
    fd_ = std::move(connection.fd);
}

json::Value ControlClient::ask(const std::string& command, Milliseconds timeout) {
    timeout_ = timeout;
    const Deadline deadline = Clock::now() + timeout;
    ControlRequest request{next_id_++, command};
    send(frame(format_request(request)), deadline);
    const std::string text = receive(deadline);
    auto answer = parse_answer(text);
    if (!answer) {
        throw ControlError(fmt::format("{}: this is no control socket of Indrik", path_),
                           control_exit::kNoInstance);
    }
    if (!answer->is_ok) {
        const bool is_denied = answer->error.starts_with("permission denied");
        throw ControlError(answer->error,
                           is_denied ? control_exit::kDenied : control_exit::kRefused);
    }
    return std::move(answer->data);
}

void ControlClient::wait_for_end(Milliseconds timeout) {
    timeout_ = timeout;
    const Deadline deadline = Clock::now() + timeout;
    std::array<char, 256> ignored;
    for (;;) {
        wait(POLLIN, deadline);
        const ssize_t size = ::recv(fd_.get(), ignored.data(), ignored.size(), 0);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return;
    }
}

void ControlClient::wait(short events, Deadline deadline) const {
    for (;;) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
        pollfd waited{fd_.get(), events, 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(std::max(left, 0ms).count()));
        if (ready > 0) return;
        if (ready == 0) time_out();
    }
}

void ControlClient::time_out() const {
    throw ControlError(fmt::format("{}: no answer within {} s; --timeout sets how long to wait",
                                   path_,
                                   static_cast<double>(timeout_.count()) / 1000),
                       control_exit::kTimedOut);
}

void ControlClient::send(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const ssize_t size = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN || errno == EINTR) {
            wait(POLLOUT, deadline);
        } else {
            return;  // it has closed, perhaps with an answer that says why
        }
    }
}

std::string ControlClient::receive(Deadline deadline) {
    std::array<char, 16384> buffer;
    for (;;) {
        if (auto text = reader_.next()) return std::move(*text);
        if (reader_.is_too_large()) {
            throw ControlError(fmt::format("{}: the answer is too large", path_),
                               control_exit::kNoInstance);
        }
        wait(POLLIN, deadline);
        const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size > 0) {
            reader_.feed({buffer.data(), static_cast<std::size_t>(size)});
        } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            throw ControlError(fmt::format("{}: the master has ended without an answer", path_),
                               control_exit::kNoInstance);
        }
    }
}

}  // namespace indrik::supervisor
