#pragma once
// A child process of the master whose output is read as it comes: the command of --reload-command, or a trial.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// Its process group is killed when this goes. The loop reaps it, and tells by ended().
class Child {
public:
    static constexpr std::size_t kKeptBytes = 24 * 1024;  // of the output, its end

    /// Runs `body` in a child of its own group; it gets the pipe's end to write to, and its result is the exit code.
    /// Errors: std::system_error.
    static Child run(const std::function<int(int pipe)>& body);
    /// Runs a shell command; the pipe takes both of its outputs. `prepare` is called in the child. Errors: std::system_error.
    static Child run_shell(const std::string& command, const std::function<void()>& prepare);

    /// Runs a program with arguments, the first being its name, in a folder; as above. Errors: std::system_error.
    static Child run_program(const std::vector<std::string>& arguments,
                             const std::string& folder,
                             const std::function<void()>& prepare);

    Child() = default;
    Child(Child&& other) noexcept { *this = std::move(other); }
    Child& operator=(Child&& other) noexcept;
    ~Child() { kill(); }

    bool is_there() const { return pid_ > 0; }
    pid_t pid() const { return pid_; }
    int fd() const { return output_fd_.get(); }
    /// What has come since the last call, without waiting.
    std::string read();
    /// All that has come, or its end.
    const std::string& output() const { return output_; }
    /// It has been reaped. Its descendants may live on.
    void ended() { pid_ = 0; }
    void kill();
    /// In a worker: it is not ours.
    void abandon();

private:
    Child(pid_t pid, UniqueFd output) : pid_(pid), output_fd_(std::move(output)) {}

    pid_t pid_ = 0;
    UniqueFd output_fd_;
    std::string output_;
};

}  // namespace indrik::supervisor
