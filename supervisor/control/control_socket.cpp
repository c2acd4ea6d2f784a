#include "supervisor/control/control_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/control/socket_path.hpp"
#include "supervisor/control/unix_connection.hpp"

namespace indrik::supervisor {
namespace {

constexpr int kBacklog = 16;
constexpr std::size_t kMostGroups = 65536;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw ConfigError(fmt::format("--control-socket: {}: {}", quote(path), reason));
}

std::string error_text(int number) {
    return std::generic_category().message(number);
}

// A socket of a living process that we do not succeed, or a file that is something else, is in the way.
void refuse_taken_path(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) refuse(path, "there is a file that is no socket");
    const UnixConnection other = connect_unix(path);
    if (!other.fd) {
        if (other.error == ECONNREFUSED || other.error == ENOENT) return;
        refuse(path, error_text(other.error));
    }
    const pid_t owner = peer_of(other.fd.get()).pid;
    if (owner != ::getppid() && owner != ::getpid()) {
        refuse(path, fmt::format("process {} listens there; each instance needs its own", owner));
    }
}

bool is_in_group(int connection, gid_t wanted) {
    std::vector<gid_t> groups(64);
    for (;;) {
        auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        if (::getsockopt(connection, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
            groups.resize(size / sizeof(gid_t));
            return std::ranges::find(groups, wanted) != groups.end();
        }
        const std::size_t needed = size / sizeof(gid_t);
        if (errno != ERANGE || needed <= groups.size() || needed > kMostGroups) return false;
        groups.resize(needed);
    }
}

}  // namespace

ControlSocket::ControlSocket(std::string path, unsigned mode)
    : path_(std::filesystem::absolute(path).string()), mode_(mode) {
    if (!unix_address(path_ + ".new")) {
        refuse(path, "is too long for a socket; 100 bytes is a safe length");
    }
    refuse_taken_path(path_);
    listen();
}

void ControlSocket::listen() {
    const std::string temporary = path_ + ".new";
    const auto address = unix_address(temporary);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) refuse(path_, error_text(errno));
    ::unlink(temporary.c_str());
    const mode_t old_mask = ::umask(0777);  // nobody comes in before the mode is right
    const int bound =
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
    const int bind_error = errno;
    ::umask(old_mask);
    if (bound != 0) refuse(path_, error_text(bind_error));
    struct stat status {};
    const bool is_good =
        ::listen(fd.get(), kBacklog) == 0 && ::chmod(temporary.c_str(), mode_) == 0 &&
        ::lstat(temporary.c_str(), &status) == 0 && ::rename(temporary.c_str(), path_.c_str()) == 0;
    const int error = errno;
    if (!is_good) {
        ::unlink(temporary.c_str());
        refuse(path_, error_text(error));
    }
    fd_ = std::move(fd);
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

ControlSocket::~ControlSocket() {
    if (fd_ && is_ours()) ::unlink(path_.c_str());
}

bool ControlSocket::is_ours() const {
    struct stat status {};
    return ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
           status.st_ino == inode_;
}

void ControlSocket::restore() {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0 || errno != ENOENT) return;
    try {
        listen();
    } catch (const ConfigError&) {
        // The folder is gone, too; we look again later.
    }
}

void ControlSocket::abandon() {
    fd_.reset();
}

bool ControlSocket::admits(int connection) const {
    const ucred peer = peer_of(connection);
    if (peer.uid == 0 || peer.uid == ::geteuid() || peer.uid == ::getuid()) return true;
    if ((mode_ & S_IWOTH) != 0) return true;
    struct stat status {};
    if ((mode_ & S_IWGRP) == 0 || ::lstat(path_.c_str(), &status) != 0) return false;
    return peer.gid == status.st_gid || is_in_group(connection, status.st_gid);
}

std::string control_socket_path(const Settings& settings) {
    if (!settings.control_socket.empty()) return settings.control_socket;
    const std::filesystem::path folder = prepare_control_folder();
    remove_stale_sockets(folder);
    return (folder / control_file(instance_name(settings), ::getpid())).string();
}

}  // namespace indrik::supervisor
