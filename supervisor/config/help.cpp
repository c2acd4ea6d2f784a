#include "supervisor/config/help.hpp"

#include <fmt/format.h>

namespace indrik::supervisor {
namespace {

constexpr std::size_t kColumns = 79;
constexpr std::size_t kProseColumn = 31;

// "  -w, --workers N"
std::string heading(const Setting& setting) {
    std::string text = setting.letter != 0 ? fmt::format("  -{}, ", setting.letter) : "      ";
    text += fmt::format("--{}", setting.flags.front());
    if (setting.is_switch()) return text;
    if (!setting.bare_value.empty()) return text + fmt::format(" [{}]", setting.placeholder);
    return text + fmt::format(" {}", setting.placeholder);
}

// Prose beside its heading, wrapped at spaces; a heading too long for its column gets a line of its own.
void append_entry(std::string& help, const std::string& heading, std::string_view prose) {
    std::string line = heading;
    if (line.size() + 2 > kProseColumn) {
        help += line + '\n';
        line.clear();
    }
    line.resize(kProseColumn, ' ');
    while (!prose.empty()) {
        const std::size_t space = prose.find(' ');
        const std::string_view word = prose.substr(0, space);
        const bool at_start = line.size() == kProseColumn;
        if (!at_start && line.size() + 1 + word.size() > kColumns) {
            help += line + '\n';
            line.assign(kProseColumn, ' ');
        } else if (!at_start) {
            line += ' ';
        }
        line += word;
        prose.remove_prefix(space == std::string_view::npos ? prose.size() : space + 1);
    }
    help += line + '\n';
}

// A default longer than a few words would hide the rest.
std::string described(const Setting& setting) {
    constexpr std::size_t kLongestDefault = 24;
    std::string prose(setting.prose);
    if (!setting.is_switch() && !setting.default_value.empty() &&
        setting.default_value.size() <= kLongestDefault) {
        prose += fmt::format(" [{}]", setting.default_value);
    }
    return prose;
}

}  // namespace

std::string format_help(std::string_view program_name, Program program) {
    std::string help =
        program == Program::Indrik
            ? fmt::format(
                  "Usage: {0} [OPTION]... MODULE[:FACTORY]\n"
                  "       {0} routes [--json] MODULE[:FACTORY]\n"
                  "       {0} render [OPTION]... TEMPLATE\n"
                  "       {0} templates check [OPTION]... FOLDER\n"
                  "       {0} templates compile --output DIR [OPTION]... FOLDER\n"
                  "       {0} ctl [OPTION]... COMMAND\n"
                  "       {0} top [OPTION]...\n\n"
                  "Serves the application module MODULE (app.so); FACTORY names one of\n"
                  "several applications in it. The other forms print its routes, render a\n"
                  "template, look for mistakes in templates, turn templates into C++, command\n"
                  "a running instance, and show one live; each has a --help.\n",
                  program_name)
            : fmt::format("Usage: {} [OPTION]...\n", program_name);
    std::string_view group;
    for (const Setting& setting : settings_table()) {
        if (setting.flags.empty()) continue;
        if (setting.group != group) {
            group = setting.group;
            help += fmt::format("\n{}\n", group);
        }
        append_entry(help, heading(setting), described(setting));
    }
    append_entry(help, "  -v, --version", "Print the version and end.");
    append_entry(help, "  -h, --help", "Print this and end.");
    help +=
        "\n"
        "TIME is written 30 or 30s, 500ms, 2m; SIZE in bytes, or 64k, 1M. Options come\n"
        "from ./indrik.conf (or --config FILE), then from INDRIK_CMD_ARGS in the\n"
        "environment, then from the command line; the later wins.\n"
        "\n"
        "Signals: TERM ends gracefully, INT and QUIT quickly; HUP reloads; TTIN and TTOU\n"
        "add and take away a worker; USR1 reopens the logs.\n";
    return help;
}

}  // namespace indrik::supervisor
