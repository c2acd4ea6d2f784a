#pragma once
// Tells the sockets of a loop when they may be read or written, at the least cost that Linux allows.
//
// Asio asks the kernel anew (epoll_ctl) for every wait. Connections wait once a request, so here they are registered once,
// edge-triggered, with an epoll instance of their own; what was reported is remembered until a read or write finds nothing
// more to do. Asio watches only that instance, and each of its reports brings a batch of ready sockets. A waiting coroutine
// is resumed directly, without an operation object: an idle connection costs what is in PolledSocket.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include <asio/execution_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <sys/epoll.h>

#include "indrik/core/detail/continuation.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"
#include "indrik/net/stream.hpp"

namespace indrik::net {

class PolledSocket;

/// One per loop, made on first use; a service of its io_context. From then on the process ignores SIGPIPE, if it has no handler
/// for it.
class Poller final : public asio::execution_context::service {
public:
    using key_type = Poller;
    static asio::execution_context::id id;

    explicit Poller(asio::execution_context& context);
    ~Poller() override;

    static Poller& of(const LoopExecutor& executor);

private:
    friend class PolledSocket;
    static constexpr int kBatch = 128;

    void shutdown() override;
    void add(int fd, PolledSocket& socket);
    void modify(int fd, PolledSocket& socket, std::uint32_t events);
    void forget(int fd, PolledSocket& socket);
    void wait_begins();
    void wait_ends();
    void watch();
    void dispatch();

    asio::posix::basic_stream_descriptor<LoopExecutor> epoll_;
    IntrusiveList<PolledSocket> sockets_;
    std::size_t waits_ = 0;
    bool is_watching_ = false;
    bool is_gone_ = false;
    // The batch being dispatched: sockets that go meanwhile are struck out.
    epoll_event* batch_ = nullptr;
    int batch_size_ = 0;
};

/// A registered socket with at most one coroutine waiting in each direction. Not movable. Does not own the descriptor.
class PolledSocket : private ListHook {
public:
    /// Errors: std::system_error if the kernel refuses to watch the descriptor.
    PolledSocket(const LoopExecutor& executor, int fd);
    PolledSocket(const PolledSocket&) = delete;
    ~PolledSocket();

    int fd() const { return fd_; }
    /// Suspends the coroutine of `frame` until the socket is ready, cancel(), or the cancellation of its task; `error` says which.
    /// REQUIRES: no other wait in that direction.
    void wait(Direction direction, std::error_code& error, detail::Frame* frame);
    /// Notes that nothing more can be done in a direction until the kernel reports it again.
    void exhausted(Direction direction) { ready_ &= static_cast<std::uint32_t>(~bit(direction)); }
    /// Whether the peer has finished sending, or the connection is broken: then there is always something to read, if only the end.
    bool peer_has_ended() const { return (ready_ & kEnded) != 0; }
    /// Ends the waits with operation_aborted, in the loop's next turn.
    void cancel() noexcept;
    /// The descriptor is about to be closed: cancels, and is told nothing more.
    void close() noexcept;

private:
    friend class Poller;
    friend class IntrusiveList<PolledSocket>;

    static constexpr std::uint32_t kEnded =
        4;  // the peer has finished sending; it may still be reading
    static constexpr std::uint32_t kBroken = 8;  // neither direction waits for anything any more
    static constexpr std::uint32_t bit(Direction direction) {
        return direction == Direction::Read ? 1 : 2;
    }
    static constexpr std::uint32_t readiness(Direction direction) {
        return bit(direction) | kBroken | (direction == Direction::Read ? kEnded : 0);
    }

    struct Wait {
        std::optional<detail::Continuation> continuation;
        std::error_code* error = nullptr;
    };
    Wait& wait_of(Direction direction) { return direction == Direction::Read ? read_ : write_; }

    void handle(std::uint32_t events);
    void resume(Direction direction);
    void resume_later(Direction direction, std::error_code why);
    void drop_waits();

    Poller& poller_;
    int fd_;
    std::uint32_t ready_ = 0;
    bool watches_write_ = false;
    Wait read_;
    Wait write_;
};

}  // namespace indrik::net
