#include "supervised.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/arbiter.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/channel.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;

sigset_t worker_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGQUIT, SIGUSR1}) ::sigaddset(&set, number);
    return set;
}

}  // namespace

// In memory that the test, the master and the workers share.
struct Supervised::Script {
    std::atomic<Behaviour> behaviour;
    std::atomic<bool> may_boot;
};

class Supervised::FakeWorker final : public WorkerProcess {
public:
    explicit FakeWorker(Script& script) : script_(script) {}

    int run(WorkerContext& context) override {
        const Logger log = context.log.logger("worker");
        const Behaviour behaviour = script_.behaviour;
        switch (behaviour) {
            case Behaviour::FailToBoot:
                context.mark_failed("on_startup: no database");
                return exit_codes::kWorkerBoot;
            case Behaviour::FailToLoad:
                context.mark_failed("app.so: no such file");
                return exit_codes::kApplicationLoad;
            case Behaviour::ThrowAtBoot:
                throw std::runtime_error("thrown at boot");
            case Behaviour::CrashAtBoot:
                ::raise(SIGKILL);
                break;
            case Behaviour::HangAtBoot:
                hang();
            case Behaviour::BootSlowly:
                while (!script_.may_boot) {
                    context.line.beat();
                    std::this_thread::sleep_for(1ms);
                }
                break;
            default:
                break;
        }
        ::signal(SIGSEGV, SIG_DFL);  // a sanitizer may have taken it
        const sigset_t set = worker_signals();
        ::sigprocmask(SIG_BLOCK, &set, nullptr);
        log.info("has {} sockets", context.sockets.size());
        context.mark_ready();
        if (behaviour == Behaviour::SwallowEverything) ::signal(SIGABRT, SIG_IGN);
        if (behaviour == Behaviour::HangWhenReady || behaviour == Behaviour::SwallowEverything)
            hang();
        serve(context, log, behaviour == Behaviour::IgnoreSignals);
    }

private:
    // Leaves without exit(): sanitizers would look for leaks in each of many workers.
    [[noreturn]] static void serve(WorkerContext& context, const Logger& log, bool is_stubborn) {
        const sigset_t set = worker_signals();
        for (;;) {
            context.line.beat();
            note_messages(context, log);
            const timespec pause{0, 5'000'000};
            const int number = ::sigtimedwait(&set, nullptr, &pause);
            if (number <= 0) continue;
            log.info("got {} (pid:{})", signal_name(number), ::getpid());
            if (number != SIGUSR1 && !is_stubborn) ::_exit(0);
        }
    }

    static void note_messages(const WorkerContext& context, const Logger& log) {
        bool is_over = false;
        while (const auto received = receive_message(context.channel.get(), is_over)) {
            const bool serves = received->message.kind == ChannelMessage::ServeSlot;
            log.info("{} slot {} with {} sockets",
                     serves ? "serves" : "leaves",
                     received->message.slot,
                     received->sockets.size());
        }
    }

    [[noreturn]] static void hang() {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
    }

    Script& script_;
};

Supervised::Supervised(std::vector<std::string> arguments,
                       Behaviour behaviour,
                       std::vector<std::string> successor) {
    void* const memory =
        ::mmap(nullptr, sizeof(Script), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap");
    script_ = new (memory) Script{behaviour, false};

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    log_.reset(ends[0]);
    const UniqueFd writer(ends[1]);
    pid_ = ::fork();
    if (pid_ != 0) return;

    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setsid();  // no terminal, as a daemon
    ::dup2(writer.get(), STDERR_FILENO);
    arguments.insert(arguments.begin(), {"--log-level", "debug", "--allow-root"});
    const auto is_address = [](const std::string& argument) {
        return argument == "-b" || argument == "-c";
    };
    if (std::ranges::none_of(arguments, is_address))
        arguments.insert(arguments.begin(), {"-b", "127.0.0.1:0"});
    int code = exit_codes::kUnexpected;
    try {
        FakeWorker worker(*script_);
        Arbiter arbiter(SettingsLoader(std::move(arguments), Program::Embedded),
                        worker,
                        Invocation{std::move(successor), "/"});
        code = arbiter.run();
    } catch (const ConfigError& error) {
        ::dprintf(STDERR_FILENO, "refused: %s\n", error.what());
        code = error.exit_code();
    } catch (const std::exception& error) {
        ::dprintf(STDERR_FILENO, "unexpected: %s\n", error.what());
    }
    ::_exit(code);
}

Supervised::~Supervised() {
    if (pid_ > 0) {
        const auto workers = children();  // some behave so badly that they would outlive it
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        for (const pid_t worker : workers) ::kill(worker, SIGKILL);
    }
    ::munmap(script_, sizeof(Script));
}

void Supervised::set_behaviour(Behaviour behaviour) {
    script_->behaviour = behaviour;
}

void Supervised::let_boot() {
    script_->may_boot = true;
}

void Supervised::signal(int number) const {
    ::kill(pid_, number);
}

bool Supervised::read_line(std::string& line) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        const std::size_t end = unread_.find('\n');
        if (end != std::string::npos) {
            line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return true;
        }
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        pollfd waited{log_.get(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waited, 1, static_cast<int>(left.count())) != 1)
            return false;
        char bytes[4096];
        const ssize_t size = ::read(log_.get(), bytes, sizeof bytes);
        if (size <= 0) return false;
        unread_.append(bytes, static_cast<std::size_t>(size));
    }
}

std::string Supervised::expect(std::string_view text) {
    std::string seen;
    for (std::string line; read_line(line); seen += line + '\n') {
        if (line.find(text) != std::string::npos) return line;
    }
    ADD_FAILURE() << "no line with \"" << text << "\" in:\n" << seen;
    return {};
}

pid_t Supervised::expect_ready() {
    return pid_in(expect("is ready in slot"));
}

std::string Supervised::rest() {
    std::string seen;
    for (std::string line; read_line(line);) seen += line + '\n';
    return seen;
}

int Supervised::exit_code() {
    int status = 0;
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > limit) {
            ADD_FAILURE() << "the master does not end";
            return -1;
        }
        std::this_thread::sleep_for(1ms);
    }
    pid_ = -1;
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<pid_t> Supervised::children() const {
    std::ifstream file(fmt::format("/proc/{}/task/{}/children", pid_, pid_));
    std::vector<pid_t> result;
    for (pid_t child = 0; file >> child;) result.push_back(child);
    return result;
}

pid_t pid_in(const std::string& line) {
    const std::size_t mark = line.rfind("pid:");
    return mark == std::string::npos ? -1 : std::atoi(line.c_str() + mark + 4);
}

std::vector<pid_t> Supervised::children_once(std::size_t count) const {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    std::vector<pid_t> running = children();
    while (running.size() != count && std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(1ms);
        running = children();
    }
    return running;
}

bool wait_until_gone(pid_t pid) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (::kill(pid, 0) == 0) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

}  // namespace indrik::supervisor
