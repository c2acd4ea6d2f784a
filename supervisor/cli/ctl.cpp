#include "supervisor/cli/ctl.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "supervisor/cli/control_options.hpp"
#include "supervisor/control/client.hpp"
#include "supervisor/control/commands.hpp"
#include "supervisor/control/tables.hpp"

namespace indrik::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;
constexpr auto kPatienceOfWait = 120s;  // a reload may take that long

constexpr std::string_view kHelp =
    "Usage: {0} ctl [OPTION]... COMMAND\n\n"
    "Commands a running Indrik over its control socket.\n\n"
    "Which one (needed only if several run):\n"
    "  -p, --pid PID|FILE     by its process id, or the pid file\n"
    "  -n, --name NAME        by its name: build/polls.so is called polls\n"
    "  -s, --socket FILE      by its socket, if --control-socket names one\n\n"
    "How:\n"
    "  -j, --json             print the answer as JSON\n"
    "      --wait             answer when it is done: reload, scale, worker, shutdown\n"
    "  -t, --timeout TIME     how long to wait for the answer [10s; 2m with --wait]\n"
    "  -h, --help             this text\n\n"
    "Commands:\n"
    "{1}\n"
    "Exit codes: 0 done; 1 refused or failed; 2 a command line that cannot be read;\n"
    "3 no such instance; 4 this user may not; 5 no answer in time.\n";

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

std::string indented(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        if (end > 0) result += "  ";
        result += text.substr(0, end + 1);
        text.remove_prefix(end + 1);
    }
    return result;
}

bool takes_wait(const std::string& verb) {
    return verb == "reload" || verb == "scale" || verb == "worker";
}

json::Value carry_out(const ControlOptions& options) {
    std::string command;
    for (const std::string& word : options.words) command += (command.empty() ? "" : " ") + word;
    const std::string& verb = options.words.front();
    if (options.wait && takes_wait(verb)) command += " --wait";
    const auto timeout = options.timeout.value_or(options.wait ? kPatienceOfWait : kPatience);
    ControlClient client(find_instance(options.instance), timeout);
    json::Value data = client.ask(command, timeout);
    if (options.wait && verb == "shutdown") client.wait_for_end(timeout);
    return data;
}

int complain(const std::string& program, const ControlOptions& options, const ControlError& error) {
    if (options.json) {
        json::Object object;
        object["error"] = error.what();
        print(json::serialize(object) + '\n');
    }
    std::fputs(fmt::format("{} ctl: {}\n", program, error.what()).c_str(), stderr);
    return error.exit_code();
}

}  // namespace

int run_ctl_command(const std::string& program, const std::vector<std::string>& arguments) {
    ControlOptions options;
    try {
        options = parse_control_options("ctl", arguments);
        if (options.help) {
            print(fmt::format(fmt::runtime(kHelp), program, indented(command_help())));
            return control_exit::kDone;
        }
        if (options.words.empty()) {
            throw ControlError("no command is given; indrik ctl --help lists all",
                               control_exit::kUsage);
        }
        const json::Value data = carry_out(options);
        print(options.json ? json::serialize(data) + '\n' : format_data(data));
        return control_exit::kDone;
    } catch (const ControlError& error) {
        return complain(program, options, error);
    }
}

}  // namespace indrik::supervisor
