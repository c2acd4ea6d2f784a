#include "supervisor/system/message_socket.hpp"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kPauseBetweenTries = 1s;
constexpr std::string_view kUnix = "unix://";

[[noreturn]] void refuse(std::string_view text, std::string_view right) {
    throw BadValue(fmt::format("{} is no address; write {}", quote(text), right));
}

// An address without a port gets this one.
Address parse_host(std::string_view text, std::string_view port) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port) return Address::parse(text);
    return Address::parse(fmt::format("{}:{}", text, port));
}

bool has_gone(int error) {
    return error == ECONNREFUSED || error == ECONNRESET || error == ENOTCONN || error == EPIPE ||
           error == EDESTADDRREQ || error == EBADF || error == ECONNABORTED || error == ETIMEDOUT;
}

}  // namespace

MessageAddress parse_syslog_address(std::string_view text) {
    constexpr std::string_view kRight =
        "unix://PATH, unix://PATH#dgram, unix://PATH#stream, udp://HOST:PORT or tcp://HOST:PORT";
    const auto host_behind = [&](std::size_t prefix) {
        if (text.size() == prefix) refuse(text, kRight);
        return parse_host(text.substr(prefix), "514");
    };
    if (text.starts_with("udp://")) return {host_behind(6), Transport::Datagram};
    if (text.starts_with("tcp://")) return {host_behind(6), Transport::Stream};
    if (!text.starts_with(kUnix)) refuse(text, kRight);
    const std::size_t mark = text.find('#');
    const std::string_view kind = mark == std::string_view::npos ? "" : text.substr(mark + 1);
    Transport transport = Transport::Either;
    if (kind == "dgram") transport = Transport::Datagram;
    if (kind == "stream") transport = Transport::Stream;
    if (mark != std::string_view::npos && transport == Transport::Either) refuse(text, kRight);
    return {Address::parse(text.substr(0, mark)), transport};
}

MessageAddress parse_statsd_address(std::string_view text) {
    if (text.starts_with(kUnix)) return {Address::parse(text), Transport::Datagram};
    if (text.empty() || text.find('/') != std::string_view::npos)
        refuse(text, "HOST:PORT or unix://PATH");
    return {parse_host(text, "8125"), Transport::Datagram};
}

MessageSocket::MessageSocket(MessageAddress address, std::string_view flag)
    : address_(std::move(address)) {
    try {
        resolved_ = resolve(address_.where);
    } catch (const ConfigError&) {
        throw ConfigError(
            fmt::format("{}: {} cannot be looked up", flag, quote(format_address(address_.where))));
    }
}

bool MessageSocket::send(std::string_view message) {
    if (const pid_t process = ::getpid(); process != owner_) {
        owner_ = process;
        socket_.reset();
        rest_.clear();
        next_try_ = {};
    }
    if (!socket_ && !connect()) return false;
    return is_stream_ ? send_stream(message) : send_datagram(message);
}

bool MessageSocket::connect() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_try_) return false;
    next_try_ = now + kPauseBetweenTries;
    if (address_.transport != Transport::Stream && connect_as(SOCK_DGRAM)) return true;
    return address_.transport != Transport::Datagram && connect_as(SOCK_STREAM);
}

bool MessageSocket::connect_as(int type) {
    UniqueFd socket(::socket(resolved_.storage.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return false;
    // A TCP connection is made in the background; what is sent before it stands is lost.
    if (::connect(socket.get(), resolved_.data(), resolved_.size) != 0 && errno != EINPROGRESS)
        return false;
    socket_ = std::move(socket);
    is_stream_ = type == SOCK_STREAM;
    rest_.clear();
    return true;
}

bool MessageSocket::send_datagram(std::string_view message) {
    for (int tries = 0; tries < 2; ++tries) {
        if (::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0) return true;
        // UDP reports the fate of an earlier datagram: this one may be sent all the same.
        if (!has_gone(errno)) return false;
        if (address_.where.is_unix()) {
            socket_.reset();
            if (!connect()) return false;
        }
    }
    return false;
}

bool MessageSocket::send_stream(std::string_view message) {
    const std::string line = rest_ + std::string(message) + '\n';
    const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (has_gone(errno)) socket_.reset();
        return false;
    }
    // A line that has begun to go out must end, or the next one would run into it.
    const auto size = static_cast<std::size_t>(sent);
    if (size > rest_.size()) {
        rest_ = line.substr(size);
        return true;
    }
    rest_.erase(0, size);
    return false;
}

}  // namespace indrik::supervisor
