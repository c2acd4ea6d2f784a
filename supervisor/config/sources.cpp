#include "supervisor/config/sources.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/ini.hpp"
#include "supervisor/config/replaced.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

// `where` names the setting as the operator wrote it: "--workers", "indrik.conf:3: workers", "WEB_CONCURRENCY".
void assign(Settings& settings,
            const Setting& setting,
            const std::vector<std::string>& values,
            const std::string& where,
            const std::string& source) {
    try {
        setting.assign(settings, values);
    } catch (const BadValue& error) {
        throw ConfigError(fmt::format("{}: {}", where, error.what()));
    }
    settings.sources[setting.name()] = source;
    settings.texts[setting.name()] = values;
}

void apply_defaults(Settings& settings) {
    for (const Setting& setting : settings_table()) {
        const std::vector<std::string> value{std::string(setting.default_value)};
        setting.assign(settings, value);
    }
}

void apply_environment(Settings& settings) {
    for (const Setting& setting : settings_table()) {
        if (setting.environment.empty()) continue;
        const std::string variable(setting.environment);
        const char* const value = std::getenv(variable.c_str());
        if (value == nullptr || *value == '\0') continue;
        assign(settings,
               setting,
               {std::string(setting.environment_prefix) + value},
               variable,
               "environment " + variable);
    }
}

std::string flag_of(const Setting& setting) {
    return setting.flags.empty() ? std::string(setting.placeholder)
                                 : fmt::format("--{}", setting.flags.front());
}

void apply_command_line(Settings& settings,
                        const CommandLine& command_line,
                        const std::string& prefix,
                        const std::string& source) {
    for (const auto& [setting, values] : command_line.values) {
        assign(settings, *setting, values, prefix + flag_of(*setting), source);
    }
}

// The file that the strongest source names: the command line, then INDRIK_CMD_ARGS.
std::string configured_file(const CommandLine& environment, const CommandLine& command_line) {
    const Setting* const setting = find_setting("config");
    for (const CommandLine* source : {&command_line, &environment}) {
        const auto found = source->values.find(setting);
        if (found != source->values.end()) return found->second.back();
    }
    return {};
}

std::string read_file(const std::filesystem::path& path, const std::string& name) {
    std::ifstream file(path);
    if (!file || std::filesystem::is_directory(path)) {
        throw ConfigError(
            fmt::format("--config: {} cannot be read; name an existing file", quote(name)));
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void apply_file(Settings& settings, const std::string& text, const std::string& name) {
    std::map<const Setting*, std::vector<std::string>> values;
    for (const IniLine& line : parse_ini(text, name)) {
        const std::string where = fmt::format("{}:{}", name, line.number);
        const Setting* const setting = find_setting(line.name);
        if (setting == nullptr) {
            const std::string_view advice = advice_for(line.name);
            if (!advice.empty()) {
                throw ConfigError(fmt::format("{}: {}: {}", where, line.name, advice));
            }
            throw ConfigError(fmt::format(
                "{}: there is no setting {}; --help lists all", where, quote(line.name)));
        }
        if (setting->name() == "config") {
            throw ConfigError(fmt::format("{}: config belongs on the command line", where));
        }
        auto& given = values[setting];
        given.push_back(line.value);
        assign(settings, *setting, given, fmt::format("{}: {}", where, line.name), where);
    }
}

}  // namespace

SettingsLoader::SettingsLoader(std::vector<std::string> arguments, Program program)
    : command_line_(parse_command_line(arguments, program)),
      program_(program),
      folder_(std::filesystem::current_path()) {}

Settings SettingsLoader::load() const {
    CommandLine from_environment;
    if (const char* const text = std::getenv("INDRIK_CMD_ARGS")) {
        try {
            from_environment = parse_command_line(split_arguments(text), program_);
        } catch (const ConfigError& error) {
            throw ConfigError(fmt::format("INDRIK_CMD_ARGS: {}", error.what()), error.exit_code());
        }
    }
    Settings settings;
    apply_defaults(settings);
    apply_environment(settings);
    const std::string file = configured_file(from_environment, command_line_);
    if (!file.empty()) {
        apply_file(settings, read_file(folder_ / file, file), file);
    } else if (std::error_code ignored;
               std::filesystem::exists(folder_ / kDefaultConfigFile, ignored)) {
        apply_file(settings,
                   read_file(folder_ / kDefaultConfigFile, kDefaultConfigFile),
                   kDefaultConfigFile);
    }
    apply_command_line(settings, from_environment, "INDRIK_CMD_ARGS: ", "INDRIK_CMD_ARGS");
    apply_command_line(settings, command_line_, "", "command line");
    if (settings.reload && settings.preload) {
        throw ConfigError(
            "--reload and --preload exclude each other; use --preload in production, --reload "
            "while developing");
    }
    if (settings.application.empty() && program_ == Program::Indrik) {
        throw ConfigError("no application is given; name its module: indrik path/to/app.so",
                          exit_codes::kUsage);
    }
    return settings;
}

}  // namespace indrik::supervisor
