#include "supervisor/config/print.hpp"

#include <vector>

#include <fmt/format.h>

#include "indrik/core/version.hpp"

namespace indrik::supervisor {
namespace {

// Quotes protect what the reader of the file would take away: spaces around, and quotes around.
std::string as_value(std::string_view text) {
    const auto is_at_risk = [](char byte) { return byte == ' ' || byte == '\t' || byte == '"'; };
    if (text.empty() || (!is_at_risk(text.front()) && !is_at_risk(text.back()))) {
        return std::string(text);
    }
    return fmt::format("\"{}\"", text);
}

std::vector<std::string> values_of(const Settings& settings, const Setting& setting) {
    const auto given = settings.texts.find(setting.name());
    if (given != settings.texts.end()) {
        if (setting.repeatable) return given->second;
        return {given->second.back()};
    }
    return {std::string(setting.default_value)};
}

std::string source_of(const Settings& settings, const Setting& setting) {
    const auto found = settings.sources.find(setting.name());
    return found == settings.sources.end() ? "default" : found->second;
}

// They say what to do now, or where to read; a file has no use for them.
bool is_of_the_command_line(const Setting& setting) {
    return setting.name() == "config" || setting.name() == "print_config" ||
           setting.name() == "check_config";
}

}  // namespace

std::string print_settings(const Settings& settings) {
    std::string text = fmt::format("# indrik {}\n", INDRIK_VERSION);
    std::string_view group;
    for (const Setting& setting : settings_table()) {
        if (is_of_the_command_line(setting)) continue;
        if (setting.group != group) {
            group = setting.group;
            text += fmt::format("\n### {}\n\n", group);
        }
        text += fmt::format("# {}\n", source_of(settings, setting));
        for (const std::string& value : values_of(settings, setting)) {
            text += fmt::format("{} = {}\n", setting.name(), as_value(value));
        }
    }
    return text;
}

}  // namespace indrik::supervisor
