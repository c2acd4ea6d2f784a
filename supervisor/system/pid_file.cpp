#include "supervisor/system/pid_file.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

pid_t read_pid(const std::filesystem::path& path) {
    std::ifstream file(path);
    pid_t pid = 0;
    return file >> pid && pid > 0 ? pid : 0;
}

bool is_alive(pid_t pid) {
    return pid != ::getpid() && (::kill(pid, 0) == 0 || errno == EPERM);
}

}  // namespace

PidFile::PidFile(const std::string& path) {
    if (path.empty()) return;
    const auto target = std::filesystem::absolute(path);
    if (const pid_t other = read_pid(target); other != 0 && is_alive(other)) {
        throw ConfigError(
            fmt::format("--pid: {} names the living process {}; stop it, or remove the file",
                        quote(path),
                        other));
    }
    const auto temporary = target.string() + fmt::format(".{}", ::getpid());
    errno = 0;
    std::ofstream file(temporary, std::ios::trunc);
    file << ::getpid() << '\n';
    file.close();
    std::error_code error;
    if (!file) error.assign(errno, std::generic_category());
    if (file) {
        ::chmod(temporary.c_str(), 0644);
        std::filesystem::rename(temporary, target, error);
    }
    if (!file || error) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw ConfigError(
            fmt::format("--pid: {} cannot be written: {}; name a file in a writable folder",
                        quote(path),
                        error.message()));
    }
    path_ = target;
}

void PidFile::move_to(const std::string& path) {
    const auto target = std::filesystem::absolute(path);
    std::error_code error;
    std::filesystem::rename(path_, target, error);
    if (error) throw ConfigError(fmt::format("--pid: {}: {}", quote(path), error.message()));
    path_ = target;
}

PidFile::~PidFile() {
    std::error_code ignored;
    if (!path_.empty() && read_pid(path_) == ::getpid()) std::filesystem::remove(path_, ignored);
}

}  // namespace indrik::supervisor
