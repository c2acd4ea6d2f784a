#include "indrik/templates/detail/fiber.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define INDRIK_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INDRIK_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(INDRIK_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

namespace indrik::templates::detail {
namespace {

constexpr std::size_t kStackBytes = 8 * 1024 * 1024;
constexpr std::size_t kSpareStacks = 16;  // of a thread

thread_local Fiber* running = nullptr;

// AddressSanitizer knows one stack a thread, unless it is told.
#if defined(INDRIK_ADDRESS_SANITIZER)
void leave_stack(void** kept, const void* to, std::size_t size) {
    __sanitizer_start_switch_fiber(kept, to, size);
}
void arrive(void* kept, const void** from, std::size_t* size) {
    __sanitizer_finish_switch_fiber(kept, from, size);
}
#else
void leave_stack(void**, const void*, std::size_t) {}
void arrive(void*, const void**, std::size_t*) {}
#endif

}  // namespace

/// Memory with a page before it that nobody may touch.
struct Fiber::Stack {
    static std::unique_ptr<Stack> take() {
        if (spare().empty()) return std::make_unique<Stack>();
        std::unique_ptr<Stack> stack = std::move(spare().back());
        spare().pop_back();
        return stack;
    }
    static void give_back(std::unique_ptr<Stack> stack) {
        if (spare().size() < kSpareStacks) spare().push_back(std::move(stack));
    }

    Stack() {
        constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
        memory = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, kFlags, -1, 0);
        if (memory == MAP_FAILED)
            throw std::system_error(errno, std::generic_category(), "a stack for a template");
        ::mprotect(memory, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)), PROT_NONE);
    }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack() { ::munmap(memory, kStackBytes); }

    void* memory;

private:
    static std::vector<std::unique_ptr<Stack>>& spare() {
        thread_local std::vector<std::unique_ptr<Stack>> stacks;
        return stacks;
    }
};

struct Fiber::Contexts {
    ucontext_t inside{};
    ucontext_t outside{};
    const void* outer_stack = nullptr;
    std::size_t outer_size = 0;
};

Fiber::Fiber(std::function<void()> work)
    : work_(std::move(work)), stack_(Stack::take()), contexts_(std::make_unique<Contexts>()) {
    ::getcontext(&contexts_->inside);
    contexts_->inside.uc_stack.ss_sp = stack_->memory;
    contexts_->inside.uc_stack.ss_size = kStackBytes;
    contexts_->inside.uc_link = nullptr;
    // Its arguments are ints.
    const auto address = reinterpret_cast<std::uintptr_t>(this);
    ::makecontext(&contexts_->inside,
                  reinterpret_cast<void (*)()>(&Fiber::enter),
                  2,
                  static_cast<unsigned>(address >> 32),
                  static_cast<unsigned>(address & 0xffffffff));
}

Fiber::~Fiber() {
    is_unwinding_ = true;
    while (has_begun_ && !has_ended_) switch_in();
    Stack::give_back(std::move(stack_));
}

Fiber* Fiber::current() {
    return running;
}

bool Fiber::resume() {
    has_begun_ = true;
    switch_in();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    return !has_ended_;
}

void Fiber::switch_in() {
    Fiber* const before = std::exchange(running, this);
    void* kept = nullptr;
    leave_stack(&kept, stack_->memory, kStackBytes);
    ::swapcontext(&contexts_->outside, &contexts_->inside);
    arrive(kept, nullptr, nullptr);
    running = before;
}

void Fiber::suspend() {
    if (!is_unwinding_) {
        void* kept = nullptr;
        leave_stack(&kept, contexts_->outer_stack, contexts_->outer_size);
        ::swapcontext(&contexts_->inside, &contexts_->outside);
        arrive(kept, &contexts_->outer_stack, &contexts_->outer_size);
    }
    if (is_unwinding_) throw Unwinding();
}

void Fiber::enter(unsigned high, unsigned low) {
    const auto address = static_cast<std::uintptr_t>(high) << 32 | low;
    reinterpret_cast<Fiber*>(address)->run();
}

void Fiber::run() {
    arrive(nullptr, &contexts_->outer_stack, &contexts_->outer_size);
    try {
        work_();
    } catch (const Unwinding&) {
    } catch (...) {
        if (!is_unwinding_) failure_ = std::current_exception();
    }
    work_ = nullptr;
    has_ended_ = true;
    leave_stack(nullptr, contexts_->outer_stack, contexts_->outer_size);
    ::setcontext(&contexts_->outside);
}

}  // namespace indrik::templates::detail
