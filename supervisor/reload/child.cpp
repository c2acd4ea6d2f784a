#include "supervisor/reload/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "supervisor/arbiter/signals.hpp"

namespace indrik::supervisor {
namespace {

constexpr int kCannotExecute = 127;

}  // namespace

Child Child::run(const std::function<int(int)>& body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        reset_signals_in_child();
        reader.reset();
        const int code = body(writer.get());
        std::fflush(nullptr);
        ::_exit(code);
    }
    ::setpgid(pid, pid);  // whoever comes first
    ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    return {pid, std::move(reader)};
}

Child Child::run_shell(const std::string& command, const std::function<void()>& prepare) {
    return run_program({"/bin/sh", "-c", command}, ".", prepare);
}

Child Child::run_program(const std::vector<std::string>& arguments,
                         const std::string& folder,
                         const std::function<void()>& prepare) {
    return run([&](int pipe) {
        prepare();
        ::signal(SIGPIPE, SIG_DFL);
        for (const int number : {SIGTERM, SIGINT, SIGQUIT}) ::signal(number, SIG_DFL);
        ::dup2(pipe, STDOUT_FILENO);
        ::dup2(pipe, STDERR_FILENO);
        std::vector<char*> pointers;
        for (const std::string& argument : arguments)
            pointers.push_back(const_cast<char*>(argument.c_str()));
        pointers.push_back(nullptr);
        if (::chdir(folder.c_str()) == 0) ::execvp(pointers.front(), pointers.data());
        std::fputs(::strerror(errno), stderr);
        return kCannotExecute;
    });
}

Child& Child::operator=(Child&& other) noexcept {
    kill();
    pid_ = std::exchange(other.pid_, 0);
    output_fd_ = std::move(other.output_fd_);
    output_ = std::move(other.output_);
    return *this;
}

std::string Child::read() {
    std::string fresh;
    std::array<char, 16384> buffer;
    while (output_fd_) {
        const ssize_t size = ::read(output_fd_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size == 0) output_fd_.reset();
        if (size <= 0) break;
        fresh.append(buffer.data(), static_cast<std::size_t>(size));
    }
    output_ += fresh;
    if (output_.size() > 2 * kKeptBytes) output_.erase(0, output_.size() - kKeptBytes);
    return fresh;
}

void Child::kill() {
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
    abandon();
}

void Child::abandon() {
    pid_ = 0;
    output_fd_.reset();
}

}  // namespace indrik::supervisor
