#include "supervisor/arbiter/preloader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>
#include <utility>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/arbiter/signals.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/system/passed_descriptors.hpp"
#include "supervisor/system/process_title.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::size_t kReasonBytes = 1000;

/// What the preloader answers: once when it has loaded, then for each order.
struct Answer {
    int exit_code = 0;
    pid_t worker = 0;  // 0: it has loaded, or could not
    std::array<char, kReasonBytes> reason{};
};

bool send_answer(int socket, const Answer& answer) {
    return ::send(socket, &answer, sizeof answer, MSG_NOSIGNAL) == sizeof answer;
}

bool send_order(int socket, const Preloader::Order& order, const std::vector<int>& sockets) {
    Preloader::Order sent = order;
    const iovec data{&sent, sizeof sent};
    return send_passing(socket, {&data, 1}, sockets, 0) == sizeof sent;
}

/// False when the master has gone.
bool receive_order(int socket, Preloader::Order& order, std::vector<UniqueFd>& sockets) {
    const iovec data{&order, sizeof order};
    return receive_passed(socket, {&data, 1}, sockets, 0) == sizeof order;
}

Answer load(const Preloader::Load& load_application) {
    Answer answer;
    std::string reason;
    try {
        load_application();
    } catch (const ConfigError& error) {
        answer.exit_code = error.exit_code();
        reason = error.what();
    } catch (const std::exception& error) {
        answer.exit_code = exit_codes::kWorkerBoot;
        reason = error.what();
    } catch (...) {
        answer.exit_code = exit_codes::kWorkerBoot;
        reason = "an exception that is no std::exception";
    }
    reason.copy(answer.reason.data(), answer.reason.size() - 1);
    return answer;
}

/// In the grandchild: waits until its parent has ended and the master has taken it over.
void await_adoption(pid_t parent) {
    while (::getppid() == parent) ::sched_yield();
}

/// The worker's pid goes to the master before its parent ends, so that it is known when it can be reaped.
void fork_one(int socket,
              const Preloader::Work& work,
              const Preloader::Order& order,
              std::vector<UniqueFd> sockets) {
    std::fflush(nullptr);
    const pid_t between = ::fork();
    if (between > 0) {
        while (::waitpid(between, nullptr, 0) < 0 && errno == EINTR) {
        }
        return;
    }
    const pid_t parent = ::getpid();
    const pid_t worker = between == 0 ? ::fork() : -1;
    if (worker == 0) {
        await_adoption(parent);
        ::close(socket);
        work(order, std::move(sockets));
        std::_Exit(exit_codes::kUnexpected);
    }
    Answer answer;
    answer.worker = worker;
    send_answer(socket, answer);
    if (between == 0) std::_Exit(0);
}

[[noreturn]] void serve(int socket,
                        const Preloader::Load& load_application,
                        const Preloader::Work& work) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    set_process_title("preloader");
    const Answer answer = load(load_application);
    const bool is_heard = send_answer(socket, answer);
    for (;;) {
        Preloader::Order order;
        std::vector<UniqueFd> sockets;
        if (!is_heard || answer.exit_code != 0 || !receive_order(socket, order, sockets)) {
            std::_Exit(answer.exit_code);
        }
        fork_one(socket, work, order, std::move(sockets));
    }
}

}  // namespace

Preloader::Preloader(const Load& load, const Work& work) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    socket_.reset(ends[0]);
    UniqueFd other(ends[1]);
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ > 0) return;
    socket_.reset();
    serve(other.release(), load, work);
}

Preloader::~Preloader() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

bool Preloader::is_ready() {
    look();
    return is_ready_ && !failure_;
}

const std::optional<Preloader::Failure>& Preloader::failure() {
    look();
    return failure_;
}

void Preloader::look() {
    if (is_ready_ || failure_) return;
    Answer answer;
    const ssize_t count = ::recv(socket_.get(), &answer, sizeof answer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count != sizeof answer) return died();
    is_ready_ = true;
    if (answer.exit_code != 0) failure_ = Failure{answer.exit_code, answer.reason.data()};
}

void Preloader::died() {
    failure_ = Failure{exit_codes::kWorkerBoot, "the process that preloads it died"};
}

pid_t Preloader::fork_worker(const Order& order, const std::vector<int>& sockets) {
    Answer answer;
    const bool is_sent = sockets.size() <= kMostPassed && send_order(socket_.get(), order, sockets);
    ssize_t count = -1;
    while (is_sent && count < 0) {
        count = ::recv(socket_.get(), &answer, sizeof answer, 0);
        if (count < 0 && errno != EINTR) break;
    }
    if (count == sizeof answer && answer.worker > 0) return answer.worker;
    if (count != sizeof answer) died();
    return -1;
}

}  // namespace indrik::supervisor
