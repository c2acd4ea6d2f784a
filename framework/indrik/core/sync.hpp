#pragma once
// Waiting for each other, among the tasks of one loop. No threads involved: a task runs alone between two of its awaits, so a
// lock is needed only where something must hold across an await.
//
//   Event ready;                                     Semaphore slots(8);
//   co_await ready.wait();                           const Permit permit = co_await slots.acquire();
//
// Cancellation: ends every wait here at once and changes nothing else: a permit that was granted meanwhile is given back.

#include <cstddef>
#include <utility>

#include "indrik/core/detail/waiter.hpp"
#include "indrik/core/intrusive_list.hpp"
#include "indrik/core/task.hpp"

namespace indrik {

/// Something that happens: set() lets everybody through who waits, and all later comers until clear().
/// Lifetime: outlives those who wait.
class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void set();
    void clear() { is_set_ = false; }
    bool is_set() const { return is_set_; }
    Task<> wait();

private:
    IntrusiveList<detail::Waiter> waiters_;
    bool is_set_ = false;
};

class Semaphore;

/// The right to go on, given back when it is destroyed. Lifetime: the semaphore outlives it.
class [[nodiscard]] Permit {
public:
    Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept {
        std::swap(semaphore_, other.semaphore_);
        return *this;
    }
    ~Permit();

private:
    friend class Semaphore;
    explicit Permit(Semaphore& semaphore) : semaphore_(&semaphore) {}
    Semaphore* semaphore_;
};

/// At most `permits` tasks at a time; the others wait in the order in which they came.
class Semaphore {
public:
    explicit Semaphore(std::size_t permits) : available_(permits) {}
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

    Task<Permit> acquire();
    /// Permits that nobody holds.
    std::size_t available() const { return available_; }
    std::size_t waiting() const { return waiting_; }

private:
    friend class Permit;
    void release();

    IntrusiveList<detail::Waiter> waiters_;
    std::size_t available_;
    std::size_t waiting_ = 0;
};

/// One task at a time: `const Permit locked = co_await lock.acquire();`
class Lock : public Semaphore {
public:
    Lock() : Semaphore(1) {}
    bool is_locked() const { return available() == 0; }
};

}  // namespace indrik
