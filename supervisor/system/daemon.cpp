#include "supervisor/system/daemon.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/exit_codes.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void fail(const char* call) {
    throw std::system_error(errno, std::generic_category(), call);
}

// The first byte is the exit code, what follows is the reason; nothing at all: the daemon was killed.
int await_report(int pipe, std::string_view name) {
    std::string message;
    std::array<char, 1024> bytes;
    for (;;) {
        const ssize_t count = ::read(pipe, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        message.append(bytes.data(), static_cast<std::size_t>(count));
    }
    if (message.empty()) {
        std::fputs(fmt::format("{}: the daemon died before its workers served\n", name).c_str(),
                   stderr);
        return exit_codes::kUnexpected;
    }
    const int exit_code = static_cast<unsigned char>(message.front());
    if (exit_code != exit_codes::kSuccess) {
        std::fputs(fmt::format("{}: {}\n", name, message.substr(1)).c_str(), stderr);
    }
    return exit_code;
}

void let_go_of_terminal() {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) fail("/dev/null");
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(null.get(), stream);
    }
}

}  // namespace

void StartReport::tell(int exit_code, std::string_view text) {
    if (!pipe_) return;
    std::string message(1, static_cast<char>(exit_code));
    message += text;
    [[maybe_unused]] const auto written = ::write(pipe_.get(), message.data(), message.size());
    pipe_.reset();
}

DaemonStart go_to_background(std::string_view name) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) fail("fork");
    if (child > 0) {
        writer.reset();
        while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
        }
        return {await_report(reader.get(), name), {}};
    }
    // A session without a terminal; its leader goes, so that it never gets one.
    ::setsid();
    const pid_t daemon = ::fork();
    if (daemon != 0) ::_exit(daemon < 0 ? exit_codes::kUnexpected : exit_codes::kSuccess);
    ::umask(022);
    let_go_of_terminal();
    return {std::nullopt, StartReport(std::move(writer))};
}

}  // namespace indrik::supervisor
