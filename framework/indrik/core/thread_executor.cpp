#include "indrik/core/thread_executor.hpp"

#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <asio/posix/basic_stream_descriptor.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

#include "indrik/core/intrusive_list.hpp"

namespace indrik {

namespace detail {

namespace {

/// Blocks every signal for the calling thread, and so for the threads that it starts, while it lives.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

int open_eventfd() {
    const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return fd;
}

}  // namespace

/// The pool proper. Shared by its owner, the tasks that use it, and the handler that watches the eventfd.
class ThreadPool : public std::enable_shared_from_this<ThreadPool> {
public:
    ThreadPool(const LoopExecutor& executor, const ThreadPoolOptions& options)
        : options_(options),
          places_(options.threads + options.queue_size),
          finished_(executor, open_eventfd()) {}

    // Called on the loop.
    Task<Permit> admit();
    void submit(Job& job);
    /// Takes a job back that has not begun; whether it could.
    bool withdraw(Job& job);
    /// As withdraw(), but waits for one that has begun.
    void abandon(Job& job);
    Task<> close();
    void stop();
    std::size_t threads() const { return threads_.size(); }
    std::size_t jobs() const { return in_flight_; }

private:
    using Jobs = IntrusiveList<Job::QueueHook>;

    void start_thread();
    void watch();
    void deliver();
    void left();
    void run_jobs();  // the threads' loop

    const ThreadPoolOptions options_;
    Semaphore places_;
    Event idle_;
    std::size_t in_flight_ = 0;
    bool is_watching_ = false;
    bool is_closed_ = false;
    asio::posix::basic_stream_descriptor<LoopExecutor> finished_;
    std::vector<std::thread> threads_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable has_jobs_;
    std::condition_variable has_ended_;
    Jobs queue_;
    Jobs done_;
    std::size_t queued_ = 0;
    std::size_t idle_threads_ = 0;
    bool is_stopping_ = false;
};

Task<Permit> ThreadPool::admit() {
    if (is_closed_) throw std::logic_error("ThreadPoolExecutor: closed");
    if (places_.available() == 0 && places_.waiting() >= options_.waiting_limit) {
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                                "ThreadPoolExecutor: too many tasks wait for a thread");
    }
    Permit place = co_await places_.acquire();
    if (is_closed_) throw std::logic_error("ThreadPoolExecutor: closed");
    co_return place;
}

void ThreadPool::submit(Job& job) {
    bool needs_thread = false;
    {
        const std::lock_guard lock(mutex_);
        job.state_ = Job::State::Queued;
        queue_.push_back(job.queue_hook_);
        ++queued_;
        needs_thread = queued_ > idle_threads_ && threads_.size() < options_.threads;
    }
    ++in_flight_;
    try {
        if (needs_thread) start_thread();
    } catch (const std::system_error&) {
        if (threads_.empty()) {
            withdraw(job);
            throw;
        }
    }
    has_jobs_.notify_one();
    watch();
}

void ThreadPool::start_thread() {
    const SignalsBlocked blocked;
    threads_.emplace_back([this] { run_jobs(); });
}

bool ThreadPool::withdraw(Job& job) {
    {
        const std::lock_guard lock(mutex_);
        if (job.state_ != Job::State::Queued) return false;
        job.queue_hook_.unlink();
        job.state_ = Job::State::Idle;
        --queued_;
    }
    left();
    return true;
}

void ThreadPool::abandon(Job& job) {
    if (withdraw(job)) return;
    std::unique_lock lock(mutex_);
    has_ended_.wait(lock, [&] { return job.state_ != Job::State::Running; });
    if (job.queue_hook_.is_linked()) {  // done, and not delivered yet
        job.queue_hook_.unlink();
        lock.unlock();
        left();
    }
}

void ThreadPool::left() {
    --in_flight_;
    if (in_flight_ != 0) return;
    idle_.set();
    std::error_code ignored;
    if (finished_.is_open()) finished_.cancel(ignored);
}

void ThreadPool::watch() {
    if (is_watching_ || !finished_.is_open()) return;
    is_watching_ = true;
    auto handler = [self = shared_from_this()](const std::error_code& error) {
        self->is_watching_ = false;
        if (!error) self->deliver();
        if (self->in_flight_ > 0) self->watch();
    };
    finished_.async_wait(decltype(finished_)::wait_read, std::move(handler));
}

void ThreadPool::deliver() {
    std::uint64_t count = 0;
    while (::read(finished_.native_handle(), &count, sizeof count) < 0 && errno == EINTR) {
    }
    for (;;) {
        Job* job = nullptr;
        {
            const std::lock_guard lock(mutex_);
            if (done_.empty()) return;
            job = done_.front().job;
            job->queue_hook_.unlink();
        }
        job->wake();
        left();
    }
}

Task<> ThreadPool::close() {
    is_closed_ = true;
    const std::shared_ptr<ThreadPool> self = shared_from_this();
    while (in_flight_ > 0) {
        idle_.clear();
        co_await idle_.wait();
    }
    stop();
}

void ThreadPool::stop() {
    is_closed_ = true;
    Jobs dropped;
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
        for (Job::QueueHook& hook : queue_) hook.job->state_ = Job::State::Idle;
        dropped.splice(queue_);
        queued_ = 0;
    }
    has_jobs_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    while (!dropped.empty()) {
        Job& job = *dropped.front().job;
        job.queue_hook_.unlink();
        Job::end_cancelled(job);
        left();
    }
    if (finished_.is_open()) deliver();
    std::error_code ignored;
    finished_.close(ignored);
}

void ThreadPool::run_jobs() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_threads_;
        has_jobs_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
        --idle_threads_;
        if (queue_.empty()) return;
        Job& job = *queue_.front().job;
        job.queue_hook_.unlink();
        --queued_;
        job.state_ = Job::State::Running;
        lock.unlock();
        job.run_(job.context_);
        lock.lock();
        job.state_ = Job::State::Done;
        const bool is_first = done_.empty();
        done_.push_back(job.queue_hook_);
        has_ended_.notify_all();
        if (is_first) {
            const std::uint64_t one = 1;
            while (::write(finished_.native_handle(), &one, sizeof one) < 0 && errno == EINTR) {
            }
        }
    }
}

Job::Job(ThreadPoolExecutor& executor, Run run, void* context)
    : Waiter(&Job::withdraw), pool_(executor.pool_), run_(run), context_(context) {}

Job::~Job() {
    pool_->abandon(*this);
}

Task<Permit> Job::admit() {
    return pool_->admit();
}

Suspension Job::submit() {
    pool_->submit(*this);
    return suspend();
}

void Job::withdraw(Waiter& self) {
    Job& job = static_cast<Job&>(self);
    if (job.pool_->withdraw(job)) end_cancelled(job);
}

}  // namespace detail

ThreadPoolExecutor::ThreadPoolExecutor(const LoopExecutor& executor, ThreadPoolOptions options)
    : pool_(std::make_shared<detail::ThreadPool>(executor, options)) {}

ThreadPoolExecutor::~ThreadPoolExecutor() {
    pool_->stop();
}

Task<> ThreadPoolExecutor::close() {
    return pool_->close();
}

std::size_t ThreadPoolExecutor::threads() const {
    return pool_->threads();
}

std::size_t ThreadPoolExecutor::jobs() const {
    return pool_->jobs();
}

}  // namespace indrik
