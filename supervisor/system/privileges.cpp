#include "supervisor/system/privileges.hpp"

#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

std::optional<unsigned> as_number(const std::string& text) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
}

struct User {
    uid_t id;
    gid_t group;
    std::string name;  // empty: a number that no name belongs to
};

User find_user(const std::string& text) {
    const auto number = as_number(text);
    const passwd* const entry = number ? ::getpwuid(*number) : ::getpwnam(text.c_str());
    if (entry != nullptr) return {entry->pw_uid, entry->pw_gid, entry->pw_name};
    // A container's user is often but a number. Its group is then ours, or the same number where we are root.
    if (number) return {*number, ::geteuid() == 0 ? *number : ::getegid(), ""};
    throw ConfigError(fmt::format(
        "--user: there is no user {}; name one of /etc/passwd, or a number", quote(text)));
}

gid_t find_group(const std::string& text) {
    if (const auto number = as_number(text)) return *number;
    const group* const entry = ::getgrnam(text.c_str());
    if (entry != nullptr) return entry->gr_gid;
    throw ConfigError(fmt::format(
        "--group: there is no group {}; name one of /etc/group, or a number", quote(text)));
}

void require_root(const char* flag, const std::string& text) {
    if (::geteuid() == 0) return;
    throw ConfigError(fmt::format(
        "{}: nobody but root can become {}; start as root, or leave it out", flag, quote(text)));
}

void own_file(const char* flag, const std::string& path, const Identity& identity) {
    if (path.empty() || path == "-") return;
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 ||
        (S_ISREG(status.st_mode) && ::fchown(file.get(), identity.user, identity.group) != 0)) {
        throw ConfigError(
            fmt::format("{}: {}: {}", flag, path, std::generic_category().message(errno)));
    }
}

}  // namespace

Identity resolve_identity(const Settings& settings) {
    Identity identity{::geteuid(), ::getegid(), "", false};
    if (!settings.user.empty()) {
        User user = find_user(settings.user);
        if (user.id != ::geteuid()) require_root("--user", settings.user);
        identity.changes = user.id != ::geteuid();
        if (identity.changes) identity.group = user.group;
        identity.user = user.id;
        if (settings.initgroups) identity.user_name = std::move(user.name);
    }
    if (!settings.group.empty()) {
        identity.group = find_group(settings.group);
        if (identity.group != ::getegid()) require_root("--group", settings.group);
    }
    identity.changes = identity.changes || identity.group != ::getegid();
    return identity;
}

void warn_of_root(const Settings& settings, const Logger& log) {
    if (settings.allow_root || resolve_identity(settings).user != 0) return;
    log.warning(
        "The workers are root: whoever breaks into the application has the machine. Name another "
        "user with --user, or say that it is meant with --allow-root");
}

void become(const Identity& identity) {
    if (!identity.changes) return;
    if (!identity.user_name.empty()) {
        if (::initgroups(identity.user_name.c_str(), identity.group) != 0) fail("initgroups");
    } else if (::setgroups(1, &identity.group) != 0) {
        fail("setgroups");
    }
    if (::setresgid(identity.group, identity.group, identity.group) != 0) fail("setresgid");
    if (::setresuid(identity.user, identity.user, identity.user) != 0) fail("setresuid");
    ::prctl(PR_SET_DUMPABLE, 1);  // or crashes would leave no core, and /proc/self would be root's
}

void own_log_files(const Settings& settings) {
    const Identity identity = resolve_identity(settings);
    if (!identity.changes) return;
    own_file("--error-logfile", settings.error_logfile, identity);
    own_file("--access-logfile", settings.access_logfile, identity);
}

void own_unix_sockets(const Settings& settings) {
    const Identity identity = resolve_identity(settings);
    if (!identity.changes) return;
    for (const Address& address : settings.bind) {
        if (!address.is_unix()) continue;
        if (::lchown(address.path().c_str(), identity.user, identity.group) != 0) {
            throw ConfigError(fmt::format("--bind: {}: its owner cannot be changed: {}",
                                          format_address(address),
                                          std::generic_category().message(errno)));
        }
    }
}

SocketUmask::SocketUmask(const Settings& settings)
    : before_(::umask(static_cast<mode_t>(settings.umask))) {}

SocketUmask::~SocketUmask() {
    ::umask(before_);
}

}  // namespace indrik::supervisor
