#include "supervisor/arbiter/metrics_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

constexpr int kBacklog = 16;

std::uint64_t inode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

UniqueFd open_socket(const Address& address) {
    try {
        if (!address.is_unix()) refuse_taken_port(address);
        UniqueFd socket =
            address.is_unix() ? bind_unix(address) : bind_tcp(address, address.port());
        start_listening(socket.get(), address, kBacklog);
        return socket;
    } catch (const ConfigError& error) {
        std::string_view text = error.what();
        constexpr std::string_view kBind = "--bind: ";
        if (text.starts_with(kBind)) text.remove_prefix(kBind.size());
        throw ConfigError(fmt::format("--metrics-bind: {}", text));
    }
}

bool is_complete(std::string_view request) {
    return request.find("\r\n\r\n") != std::string_view::npos ||
           request.find("\n\n") != std::string_view::npos;
}

std::string respond(std::string_view status,
                    std::string_view type,
                    std::string_view body,
                    bool is_head = false) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}",
        status,
        type,
        body.size(),
        status.starts_with("405") ? "Allow: GET, HEAD\r\n" : "",
        is_head ? "" : body);
}

std::string answer(std::string_view request, const std::function<std::string()>& text) {
    constexpr std::string_view kPlain = "text/plain; charset=utf-8";
    const std::string_view line = request.substr(0, request.find_first_of("\r\n"));
    const std::size_t target_begin = line.find(' ');
    const std::size_t target_end = line.rfind(' ');
    if (target_begin == std::string_view::npos || target_end == target_begin ||
        !line.substr(target_end + 1).starts_with("HTTP/1.")) {
        return respond("400 Bad Request", kPlain, "This is no HTTP/1 request.\n");
    }
    const std::string_view method = line.substr(0, target_begin);
    std::string_view path = line.substr(target_begin + 1, target_end - target_begin - 1);
    path = path.substr(0, path.find('?'));
    if (method != "GET" && method != "HEAD")
        return respond("405 Method Not Allowed", kPlain, "Ask with GET.\n");
    if (path != "/metrics") return respond("404 Not Found", kPlain, "It is at /metrics.\n");
    return respond("200 OK", "text/plain; version=0.0.4; charset=utf-8", text(), method == "HEAD");
}

}  // namespace

MetricsServer::MetricsServer(const Address& address)
    : address_(address), socket_(open_socket(address)) {
    if (address_.is_unix()) {
        inode_ = inode_of(address_.path());
    } else {
        port_ = bound_port(socket_.get());
    }
}

MetricsServer::~MetricsServer() {
    if (socket_ && address_.is_unix() && inode_ != 0 && inode_of(address_.path()) == inode_)
        ::unlink(address_.path().c_str());
}

std::string MetricsServer::url() const {
    return format_url(address_, port_) + (address_.is_unix() ? "" : "/metrics");
}

void MetricsServer::add_to(PollSet& polled) const {
    if (!socket_) return;
    // While all places are taken, who waits is left in the queue; a place is free within seconds.
    if (connections_.size() < kConnections) polled.add(socket_.get(), POLLIN);
    for (const Connection& connection : connections_) {
        const short events = connection.response.empty() ? POLLIN : POLLOUT;
        polled.add(connection.socket.get(), events);
    }
    polled.wake_by(next_deadline());
}

void MetricsServer::serve(const std::function<std::string()>& text) {
    if (!socket_) return;
    accept();
    const TimePoint now = Clock::now();
    std::erase_if(connections_, [&](Connection& connection) {
        return now >= connection.deadline || !advance(connection, text);
    });
}

void MetricsServer::accept() {
    while (connections_.size() < kConnections) {
        UniqueFd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!client) return;
        connections_.push_back({std::move(client), Clock::now() + kPatience, {}, {}});
    }
}

bool MetricsServer::advance(Connection& connection, const std::function<std::string()>& text) {
    if (connection.response.empty()) {
        if (!receive(connection)) return false;
        if (is_complete(connection.request)) {
            connection.response = answer(connection.request, text);
        } else if (connection.request.size() > kRequestBytes) {
            connection.response = respond(
                "431 Request Header Fields Too Large", "text/plain; charset=utf-8", "Too long.\n");
        } else {
            return true;
        }
    }
    return send(connection);
}

bool MetricsServer::receive(Connection& connection) {
    std::array<char, 2048> bytes;
    while (connection.request.size() <= kRequestBytes) {
        const ssize_t size = ::recv(connection.socket.get(), bytes.data(), bytes.size(), 0);
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        if (size == 0) return false;
        connection.request.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return true;
}

bool MetricsServer::send(Connection& connection) {
    std::string& response = connection.response;
    const ssize_t size =
        ::send(connection.socket.get(), response.data(), response.size(), MSG_NOSIGNAL);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    response.erase(0, static_cast<std::size_t>(size));
    if (!response.empty()) return true;
    ::shutdown(connection.socket.get(), SHUT_WR);
    return false;
}

TimePoint MetricsServer::next_deadline() const {
    TimePoint earliest = TimePoint::max();
    for (const Connection& connection : connections_)
        earliest = std::min(earliest, connection.deadline);
    return earliest;
}

void MetricsServer::abandon() {
    connections_.clear();
    socket_.reset();
}

}  // namespace indrik::supervisor
