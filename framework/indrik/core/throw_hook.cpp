// Stands in front of the C++ runtime's __cxa_throw: notes the throw (core/stack_trace.hpp) and passes it on.

#include <cstdlib>
#include <typeinfo>

#include <dlfcn.h>

#include "indrik/core/stack_trace.hpp"

namespace {

using Throw = void (*)(void*, std::type_info*, void (*)(void*));

Throw real_throw() {
    static const Throw real = reinterpret_cast<Throw>(::dlsym(RTLD_NEXT, "__cxa_throw"));
    return real;
}

}  // namespace

// Weak: where the runtime itself is linked in, its own definition takes the place of this one. To have it linked in whole then,
// something beside __cxa_throw in its object is asked for.
extern "C" void indrik_runtime_part() __asm__("__cxa_init_primary_exception");
extern "C" {
[[gnu::visibility("default")]] extern void (*const indrik_runtime_exceptions)();
void (*const indrik_runtime_exceptions)() = indrik_runtime_part;
}

extern "C" [[gnu::weak, gnu::visibility("default"), noreturn]] void __cxa_throw(
    void* exception, std::type_info* type, void (*destroy)(void*)) {
    indrik::ThrowRecorder::note(exception, *type);
    const Throw real = real_throw();
    if (real != nullptr) real(exception, type, destroy);
    std::abort();
}
