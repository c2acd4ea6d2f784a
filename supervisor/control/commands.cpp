#include "supervisor/control/commands.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/control/report.hpp"

namespace indrik::supervisor {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMaxWords = 8;

constexpr std::string_view kHelp =
    "show all               everything below but config\n"
    "show stats             the master: since when, how many workers, what happened\n"
    "show workers           each worker: state, requests, memory, last heartbeat\n"
    "show listeners         addresses, their sockets and queues\n"
    "show config            every setting and where it comes from\n"
    "reload                 as SIGHUP: a new generation of workers takes over\n"
    "reopen                 as SIGUSR1: opens the log files again\n"
    "scale N                so many workers\n"
    "worker add [N]         N workers more, one by default\n"
    "worker remove [N]      N workers less; at least one stays\n"
    "worker kill PID [SIG]  sends TERM, or QUIT, ABRT, KILL; another one takes its place\n"
    "shutdown [quick]       as SIGTERM, or SIGQUIT\n"
    "help                   this text\n"
    "\n"
    "reload, scale, worker add and worker remove answer at once; with --wait when it is\n"
    "done or has failed.\n";

/// A command that cannot be carried out; what() is the answer.
class Refusal : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

Words split(std::string_view text) {
    Words words;
    for (std::size_t begin = text.find_first_not_of(" \t\r\n"); begin != text.npos;) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
        words.emplace_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(" \t\r\n", end);
    }
    return words;
}

std::string join(const Words& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

unsigned number(const std::string& text, unsigned maximum) {
    try {
        return static_cast<unsigned>(parse_number(text, 1, maximum));
    } catch (const BadValue& error) {
        throw Refusal(error.what());
    }
}

ControlAnswer done(std::string_view what) {
    json::Object data;
    data["done"] = what;
    return ControlAnswer::success(std::move(data));
}

CommandResult answer(ControlAnswer value) {
    return {std::move(value), {}};
}

CommandResult show(const std::string& what, ControlTarget& target) {
    json::Object data;
    if (what == "all") {
        data["stats"] = to_json(target.master());
        data["workers"] = to_json(target.workers());
        data["listeners"] = to_json(target.listeners());
    } else if (what == "stats") {
        data = to_json(target.master());
    } else if (what == "workers") {
        data["workers"] = to_json(target.workers());
    } else if (what == "listeners") {
        data["listeners"] = to_json(target.listeners());
    } else if (what == "config") {
        data["config"] = to_json(target.config());
    } else {
        throw Refusal(fmt::format(
            "nothing is called {}; show all, stats, workers, listeners or config", quote(what)));
    }
    return answer(ControlAnswer::success(std::move(data)));
}

CommandResult begun(Pending pending, bool is_waiting, std::string_view what) {
    // A refusal is known at once.
    if (auto early = pending()) return answer(std::move(*early));
    if (is_waiting) return {{}, std::move(pending)};
    return answer(done(what));
}

CommandResult scale(ControlTarget& target, int wanted, bool is_waiting) {
    if (wanted < 1) throw Refusal("at least one worker stays");
    if (wanted > static_cast<int>(kMaxWorkers)) {
        throw Refusal(fmt::format("there may be {} workers at most", kMaxWorkers));
    }
    const auto count = static_cast<unsigned>(wanted);
    return begun(target.scale(count), is_waiting, fmt::format("scaling to {} workers", count));
}

CommandResult kill_worker(ControlTarget& target, const Words& words) {
    const auto pid = static_cast<pid_t>(number(words[2], 1u << 30));
    const std::string name = words.size() > 3 ? words[3] : "TERM";
    int signal = 0;
    if (name == "TERM") signal = SIGTERM;
    if (name == "QUIT") signal = SIGQUIT;
    if (name == "ABRT") signal = SIGABRT;
    if (name == "KILL") signal = SIGKILL;
    if (signal == 0) throw Refusal(quote(name) + " is none of TERM, QUIT, ABRT and KILL");
    if (!target.signal_worker(pid, signal)) {
        throw Refusal(fmt::format("{} is none of the workers", pid));
    }
    return answer(done(fmt::format("worker {} was sent SIG{}", pid, name)));
}

CommandResult worker(ControlTarget& target, const Words& words, bool is_waiting) {
    const std::string& verb = words[1];
    if (verb == "kill" && words.size() >= 3) return kill_worker(target, words);
    const int by = words.size() == 3 ? static_cast<int>(number(words[2], kMaxWorkers)) : 1;
    const int now = static_cast<int>(target.wanted_workers());
    if (verb == "add" && words.size() <= 3) return scale(target, now + by, is_waiting);
    if (verb == "remove" && words.size() <= 3) return scale(target, now - by, is_waiting);
    throw Refusal("worker takes: add [N], remove [N], kill PID [SIG]");
}

CommandResult shut_down(ControlTarget& target, const Words& words) {
    const std::string how = words.size() > 1 ? words[1] : "graceful";
    if (how != "graceful" && how != "quick") {
        throw Refusal("shutdown is graceful (the default) or quick");
    }
    target.shut_down(how == "quick");
    return answer(done(how == "quick" ? "shutting down quickly" : "shutting down"));
}

CommandResult run(const Words& words, bool is_waiting, ControlTarget& target) {
    const std::string& verb = words.front();
    const std::size_t count = words.size();
    if (verb == "show" && count == 2) return show(words[1], target);
    if (verb == "reload" && count == 1) return begun(target.reload(), is_waiting, "reloading");
    if (verb == "scale" && count == 2) {
        return scale(target, static_cast<int>(number(words[1], kMaxWorkers)), is_waiting);
    }
    if (verb == "worker" && count >= 2 && count <= 4) return worker(target, words, is_waiting);
    if (verb == "shutdown" && count <= 2) return shut_down(target, words);
    if (verb == "help" && count == 1) {
        json::Object data;
        data["help"] = kHelp;
        return answer(ControlAnswer::success(std::move(data)));
    }
    if (verb == "reopen" && count == 1) {
        target.reopen_logs();
        return answer(done("the logs were opened again"));
    }
    throw Refusal(fmt::format("there is no command {}; help lists all", quote(join(words))));
}

}  // namespace

CommandResult run_command(std::string_view command, ControlTarget& target) {
    Words words = split(command);
    const bool is_waiting = std::erase(words, "--wait") > 0;
    try {
        if (words.empty()) throw Refusal("the command is empty; help lists all");
        if (words.size() > kMaxWords) throw Refusal("the command has too many words");
        return run(words, is_waiting, target);
    } catch (const Refusal& refusal) {
        return answer(ControlAnswer::failure(refusal.what()));
    }
}

bool is_change(std::string_view command) {
    const Words words = split(command);
    return !words.empty() && words.front() != "show" && words.front() != "help";
}

std::string_view command_help() {
    return kHelp;
}

}  // namespace indrik::supervisor
