#include "indrik/core/detail/symbols.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

// libbacktrace, which comes with g++ and has its header where only g++ looks; and the demangler of libstdc++ that calls back
// with pieces instead of allocating (CMakeLists.txt takes it out of the archive).
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
int __gcclibcxx_demangle_callback(const char* symbol,
                                  void (*put)(const char* piece, std::size_t size, void* data),
                                  void* data);
}

namespace indrik::detail {
namespace {

void ignore_error(void*, const char*, int) {}

/// Lives as long as the process, as libbacktrace wants it. It knows the shared objects that were there when it was used first:
/// nobody may ask for names before the application is loaded.
backtrace_state* state() {
    static constinit std::atomic<backtrace_state*> present{nullptr};
    if (present.load() == nullptr) {
        backtrace_state* nobody = nullptr;
        present.compare_exchange_strong(nobody,
                                        backtrace_create_state(nullptr, 1, ignore_error, nullptr));
    }
    return present.load();
}

struct Found {
    RawFrames* frames;
    std::size_t size = 0;
};

int add_frame(void* data, std::uintptr_t, const char* file, int line, const char* function) {
    Found& found = *static_cast<Found*>(data);
    if (function != nullptr && found.size < found.frames->size())
        (*found.frames)[found.size++] = {function, file, line};
    return 0;
}

// Of the outermost of the frames at an address: it has the namespaces, which the debug information may lack.
void set_symbol(void* data, std::uintptr_t, const char* symbol, std::uintptr_t, std::uintptr_t) {
    Found& found = *static_cast<Found*>(data);
    if (symbol != nullptr) (*found.frames)[found.size - 1].symbol = symbol;
}

struct Text {
    std::span<char> buffer;
    std::size_t size = 0;
};

void put_piece(const char* piece, std::size_t size, void* data) {
    Text& text = *static_cast<Text*>(data);
    size = std::min(size, text.buffer.size() - text.size);
    std::memcpy(text.buffer.data() + text.size, piece, size);
    text.size += size;
}

// Coroutines are split in parts, which are symbols with a suffix.
std::string_view without_part(std::string_view symbol) {
    for (const std::string_view part : {".actor", ".destroy", ".resume", ".cleanup"}) {
        if (symbol.ends_with(part)) symbol.remove_suffix(part.size());
    }
    return symbol;
}

}  // namespace

std::span<const RawFrame> look_up(std::uintptr_t address, RawFrames& frames) {
    const std::uintptr_t call = address - 1;  // the return address may be the next line's
    Found found{&frames};
    backtrace_pcinfo(state(), call, add_frame, ignore_error, &found);
    if (found.size == 0) frames[found.size++] = {};
    backtrace_syminfo(state(), call, set_symbol, ignore_error, &found);
    return std::span<const RawFrame>(frames).first(found.size);
}

std::string_view readable_symbol(const char* symbol, std::span<char> buffer) {
    if (symbol == nullptr) return {};
    std::array<char, 4096> plain;
    const std::string_view whole = without_part(symbol);
    if (whole.size() >= plain.size()) return {};
    *std::copy(whole.begin(), whole.end(), plain.begin()) = '\0';

    Text text{buffer};
    if (__gcclibcxx_demangle_callback(plain.data(), put_piece, &text) != 0) {
        text.size = 0;
        put_piece(plain.data(), whole.size(), &text);
    }
    std::string_view name(buffer.data(), text.size);
    name = name.substr(0, name.find(" [clone "));
    // g++ calls the body of a coroutine f(int) "f(f(int)::_Z1fi.Frame*)".
    const std::size_t frame = name.find("::_Z");
    const std::size_t begin = name.find('(');
    if (name.ends_with(".Frame*)") && begin < frame)
        name = name.substr(begin + 1, frame - begin - 1);
    return name;
}

bool is_machinery(std::string_view name, std::string_view file) {
    for (const std::string_view begin : {"asio::",
                                         "std::",
                                         "void asio::",
                                         "void asio_handler_",
                                         "void std::",
                                         "auto std::",
                                         "bool std::",
                                         "indrik::detail::",
                                         "_Unwind"}) {
        if (name.starts_with(begin)) return true;
    }
    return file.find("/asio/") != std::string_view::npos ||
           file.find("/include/c++/") != std::string_view::npos;
}

}  // namespace indrik::detail
