#include "supervisor/worker/crash_report.hpp"

#include <array>
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <string_view>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "indrik/core/stack_trace.hpp"
#include "supervisor/system/error_log.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::size_t kStackBytes =
    1024 * 1024;  // the demangler's recursion is deep; unused pages cost nothing
constexpr std::size_t kReportBytes = 32 * 1024;

// For the handlers alone, which find nothing but globals; constant-initialised, a process has one.
std::atomic<int> log_descriptor{-1};
std::atomic<bool> is_journal{false};
std::atomic<bool> is_json{false};
std::atomic<pid_t> master_pid{0};
std::atomic<long> offset_from_utc{0};
std::atomic<pid_t> reporter{0};  // the thread that writes a report
std::atomic<bool> has_next_part{false};
std::atomic<int> reported_signal{0};
CrashSources sources;
std::atomic<void (*)()> abort_hook{nullptr};
sigjmp_buf next_part;
StackTrace trace;
std::array<char, kReportBytes> report_bytes;
std::array<char, 2 * kReportBytes> output_bytes;

std::string_view name_of(int number) {
    switch (number) {
        case SIGABRT:
            return "SIGABRT";
        case SIGSEGV:
            return "SIGSEGV";
        case SIGBUS:
            return "SIGBUS";
        case SIGFPE:
            return "SIGFPE";
        default:
            return "SIGILL";
    }
}

struct Date {
    unsigned year, month, day, hour, minute, second;
};

/// Of the civil calendar; localtime() may wait for a lock.
Date to_date(std::int64_t time) {
    using namespace std::chrono;
    const sys_seconds point{seconds(time)};
    const sys_days days = floor<std::chrono::days>(point);
    const year_month_day date(days);
    const hh_mm_ss clock(point - days);
    return {static_cast<unsigned>(static_cast<int>(date.year())),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            static_cast<unsigned>(clock.hours().count()),
            static_cast<unsigned>(clock.minutes().count()),
            static_cast<unsigned>(clock.seconds().count())};
}

void put_date(SafeText& text, const Date& date, char between) {
    text << date.year << '-';
    text.padded(date.month, 2) << '-';
    text.padded(date.day, 2) << between;
    text.padded(date.hour, 2) << ':';
    text.padded(date.minute, 2) << ':';
    text.padded(date.second, 2);
}

void put_json_escaped(SafeText& text, std::string_view message) {
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text << '\\' << c;
        } else if (c == '\n') {
            text << "\\n";
        } else {
            text << (byte < 0x20 || byte >= 0x7f ? '?' : c);
        }
    }
}

void put_prefix(SafeText& text) {
    const std::int64_t now = ::time(nullptr);
    if (is_json) {
        text << R"({"time":")";
        put_date(text, to_date(now), 'T');
        text << R"(Z","level":"critical","logger":"indrik.worker","pid":)" << ::getpid()
             << R"(,"message":")";
        return;
    }
    const long offset = offset_from_utc;
    const auto minutes = static_cast<unsigned>(offset < 0 ? -offset : offset) / 60;
    text << '[';
    put_date(text, to_date(now + offset), ' ');
    text << ' ' << (offset < 0 ? '-' : '+');
    text.padded(minutes / 60, 2).padded(minutes % 60, 2);
    text << "] [" << ::getpid() << "] [CRITICAL] [indrik.worker] ";
}

/// Writes the message as one entry of the log, in one piece.
void write_entry(std::string_view message) {
    SafeText text(output_bytes);
    if (is_json) {
        put_prefix(text);
        put_json_escaped(text, message.substr(0, kReportBytes - 512));
        text << "\"}\n";
    } else {
        if (is_journal) text << "<2>";
        put_prefix(text);
        for (const char c : message) {
            text << c;
            if (c == '\n' && is_journal) text << "<2>";
        }
        text << '\n';
    }
    text.write_to(log_descriptor);
}

/// Runs a part of the report; should it crash, the next one follows.
template <class Part>
[[gnu::noinline]] void attempt(SafeText& text, Part part) {
    if (sigsetjmp(next_part, 1) == 0) {
        has_next_part = true;
        part();
    } else {
        text << "\n(this part of the report failed)";
    }
    has_next_part = false;
}

void put_reason(SafeText& text, int number, const siginfo_t& info) {
    const bool is_fault = number != SIGABRT;
    text << (is_fault ? "Crashed: " : "Aborted by ") << name_of(number);
    const bool is_sent = info.si_code <= 0;  // by a process, not by the kernel
    if (is_sent && info.si_pid == master_pid && master_pid != 0 && master_pid != ::getpid()) {
        text << ", sent by the master because the loop was silent";
    } else if (is_sent && info.si_pid == ::getpid()) {
        text << " of its own";
    } else if (is_sent) {
        text << ", sent by process " << info.si_pid;
    } else if (is_fault) {
        text << " at address " << SafeText::Hex{reinterpret_cast<std::uintptr_t>(info.si_addr)};
    }
}

void die_of(int number) {
    ::signal(number, SIG_DFL);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    ::raise(number);
}

void on_alarm(int) {
    write_entry("The report took too long and is cut short");
    die_of(reported_signal);
}

void on_crash(int number, siginfo_t* info, void*) {
    const auto thread = static_cast<pid_t>(::syscall(SYS_gettid));
    pid_t nobody = 0;
    if (!reporter.compare_exchange_strong(nobody, thread)) {
        while (reporter != thread) ::pause();  // another thread was first, and ends the process
        if (has_next_part && number != SIGABRT) siglongjmp(next_part, 1);
        return die_of(number);
    }
    reported_signal = number;
    ::signal(SIGALRM, on_alarm);
    ::alarm(static_cast<unsigned>(kReportTime.count()));

    SafeText text(report_bytes);
    put_reason(text, number, *info);
    attempt(text, [] { trace = StackTrace::of_interrupted(); });
    attempt(text, [&] {
        if (sources.describe_requests != nullptr) sources.describe_requests(sources.data, text);
    });
    // The stack comes last: names and lines are read from files, which may take long.
    write_entry(text.view());
    attempt(text, [] {
        if (sources.rescue_logs != nullptr) sources.rescue_logs(sources.data);
    });
    attempt(text, [number] {
        if (void (*const hook)() = abort_hook; hook != nullptr && number == SIGABRT) hook();
    });
    text.clear();
    text << "The stack when " << name_of(number) << " came:\n";
    attempt(text, [&] { trace.append_to(text); });
    write_entry(text.view());
    die_of(number);
}

void install(int number) {
    struct sigaction action {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigaction(number, &action, nullptr);
}

// A stack that has overflown has no room for a report.
void make_signal_stack() {
    void* const memory = ::mmap(nullptr,
                                kStackBytes,
                                PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                                -1,
                                0);
    if (memory == MAP_FAILED) return;
    stack_t stack{};
    stack.ss_sp = memory;
    stack.ss_size = kStackBytes;
    ::sigaltstack(&stack, nullptr);
}

}  // namespace

void install_crash_reports(const ErrorLog& log, pid_t master) {
    master_pid = master;
    set_crash_log(log);
    const std::time_t now = ::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    offset_from_utc = local.tm_gmtoff;
    make_signal_stack();
    static_cast<void>(StackTrace::here());  // the unwinder makes itself ready when it is used first

    install(SIGABRT);
    for (const int number : kCrashes) {
        struct sigaction present {};
        ::sigaction(number, nullptr, &present);
        const bool is_free = (present.sa_flags & SA_SIGINFO) == 0 && present.sa_handler == SIG_DFL;
        if (is_free) install(number);
    }
}

void set_crash_log(const ErrorLog& log) {
    log_descriptor = log.fd();
    is_journal = log.is_journal();
    is_json = log.is_json();
}

void set_abort_hook(void (*hook)()) {
    abort_hook = hook;
}

void set_crash_sources(const CrashSources& wanted) {
    sources = wanted;
}

}  // namespace indrik::supervisor
