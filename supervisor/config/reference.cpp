#include "supervisor/config/reference.hpp"

#include <fmt/format.h>

#include "supervisor/config/settings.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kIntroduction =
    "# Settings\n"
    "\n"
    "Every setting of `indrik` and of programs made with `indrik::run`. This page is made from the "
    "table in "
    "`supervisor/config/settings/`; so is `indrik --help`.\n"
    "\n"
    "The later source wins: defaults, and the environment variables named below; `./indrik.conf` "
    "or `--config FILE`, lines of "
    "`name = value`; `INDRIK_CMD_ARGS`; the command line. A setting that may be given several "
    "times is replaced as a whole. "
    "`indrik --print-config` shows what is in force, and where it came from.\n"
    "\n"
    "TIME is written `30` or `30s`, `500ms`, `2m`, `1h`; SIZE in bytes, or `64k`, `1M`, `2G`. "
    "Switches are `true` or `false` in a "
    "file (`yes`, `no`, `on`, `off`, `1`, `0` are as good), and `-` in a name is as good as `_`.\n";

std::string option_text(const Setting& setting) {
    if (setting.flags.empty()) return "the argument";
    std::string text = setting.letter != 0 ? fmt::format("`-{}`, ", setting.letter) : "";
    text += fmt::format("`--{}", setting.flags.front());
    if (!setting.is_switch()) {
        const bool may_be_bare = !setting.bare_value.empty();
        text += may_be_bare ? fmt::format(" [{}]", setting.placeholder)
                            : fmt::format(" {}", setting.placeholder);
    }
    text += '`';
    for (std::size_t index = 1; index < setting.flags.size(); ++index) {
        text += fmt::format(", `--{}`", setting.flags[index]);
    }
    return text;
}

std::string names_text(const Setting& setting) {
    std::string text;
    for (const std::string_view name : setting.names) {
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
    }
    return text;
}

}  // namespace

std::string format_reference() {
    std::string page(kIntroduction);
    std::string_view group;
    for (const Setting& setting : settings_table()) {
        if (setting.group != group) {
            group = setting.group;
            page += fmt::format("\n## {}\n", group);
        }
        const std::string_view prose =
            setting.prose.empty() ? "The module that is served: `app.so` or `app.so:factory`."
                                  : setting.prose;
        page += fmt::format("\n### {}\n\n{}\n\n", setting.name(), prose);
        page += fmt::format(
            "- option: {}\n- in a file: {}\n", option_text(setting), names_text(setting));
        page += setting.default_value.empty()
                    ? std::string("- default: none\n")
                    : fmt::format("- default: `{}`\n", setting.default_value);
        if (!setting.environment.empty()) {
            page += fmt::format("- default from the environment: `{}`\n", setting.environment);
        }
    }
    return page;
}

}  // namespace indrik::supervisor
