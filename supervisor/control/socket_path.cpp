#include "supervisor/control/socket_path.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/control/unix_connection.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kSuffix = ".sock";
constexpr std::size_t kLongestName = 40;

bool is_folder(const char* path) {
    struct stat status {};
    return ::stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& reason) {
    throw ConfigError(fmt::format("--control-socket: the folder {}: {}", folder.string(), reason));
}

bool is_gone(pid_t pid) {
    return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

std::filesystem::path control_folder() {
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime == '/' && is_folder(runtime)) {
        return std::filesystem::path(runtime) / "indrik";
    }
    if (::geteuid() == 0 && is_folder("/run")) return "/run/indrik";
    return fmt::format("/tmp/indrik-{}", ::geteuid());
}

std::filesystem::path prepare_control_folder() {
    const std::filesystem::path folder = control_folder();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        refuse(folder, std::generic_category().message(errno));
    }
    struct stat status {};
    if (::lstat(folder.c_str(), &status) != 0) {
        refuse(folder, std::generic_category().message(errno));
    }
    if (!S_ISDIR(status.st_mode)) refuse(folder, "is no folder");
    // Whoever could write there could put a socket of his own in our place.
    if (status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        refuse(folder, "belongs to another user, or others may write to it");
    }
    return folder;
}

std::string instance_name(std::string_view application) {
    const std::size_t slash = application.rfind('/');
    if (slash != application.npos) application.remove_prefix(slash + 1);
    application = application.substr(0, application.find(':'));
    if (application.ends_with(".so")) application.remove_suffix(3);
    std::string name(application.substr(0, kLongestName));
    const auto is_bad = [](unsigned char byte) {
        return std::isalnum(byte) == 0 && byte != '-' && byte != '_' && byte != '.';
    };
    std::ranges::replace_if(name, is_bad, '_');
    return name.empty() ? "indrik" : name;
}

std::string control_file(std::string_view name, pid_t pid) {
    return fmt::format("{}-{}{}", name, pid, kSuffix);
}

std::vector<InstanceSocket> list_instances(const std::filesystem::path& folder) {
    std::vector<InstanceSocket> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string file = entry->path().filename().string();
        if (!file.ends_with(kSuffix)) continue;
        const std::string stem = file.substr(0, file.size() - kSuffix.size());
        const std::size_t dash = stem.rfind('-');
        if (dash == std::string::npos) continue;
        InstanceSocket instance{entry->path(), stem.substr(0, dash), 0};
        const char* const last = stem.data() + stem.size();
        const auto parsed = std::from_chars(stem.data() + dash + 1, last, instance.pid);
        if (parsed.ec == std::errc() && parsed.ptr == last) found.push_back(std::move(instance));
    }
    std::ranges::sort(found, {}, &InstanceSocket::path);
    return found;
}

void remove_stale_sockets(const std::filesystem::path& folder) {
    for (const InstanceSocket& instance : list_instances(folder)) {
        // In another PID namespace that shares the folder the process may live: then somebody listens.
        if (is_gone(instance.pid) && connect_unix(instance.path.string()).error == ECONNREFUSED) {
            ::unlink(instance.path.c_str());
        }
    }
}

}  // namespace indrik::supervisor
