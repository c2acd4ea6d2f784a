#include "indrik/net/poller.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>

namespace indrik::net {
namespace {

constexpr std::uint32_t kReadEvents = EPOLLIN | EPOLLRDHUP | EPOLLET;

/// In the cancellation slot of a task while it waits for a socket.
class CancelWait {
public:
    explicit CancelWait(PolledSocket* socket) : socket_(socket) {}
    void operator()(asio::cancellation_type_t) { socket_->cancel(); }

private:
    PolledSocket* socket_;
};

/// sendfile(2) knows no MSG_NOSIGNAL, and a peer that goes must not end the process. Whoever handles the signal keeps it.
void ignore_broken_pipes() {
    struct sigaction present {};
    if (::sigaction(SIGPIPE, nullptr, &present) == 0 && (present.sa_flags & SA_SIGINFO) == 0 &&
        present.sa_handler == SIG_DFL) {
        ::signal(SIGPIPE, SIG_IGN);
    }
}

}  // namespace

asio::execution_context::id Poller::id;

Poller::Poller(asio::execution_context& context)
    : service(context),
      epoll_(static_cast<asio::io_context&>(context).get_executor(),
             ::epoll_create1(EPOLL_CLOEXEC)) {
    ignore_broken_pipes();
}

Poller::~Poller() = default;

Poller& Poller::of(const LoopExecutor& executor) {
    return asio::use_service<Poller>(executor.context());
}

// The loop goes: coroutines that wait here must go with it, for Asio does not know them.
void Poller::shutdown() {
    is_gone_ = true;
    while (!sockets_.empty()) {
        PolledSocket& socket = sockets_.front();
        static_cast<ListHook&>(socket).unlink();
        socket.drop_waits();
    }
    std::error_code ignored;
    epoll_.close(ignored);
}

void Poller::add(int fd, PolledSocket& socket) {
    epoll_event event{};
    event.events = kReadEvents;
    event.data.ptr = &socket;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) != 0) {
        throw std::system_error(errno, std::system_category(), "cannot watch a socket");
    }
    sockets_.push_back(socket);
}

void Poller::modify(int fd, PolledSocket& socket, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &socket;
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

// Closing the descriptor would not be enough: a child process between fork and exec may hold another one to the same socket,
// and events would go on coming.
void Poller::forget(int fd, PolledSocket& socket) {
    if (fd >= 0 && !is_gone_) ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
    for (int i = 0; i < batch_size_; ++i) {
        if (batch_[i].data.ptr == &socket) batch_[i].data.ptr = nullptr;
    }
}

void Poller::wait_begins() {
    ++waits_;
    if (!is_watching_ && batch_ == nullptr) watch();
}

void Poller::wait_ends() {
    --waits_;
    // Nobody waits: let the loop end if there is nothing else. A batch decides when it is through.
    if (waits_ == 0 && is_watching_ && batch_ == nullptr && !is_gone_) {
        std::error_code ignored;
        epoll_.cancel(ignored);
    }
}

void Poller::watch() {
    is_watching_ = true;
    epoll_.async_wait(asio::posix::descriptor_base::wait_read,
                      [this](const std::error_code& error) {
                          if (is_gone_) return;
                          is_watching_ = false;
                          if (!error) dispatch();
                          if (waits_ != 0 && !is_watching_) watch();
                      });
}

// One batch a turn: whatever else the loop has to do comes in between.
void Poller::dispatch() {
    std::array<epoll_event, kBatch> events;
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kBatch, 0);
    batch_ = events.data();
    batch_size_ = count;
    for (int i = 0; i < count; ++i) {
        if (auto* const socket =
                static_cast<PolledSocket*>(events[static_cast<std::size_t>(i)].data.ptr)) {
            socket->handle(events[static_cast<std::size_t>(i)].events);
        }
    }
    batch_ = nullptr;
    batch_size_ = 0;
}

PolledSocket::PolledSocket(const LoopExecutor& executor, int fd)
    : poller_(Poller::of(executor)), fd_(fd) {
    poller_.add(fd, *this);
}

PolledSocket::~PolledSocket() {
    poller_.forget(fd_, *this);
    drop_waits();
}

void PolledSocket::wait(Direction direction, std::error_code& error, detail::Frame* frame) {
    Wait& wait = wait_of(direction);
    wait.continuation.emplace(frame);
    wait.error = &error;
    error.clear();
    poller_.wait_begins();
    if (wait.continuation->is_cancelled() || fd_ < 0) {
        resume_later(direction, asio::error::operation_aborted);
        return;
    }
    if (direction == Direction::Write && !std::exchange(watches_write_, true)) {
        poller_.modify(fd_, *this, kReadEvents | EPOLLOUT);
    }
    // Not at once: whoever has more to read lets the others have their turn.
    if ((ready_ & readiness(direction)) != 0) {
        resume_later(direction, {});
        return;
    }
    asio::cancellation_slot slot = wait.continuation->get_cancellation_slot();
    if (slot.is_connected()) slot.emplace<CancelWait>(this);
}

void PolledSocket::handle(std::uint32_t events) {
    if ((events & EPOLLIN) != 0) ready_ |= bit(Direction::Read);
    if ((events & EPOLLOUT) != 0) ready_ |= bit(Direction::Write);
    if ((events & EPOLLRDHUP) != 0) ready_ |= kEnded;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) ready_ |= kEnded | kBroken;
    const bool wakes_reader = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    const bool wakes_writer = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    if (wakes_writer && write_.continuation) {
        // The reader, if any, comes in the loop's next turn: the writer may well destroy this socket.
        if (wakes_reader && read_.continuation) resume_later(Direction::Read, {});
        resume(Direction::Write);
    } else if (wakes_reader && read_.continuation) {
        resume(Direction::Read);
    }
}

void PolledSocket::resume(Direction direction) {
    Wait& wait = wait_of(direction);
    detail::Continuation continuation = std::move(*wait.continuation);
    wait.continuation.reset();
    poller_.wait_ends();
    continuation.resume();
}

void PolledSocket::resume_later(Direction direction, std::error_code why) {
    Wait& wait = wait_of(direction);
    if (!wait.continuation) return;
    *wait.error = why;
    detail::Continuation continuation = std::move(*wait.continuation);
    wait.continuation.reset();
    const LoopExecutor executor = continuation.get_executor();
    asio::post(executor,
               [continuation = std::move(continuation)]() mutable { continuation.resume(); });
    poller_.wait_ends();
}

void PolledSocket::cancel() noexcept {
    resume_later(Direction::Read, asio::error::operation_aborted);
    resume_later(Direction::Write, asio::error::operation_aborted);
}

void PolledSocket::close() noexcept {
    poller_.forget(fd_, *this);
    fd_ = -1;
    cancel();
}

void PolledSocket::drop_waits() {
    for (Wait* const wait : {&read_, &write_}) {
        if (!wait->continuation) continue;
        // The destructor of what is moved out queues the coroutine's destruction.
        const detail::Continuation dropped = std::move(*wait->continuation);
        wait->continuation.reset();
        --poller_.waits_;
    }
}

}  // namespace indrik::net
