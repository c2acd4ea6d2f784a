#include "indrik/core/stack_trace.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <unwind.h>

#include "indrik/core/detail/symbols.hpp"
#include "indrik/core/safe_text.hpp"

namespace indrik {
namespace {

constexpr std::size_t kRememberedThrows = 16;
constexpr std::size_t kMaxIgnored = 8;
constexpr std::size_t kMaxNameBytes = 4096;

struct Walk {
    std::uintptr_t* addresses;
    std::size_t capacity;
    std::size_t size;
    std::size_t skipped;
    bool is_in_handler = false;  // what is above the interrupted function is left out
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* data) {
    Walk& walk = *static_cast<Walk*>(data);
    if (walk.skipped > 0) {
        --walk.skipped;
        return _URC_NO_REASON;
    }
    if (walk.size == walk.capacity) return _URC_END_OF_STACK;
    int is_exact = 0;  // where a signal interrupted, and not where a call returns to
    const std::uintptr_t address = _Unwind_GetIPInfo(context, &is_exact);
    if (address == 0) return _URC_END_OF_STACK;
    if (is_exact != 0 && walk.is_in_handler) {
        walk.is_in_handler = false;
        walk.size = 0;
    }
    walk.addresses[walk.size++] = is_exact != 0 ? address + 1 : address;
    return _URC_NO_REASON;
}

[[gnu::noinline]] std::size_t capture(std::span<std::uintptr_t> addresses, std::size_t skip) {
    Walk walk{addresses.data(), addresses.size(), 0, skip};
    _Unwind_Backtrace(visit, &walk);
    return walk.size;
}

}  // namespace

StackTrace StackTrace::here() {
    StackTrace trace;
    trace.size_ = capture(trace.addresses_, 2);
    return trace;
}

StackTrace StackTrace::of_interrupted() {
    StackTrace trace;
    Walk walk{trace.addresses_.data(), trace.addresses_.size(), 0, 0, true};
    _Unwind_Backtrace(visit, &walk);
    trace.size_ = walk.size;
    return trace;
}

std::vector<StackFrame> StackTrace::frames() const {
    std::vector<StackFrame> frames;
    detail::RawFrames raw;
    std::array<char, kMaxNameBytes> name;
    for (const std::uintptr_t address : addresses()) {
        for (const detail::RawFrame& found : detail::look_up(address, raw)) {
            frames.push_back({address,
                              std::string(detail::readable_symbol(found.symbol, name)),
                              found.file != nullptr ? found.file : "",
                              found.line});
        }
    }
    std::erase_if(frames, [](const StackFrame& frame) {
        return detail::is_machinery(frame.function, frame.file);
    });
    return frames;
}

void StackTrace::append_to(SafeText& text) const {
    detail::RawFrames raw;
    std::array<char, 512> buffer;
    unsigned number = 0;
    for (const std::uintptr_t address : addresses()) {
        for (const detail::RawFrame& found : detail::look_up(address, raw)) {
            const std::string_view file = found.file != nullptr ? found.file : "";
            const std::string_view name = detail::readable_symbol(found.symbol, buffer);
            if (detail::is_machinery(name, file)) continue;
            text << (number == 0 ? "#" : "\n#") << number << ' ';
            ++number;
            if (name.empty()) {
                text << SafeText::Hex{address};
            } else {
                text << name;
            }
            if (!file.empty()) text << " at " << file << ':' << found.line;
        }
    }
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
