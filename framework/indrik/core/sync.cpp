#include "indrik/core/sync.hpp"

#include "indrik/core/cancellation.hpp"

namespace indrik {

void Event::set() {
    is_set_ = true;
    while (!waiters_.empty()) waiters_.front().wake();
}

Task<> Event::wait() {
    if (is_set_) co_return;
    detail::Waiter waiter;
    waiters_.push_back(waiter);
    co_await waiter.suspend();
    if (waiter.was_cancelled()) throw_cancelled();
}

Permit::~Permit() {
    if (semaphore_ != nullptr) semaphore_->release();
}

Task<Permit> Semaphore::acquire() {
    if (available_ > 0) {
        --available_;
        co_return Permit(*this);
    }
    detail::Waiter waiter;
    waiters_.push_back(waiter);
    ++waiting_;
    co_await waiter.suspend();
    if (waiter.was_cancelled()) {
        --waiting_;
        throw_cancelled();
    }
    co_return Permit(*this);  // release() has handed it over without making it available
}

void Semaphore::release() {
    if (waiters_.empty()) {
        ++available_;
        return;
    }
    --waiting_;
    waiters_.front().wake();
}

}  // namespace indrik
