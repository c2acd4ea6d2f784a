#include "indrik/core/stack_trace.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <cxxabi.h>
#include <unwind.h>

// libbacktrace, which comes with g++ and has its header where only g++ looks.
extern "C" {
struct backtrace_state;
using backtrace_error_callback = void (*)(void* data, const char* message, int number);
backtrace_state* backtrace_create_state(const char* filename,
                                        int threaded,
                                        backtrace_error_callback error,
                                        void* data);
int backtrace_pcinfo(
    backtrace_state* state,
    std::uintptr_t pc,
    int (*found)(void* data, std::uintptr_t pc, const char* file, int line, const char* function),
    backtrace_error_callback error,
    void* data);
int backtrace_syminfo(backtrace_state* state,
                      std::uintptr_t pc,
                      void (*found)(void* data,
                                    std::uintptr_t pc,
                                    const char* symbol,
                                    std::uintptr_t value,
                                    std::uintptr_t size),
                      backtrace_error_callback error,
                      void* data);
}

namespace indrik {
namespace {

constexpr std::size_t kRememberedThrows = 16;
constexpr std::size_t kMaxIgnored = 8;

struct Walk {
    std::uintptr_t* addresses;
    std::size_t capacity;
    std::size_t size;
    std::size_t skipped;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* data) {
    Walk& walk = *static_cast<Walk*>(data);
    if (walk.skipped > 0) {
        --walk.skipped;
        return _URC_NO_REASON;
    }
    if (walk.size == walk.capacity) return _URC_END_OF_STACK;
    const std::uintptr_t address = _Unwind_GetIP(context);
    if (address == 0) return _URC_END_OF_STACK;
    walk.addresses[walk.size++] = address;
    return _URC_NO_REASON;
}

[[gnu::noinline]] std::size_t capture(std::span<std::uintptr_t> addresses, std::size_t skip) {
    Walk walk{addresses.data(), addresses.size(), 0, skip};
    _Unwind_Backtrace(visit, &walk);
    return walk.size;
}

std::string readable(const char* symbol) {
    if (symbol == nullptr) return {};
    int status = 0;
    // Coroutines are split in parts, which are symbols with a suffix.
    std::string plain = symbol;
    for (const std::string_view part : {".actor", ".destroy", ".resume", ".cleanup"}) {
        if (plain.ends_with(part)) plain.resize(plain.size() - part.size());
    }
    char* const text = abi::__cxa_demangle(plain.c_str(), nullptr, nullptr, &status);
    std::string name = text != nullptr ? text : plain;
    std::free(text);
    name.resize(std::min(name.find(" [clone "), name.size()));
    // g++ calls the body of a coroutine f(int) "f(f(int)::_Z1fi.Frame*)".
    const std::size_t frame = name.find("::_Z");
    const std::size_t begin = name.find('(');
    if (name.ends_with(".Frame*)") && begin < frame)
        name = name.substr(begin + 1, frame - begin - 1);
    return name;
}

void ignore_error(void*, const char*, int) {}

/// Lives as long as the process, as libbacktrace wants it.
backtrace_state* symbols() {
    static backtrace_state* const state = backtrace_create_state(nullptr, 1, ignore_error, nullptr);
    return state;
}

struct Lookup {
    std::vector<StackFrame>* frames;
    std::uintptr_t address;
    bool is_found = false;
};

int add_frame(void* data, std::uintptr_t, const char* file, int line, const char* function) {
    Lookup& lookup = *static_cast<Lookup*>(data);
    if (function == nullptr) return 0;
    lookup.is_found = true;
    lookup.frames->push_back(
        {lookup.address, readable(function), file != nullptr ? file : "", line});
    return 0;
}

/// The symbol of the outermost of the frames at an address: it has the namespaces, which the debug information may lack.
void set_symbol(void* data, std::uintptr_t, const char* symbol, std::uintptr_t, std::uintptr_t) {
    if (symbol != nullptr) static_cast<Lookup*>(data)->frames->back().function = readable(symbol);
}

/// What is between the frames that somebody wrote.
bool is_machinery(const StackFrame& frame) {
    const std::string_view name = frame.function;
    const std::string_view file = frame.file;
    for (const std::string_view begin :
         {"asio::", "std::", "void asio::", "void std::", "indrik::detail::", "_Unwind"}) {
        if (name.starts_with(begin)) return true;
    }
    return file.find("/asio/") != std::string_view::npos ||
           file.find("/include/c++/") != std::string_view::npos;
}

}  // namespace

StackTrace StackTrace::here() {
    StackTrace trace;
    trace.size_ = capture(trace.addresses_, 2);
    return trace;
}

std::vector<StackFrame> StackTrace::frames() const {
    std::vector<StackFrame> frames;
    for (const std::uintptr_t address : addresses()) {
        Lookup lookup{&frames, address};
        const std::uintptr_t call = address - 1;  // the return address may be the next line's
        backtrace_pcinfo(symbols(), call, add_frame, ignore_error, &lookup);
        if (!lookup.is_found) frames.push_back({address, "", "", 0});
        backtrace_syminfo(symbols(), call, set_symbol, ignore_error, &lookup);
    }
    std::erase_if(frames, is_machinery);
    return frames;
}

/// A ring of the latest throws.
struct ThrowRecorder::Notes {
    struct Note {
        const void* exception = nullptr;
        StackTrace trace;
    };
    int recorders = 0;
    std::array<Note, kRememberedThrows> latest;
    std::size_t next = 0;
    std::array<const std::type_info*, kMaxIgnored> ignored{};
    std::size_t ignored_count = 0;
};

constinit thread_local ThrowRecorder::Notes* ThrowRecorder::notes_ = nullptr;

ThrowRecorder::ThrowRecorder() : own_(nullptr) {
    if (notes_ == nullptr) notes_ = new Notes;
    ++notes_->recorders;
    own_ = notes_;
}

ThrowRecorder::~ThrowRecorder() {
    // In another thread than the one that made it nothing can be taken back: that one goes on noting.
    if (own_ != notes_ || --notes_->recorders > 0) return;
    delete notes_;
    notes_ = nullptr;
}

void ThrowRecorder::ignore(const std::type_info& type) {
    if (notes_ == nullptr || notes_->ignored_count == kMaxIgnored) return;
    const auto known = notes_->ignored.begin() + static_cast<std::ptrdiff_t>(notes_->ignored_count);
    if (std::find(notes_->ignored.begin(), known, &type) != known) return;
    notes_->ignored[notes_->ignored_count++] = &type;
}

void ThrowRecorder::note(void* exception, const std::type_info& type) noexcept {
    Notes* const notes = notes_;
    if (notes == nullptr) [[likely]]
        return;
    for (std::size_t i = 0; i < notes->ignored_count; ++i) {
        void* object = exception;
        if (notes->ignored[i]->__do_catch(&type, &object, 1)) return;
    }
    Notes::Note& note = notes->latest[notes->next++ % kRememberedThrows];
    note.exception = exception;
    note.trace.size_ = capture(note.trace.addresses_, 3);
}

StackTrace trace_of(const std::exception_ptr& exception) {
    const ThrowRecorder::Notes* const notes = ThrowRecorder::notes_;
    if (notes == nullptr || !exception) return {};
    // An exception_ptr of libstdc++ is one pointer, to what was thrown.
    static_assert(sizeof(std::exception_ptr) == sizeof(void*));
    const void* object = nullptr;
    std::memcpy(&object, &exception, sizeof object);
    // The newest first: addresses are used again.
    for (std::size_t i = 0; i < std::min(notes->next, kRememberedThrows); ++i) {
        const auto& note = notes->latest[(notes->next - 1 - i) % kRememberedThrows];
        if (note.exception == object) return note.trace;
    }
    return {};
}

std::string format_frames(std::span<const StackFrame> frames) {
    std::string text;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const StackFrame& frame = frames[i];
        text += (i == 0 ? "#" : "\n#") + std::to_string(i) + " ";
        text += frame.function.empty() ? "?" : frame.function;
        if (!frame.file.empty()) text += " at " + frame.file + ":" + std::to_string(frame.line);
    }
    return text;
}

}  // namespace indrik
