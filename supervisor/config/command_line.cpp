#include "supervisor/config/command_line.hpp"

#include <algorithm>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/replaced.hpp"
#include "supervisor/config/values.hpp"

namespace po = boost::program_options;

namespace indrik::supervisor {
namespace {

constexpr const char* kPositional = "application";

[[noreturn]] void refuse(const std::string& message) {
    throw ConfigError(message, exit_codes::kUsage);
}

void add_option(po::options_description& options, const std::string& name, bool is_switch) {
    if (is_switch) {
        options.add_options()(name.c_str(), "");
    } else {
        options.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
    }
}

// Every long flag; the letter goes with the first.
po::options_description describe() {
    po::options_description options;
    options.add_options()("help,h", "")("version,v", "");
    options.add_options()(kPositional, po::value<std::vector<std::string>>(), "");
    for (const Setting& setting : settings_table()) {
        char letter = setting.letter;
        for (const std::string_view flag : setting.flags) {
            std::string name(flag);
            if (letter != 0) name += {',', letter};
            letter = 0;
            add_option(options, name, setting.is_switch());
        }
    }
    return options;
}

const Setting& setting_of(const std::string& flag) {
    for (const Setting& setting : settings_table()) {
        if (std::ranges::find(setting.flags, flag) != setting.flags.end()) return setting;
        if (setting.name() == flag) return setting;  // the positional argument has no flag
    }
    throw std::logic_error("an option that no setting has: " + flag);
}

// An option that may do without a value has one if the next argument is no option, as in gunicorn.
std::vector<std::string> with_bare_values(std::vector<std::string> arguments) {
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        std::string& argument = arguments[index];
        const bool has_value =
            index + 1 < arguments.size() && !arguments[index + 1].starts_with('-');
        if (has_value || !argument.starts_with("--")) continue;
        const Setting* const setting = find_setting(std::string_view(argument).substr(2));
        if (setting != nullptr && !setting->bare_value.empty()) {
            argument += fmt::format("={}", setting->bare_value);
        }
    }
    return arguments;
}

po::parsed_options parse(const std::vector<std::string>& given, Program program) {
    const std::vector<std::string> arguments = with_bare_values(given);
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::options_description options = describe();
    po::positional_options_description positional;
    positional.add(kPositional, program == Program::Indrik ? 1 : 0);
    try {
        auto parsed = po::command_line_parser(arguments)
                          .options(options)
                          .positional(positional)
                          .style(style)
                          .run();
        // The description ends with this function; the options are plain text already.
        parsed.description = nullptr;
        return parsed;
    } catch (const po::unknown_option& error) {
        const std::string_view advice = advice_for(error.get_option_name());
        if (!advice.empty()) refuse(fmt::format("{}: {}", error.get_option_name(), advice));
        const std::string nearest = nearest_option(error.get_option_name());
        refuse(fmt::format(
            "unknown option {}{}",
            error.get_option_name(),
            nearest.empty() ? "; --help lists all" : "; did you mean " + nearest + "?"));
    } catch (const po::too_many_positional_options_error&) {
        refuse(program == Program::Indrik
                   ? "more than one MODULE is given; one is served"
                   : "an argument that is no option; --help lists all options");
    } catch (const po::invalid_command_line_syntax& error) {
        using Kind = po::invalid_command_line_syntax;
        const bool extra = error.kind() == Kind::extra_parameter;
        refuse(fmt::format("{} {}",
                           error.get_option_name(),
                           extra ? "takes no value" : "needs a value; --help shows which"));
    } catch (const po::error& error) {
        refuse(error.what());
    }
}

std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t column = 0; column < row.size(); ++column) row[column] = column;
    for (std::size_t line = 0; line < left.size(); ++line) {
        std::size_t diagonal = row[0];
        row[0] = line + 1;
        for (std::size_t column = 0; column < right.size(); ++column) {
            const std::size_t replaced = diagonal + (left[line] == right[column] ? 0 : 1);
            diagonal = row[column + 1];
            row[column + 1] = std::min({replaced, diagonal + 1, row[column] + 1});
        }
    }
    return row.back();
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments, Program program) {
    CommandLine result;
    for (const po::option& option : parse(arguments, program).options) {
        if (option.string_key == "help") {
            result.help = true;
        } else if (option.string_key == "version") {
            result.version = true;
        } else {
            const Setting& setting = setting_of(option.string_key);
            auto& values = result.values[&setting];
            if (setting.is_switch()) values.emplace_back(setting.switch_value);
            values.insert(values.end(), option.value.begin(), option.value.end());
        }
    }
    return result;
}

std::vector<std::string> split_arguments(const std::string& text) {
    return po::split_unix(text);
}

std::string nearest_option(std::string_view mistyped) {
    const std::string_view name =
        mistyped.substr(std::min(mistyped.find_first_not_of('-'), mistyped.size()));
    if (name.size() < 2) return {};
    std::string_view best;
    std::size_t best_distance = 3;  // two typing errors at most
    for (const Setting& setting : settings_table()) {
        for (const std::string_view flag : setting.flags) {
            const std::size_t away = flag.starts_with(name) ? 1 : distance(name, flag);
            if (away < best_distance) {
                best = flag;
                best_distance = away;
            }
        }
    }
    return best.empty() ? std::string() : fmt::format("--{}", best);
}

}  // namespace indrik::supervisor
