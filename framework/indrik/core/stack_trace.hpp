#pragma once
// Where the program was, and where an exception came from.
//
//   ThrowRecorder recorder;                                   // from here on, in this thread
//   try { ... } catch (...) {
//       for (const StackFrame& frame : trace_of(std::current_exception()).frames()) log(frame.function, frame.file, frame.line);
//   }
//
// An exception does not know where it was thrown. So the library stands in front of the compiler's __cxa_throw and notes, in
// threads that have a recorder, the return addresses of the last few throws: some microseconds each, no memory. Names and
// lines are looked up by those who ask (libbacktrace), the first time slowly. Without debug information there are names alone.

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

namespace indrik {

class SafeText;

struct StackFrame {
    std::uintptr_t address = 0;
    std::string function;  // readable; "" if it is not known
    std::string file;      // as the compiler was given it; "" if it is not known
    int line = 0;
};

/// Return addresses, innermost first. Value type, without allocation.
class StackTrace {
public:
    static constexpr std::size_t kMaxFrames = 48;

    StackTrace() = default;
    /// Of the caller.
    static StackTrace here();
    /// In a signal handler: of the code that the signal interrupted.
    static StackTrace of_interrupted();

    bool empty() const { return size_ == 0; }
    std::span<const std::uintptr_t> addresses() const { return {addresses_.data(), size_}; }
    /// With names and lines, the calls that the compiler inlined included; without the machinery of coroutines and of the loop.
    std::vector<StackFrame> frames() const;
    /// The same as text, one line a frame as format_frames() has them, for signal handlers: nothing is allocated.
    void append_to(SafeText& text) const;

private:
    friend class ThrowRecorder;
    std::array<std::uintptr_t, kMaxFrames> addresses_{};
    std::size_t size_ = 0;
};

/// While one lives, its thread's throws are noted. Errors: none; a process that has the C++ runtime linked in notes nothing.
class ThrowRecorder {
public:
    ThrowRecorder();
    ThrowRecorder(const ThrowRecorder&) = delete;
    ~ThrowRecorder();

    /// Throws of this type and what derives from it are not noted: for those that are no errors. For all recorders of the thread.
    static void ignore(const std::type_info& type);

    /// For the hook: an exception is thrown.
    static void note(void* exception, const std::type_info& type) noexcept;

private:
    friend StackTrace trace_of(const std::exception_ptr& exception);
    struct Notes;
    static thread_local Notes* notes_;
    Notes* own_;  // those of the thread that made it
};

/// Where an exception was thrown in this thread; empty if that was not noted, or too many have been thrown since.
StackTrace trace_of(const std::exception_ptr& exception);

/// One line a frame: "#0 load(int) at app.cpp:12".
std::string format_frames(std::span<const StackFrame> frames);

}  // namespace indrik
