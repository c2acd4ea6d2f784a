#include "supervisor/arbiter/upgrade.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

constexpr int kCannotExecute = 127;  // as shells say it

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Our environment with some variables replaced.
std::vector<std::string> environment_with(std::vector<std::string> changed) {
    std::vector<std::string> result = std::move(changed);
    const std::size_t count = result.size();
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        bool is_changed = false;
        for (std::size_t index = 0; index < count; ++index) {
            const std::size_t size = result[index].find('=') + 1;
            if (text.substr(0, size) == std::string_view(result[index]).substr(0, size))
                is_changed = true;
        }
        if (!is_changed) result.emplace_back(text);
    }
    return result;
}

/// Only what may be called after a fork; everything was made ready before it.
[[noreturn]] void execute(const std::string& folder,
                          const std::vector<int>& kept,
                          char** arguments,
                          char** environment) {
    for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int fd : kept) ::fcntl(fd, F_SETFD, 0);
    if (::chdir(folder.c_str()) == 0) ::execvpe(arguments[0], arguments, environment);
    ::_exit(kCannotExecute);
}

}  // namespace

Invocation Invocation::capture(int argc, char** argv) {
    std::error_code error;
    return {{argv, argv + argc},
            std::filesystem::current_path(error).string(),
            std::filesystem::read_symlink("/proc/self/exe", error).string()};
}

Successor Successor::start(const Invocation& invocation,
                           const std::vector<EndpointHandover>& sockets,
                           const std::vector<MasterNews>& news,
                           std::optional<TimePoint> deadline) {
    if (invocation.arguments.empty())
        throw std::runtime_error("how this program was started is not known");
    auto [ours, theirs] = MasterLink::make();
    for (const MasterNews& piece : news) ours.tell(piece);

    std::vector<int> kept{theirs.get()};
    for (const EndpointHandover& endpoint : sockets) {
        for (const auto& [slot, fd] : endpoint.sockets) kept.push_back(fd);
    }
    std::vector<std::string> arguments = invocation.arguments;
    std::vector<std::string> environment =
        environment_with({fmt::format("{}={} {}", kUpgradeVariable, ::getpid(), theirs.get()),
                          fmt::format("{}={}", kSocketsVariable, format_handover(sockets))});
    const std::vector<char*> argument_list = pointers_to(arguments);
    const std::vector<char*> environment_list = pointers_to(environment);

    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
        execute(invocation.folder,
                kept,
                const_cast<char**>(argument_list.data()),
                const_cast<char**>(environment_list.data()));
    }
    return {pid, std::move(ours), deadline};
}

std::optional<Successor> Successor::adopted() {
    std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
    for (pid_t child = 0; children >> child;) {
        std::ifstream file(fmt::format("/proc/{}/comm", child));
        std::string name;
        if (!std::getline(file, name) || !name.starts_with(kMasterTitle)) continue;
        Successor found(child, MasterLink(), {});
        found.has_taken_over();
        return found;
    }
    return {};
}

void Successor::end(std::chrono::milliseconds patience) {
    ::kill(pid_, std::exchange(was_told_to_end_, true) ? SIGKILL : SIGTERM);
    deadline_ = Clock::now() + patience;
}

std::optional<Predecessor> Predecessor::find() {
    const char* const variable = std::getenv(kUpgradeVariable);
    if (variable == nullptr) return {};
    int pid = 0;
    int fd = -1;
    const bool is_ours = std::sscanf(variable, "%d %d", &pid, &fd) == 2 && pid == ::getppid() &&
                         ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
    ::unsetenv(kUpgradeVariable);
    if (!is_ours) return {};
    return Predecessor(pid, MasterLink(UniqueFd(fd)));
}

void Predecessor::report_ready() {
    was_told_ = true;
    link_.report_ready();
}

}  // namespace indrik::supervisor
