#include "supervisor/top/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace indrik::supervisor {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";

sigset_t taken_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH})
        ::sigaddset(&set, number);
    return set;
}

void write_all(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(STDOUT_FILENO, text.data(), text.size());
        if (size < 0 && errno != EINTR && errno != EAGAIN) return;
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
}

}  // namespace

bool Terminal::is_there() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

Terminal::Terminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) {
        throw std::system_error(errno, std::generic_category(), "terminal");
    }
    const sigset_t set = taken_signals();
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) throw std::system_error(errno, std::generic_category(), "signalfd");
    enter();
}

Terminal::~Terminal() {
    leave();
}

void Terminal::enter() {
    termios raw = before_;
    raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO));  // signals of keys stay: Ctrl-C, Ctrl-Z
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write_all(kEnter);
    is_entered_ = true;
}

void Terminal::leave() {
    if (!is_entered_) return;
    is_entered_ = false;
    write_all(kLeave);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Terminal::Size Terminal::size() const {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {size.ws_col, size.ws_row};
}

void Terminal::draw(const std::vector<std::string>& lines, std::size_t highlighted) {
    std::string text = "\x1b[H";
    for (std::size_t index = 0; index < lines.size(); ++index) {
        if (index > 0) text += "\r\n";
        const bool is_bright = index == highlighted;
        if (is_bright) text += "\x1b[7m";
        text += lines[index];
        if (is_bright) text += "\x1b[0m";
        text += "\x1b[K";
    }
    write_all(text += "\x1b[J");
}

Terminal::Event Terminal::wait(std::chrono::milliseconds longest) {
    pollfd waited[] = {{signals_.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    ::poll(waited, 2, static_cast<int>(longest.count()));
    if (waited[0].revents != 0) return read_signal();
    return waited[1].revents != 0 ? read_key() : Event::Nothing;
}

Terminal::Event Terminal::read_signal() {
    signalfd_siginfo info{};
    if (::read(signals_.get(), &info, sizeof info) != sizeof info) return Event::Nothing;
    if (info.ssi_signo == SIGWINCH) return Event::Resized;
    if (info.ssi_signo != SIGTSTP) return Event::End;
    leave();
    ::raise(SIGSTOP);
    enter();
    return Event::Resized;
}

Terminal::Event Terminal::read_key() {
    const ssize_t size = ::read(STDIN_FILENO, &key_, 1);
    if (size <= 0) return size < 0 && errno == EINTR ? Event::Nothing : Event::End;
    return Event::Key;
}

}  // namespace indrik::supervisor
