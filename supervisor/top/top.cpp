#include "supervisor/top/top.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "supervisor/cli/control_options.hpp"
#include "supervisor/control/client.hpp"
#include "supervisor/control/tables.hpp"
#include "supervisor/top/terminal.hpp"
#include "supervisor/top/view.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 5s;
constexpr auto kFirstPause = 250ms;    // between the looks of a snapshot
constexpr auto kLongestLook = 2500ms;  // a worker beats each second
constexpr std::size_t kTableLine = 4;  // the headings
constexpr std::string_view kKeys = "q quit   + - scale   r reload   k kill   s sort by: ";

constexpr std::string_view kHelp =
    "Usage: {0} top [OPTION]...\n\n"
    "Shows a running Indrik and its workers, live. Without a terminal: once.\n\n"
    "  -p, --pid PID|FILE     which one, by its process id or the pid file\n"
    "  -n, --name NAME        by its name: build/polls.so is called polls\n"
    "  -s, --socket FILE      by its socket, if --control-socket names one\n"
    "      --interval TIME    between two looks [1s]\n"
    "      --once             print it once and end\n"
    "  -j, --json             the same as JSON, once\n"
    "  -t, --timeout TIME     how long to wait for an answer [5s]\n"
    "  -h, --help             this text\n\n"
    "Keys: q ends; + and - add and take away a worker; r reloads; k kills the worker\n"
    "whose process id is typed then, after a confirmation; s sorts by slot, requests,\n"
    "in flight, memory or CPU.\n\n"
    "Exit codes: as those of {0} ctl.\n";

double now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::string_view sort_name(SortKey key) {
    constexpr std::string_view kNames[] = {"slot", "requests/s", "in flight", "memory", "CPU"};
    return kNames[static_cast<std::size_t>(key)];
}

class Top {
public:
    explicit Top(const ControlOptions& options)
        : options_(options),
          timeout_(options.timeout.value_or(kPatience)),
          client_(find_instance(options.instance), timeout_) {}

    void print_once() {
        look();
        const auto end = Clock::now() + kLongestLook;
        do {
            std::this_thread::sleep_for(kFirstPause);
            look();
        } while (!view_.has_rates() && Clock::now() < end);
        if (options_.json) {
            fmt::print("{}\n", json::serialize(view_.as_json()));
        } else {
            for (const std::string& line : view_.lines(1000, 10'000, "")) fmt::print("{}\n", line);
        }
    }

    void run_live() {
        Terminal terminal;
        look();
        auto next_look = Clock::now();
        for (;;) {
            if (Clock::now() >= next_look) {
                look();
                next_look = Clock::now() + options_.interval;
            }
            draw(terminal);
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(next_look - Clock::now());
            const Terminal::Event event = terminal.wait(std::max(left, 0ms));
            if (event == Terminal::Event::End) return;
            if (event == Terminal::Event::Key && !take_key(terminal.key())) return;
        }
    }

private:
    enum class Asking { Nothing, Pid, Confirmation };

    void look() {
        const json::Value data = client_.ask("show all", timeout_);
        if (data.is_object()) view_.update(data.get_object(), now());
    }

    void draw(Terminal& terminal) const {
        const Terminal::Size size = terminal.size();
        terminal.draw(view_.lines(size.width, size.height, note()), kTableLine);
    }

    std::string note() const {
        switch (asking_) {
            case Asking::Pid:
                return fmt::format("kill which worker? PID: {}_   (Enter: go on, Esc: no)", typed_);
            case Asking::Confirmation:
                return fmt::format("kill worker {} (TERM)? y or n", typed_);
            case Asking::Nothing:
                break;
        }
        if (!message_.empty()) return message_;
        return fmt::format("{}{}", kKeys, sort_name(view_.sort_key()));
    }

    /// False: the end.
    bool take_key(char key) {
        message_.clear();
        if (asking_ == Asking::Pid) return type_pid(key);
        if (asking_ == Asking::Confirmation) return confirm(key);
        switch (key) {
            case 'q':
            case 'Q':
                return false;
            case '+':
            case '=':
                command("worker add");
                break;
            case '-':
                command("worker remove");
                break;
            case 'r':
                command("reload");
                break;
            case 's':
                view_.sort_by_next();
                break;
            case 'k':
                asking_ = Asking::Pid;
                typed_.clear();
                break;
            default:
                break;
        }
        return true;
    }

    bool type_pid(char key) {
        constexpr std::size_t kMostDigits = 9;
        if (key >= '0' && key <= '9' && typed_.size() < kMostDigits) typed_ += key;
        if ((key == '\x7f' || key == '\b') && !typed_.empty()) typed_.pop_back();
        if (key == '\x1b') asking_ = Asking::Nothing;
        if (key == '\n' || key == '\r') {
            asking_ = typed_.empty() ? Asking::Nothing : Asking::Confirmation;
        }
        return true;
    }

    bool confirm(char key) {
        asking_ = Asking::Nothing;
        if (key == 'y' || key == 'Y') command("worker kill " + typed_);
        return true;
    }

    void command(const std::string& text) {
        try {
            const json::Value data = client_.ask(text, timeout_);
            if (data.is_object()) message_ = text_of(data.get_object(), "done");
        } catch (const ControlError& error) {
            if (error.exit_code() != control_exit::kRefused) throw;
            message_ = error.what();
        }
    }

    const ControlOptions& options_;
    std::chrono::milliseconds timeout_;
    ControlClient client_;
    TopView view_;
    Asking asking_ = Asking::Nothing;
    std::string typed_;
    std::string message_;
};

}  // namespace

int run_top_command(const std::string& program, const std::vector<std::string>& arguments) {
    try {
        const ControlOptions options = parse_control_options("top", arguments);
        if (options.help) {
            fmt::print(fmt::runtime(kHelp), program);
            return control_exit::kDone;
        }
        if (!options.words.empty()) {
            throw ControlError("top takes no command; indrik ctl does", control_exit::kUsage);
        }
        Top top(options);
        if (options.once || options.json || !Terminal::is_there()) {
            top.print_once();
        } else {
            top.run_live();
        }
        return control_exit::kDone;
    } catch (const ControlError& error) {
        std::fputs(fmt::format("{} top: {}\n", program, error.what()).c_str(), stderr);
        return error.exit_code();
    } catch (const std::exception& error) {
        std::fputs(fmt::format("{} top: {}\n", program, error.what()).c_str(), stderr);
        return control_exit::kRefused;
    }
}

}  // namespace indrik::supervisor
