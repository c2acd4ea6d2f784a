#include "supervisor/cli/routes.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "indrik/json/value.hpp"
#include "indrik/web/route_table.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/worker/app_module.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::size_t kColumns = 6;
using Line = std::array<std::string, kColumns>;
constexpr std::array<std::string_view, kColumns> kHeadings = {
    "METHOD", "PATH", "NAME", "APPLICATION", "CONDITIONS", "PLACE"};

constexpr std::string_view kHelp =
    "Usage: {} routes [--json] MODULE[:FACTORY]\n\n"
    "Prints the routes of the application module MODULE (app.so) in the order in\n"
    "which they are tried; with --json as a JSON array of objects.\n";

struct Command {
    bool help = false;
    bool json = false;
    std::string module;
};

Command parse(const std::vector<std::string>& arguments) {
    Command command;
    for (const std::string& argument : arguments) {
        if (argument == "--help" || argument == "-h") {
            command.help = true;
        } else if (argument == "--json") {
            command.json = true;
        } else if (argument.starts_with('-')) {
            throw ConfigError("unknown option " + argument + "; routes takes --json and --help",
                              exit_codes::kUsage);
        } else if (!command.module.empty()) {
            throw ConfigError("more than one MODULE is given; routes shows one",
                              exit_codes::kUsage);
        } else {
            command.module = argument;
        }
    }
    if (command.module.empty() && !command.help) {
        throw ConfigError("no application is given; name its module: indrik routes path/to/app.so",
                          exit_codes::kUsage);
    }
    return command;
}

std::vector<web::RouteTableRow> load_table(const std::string& module) {
    try {
        return web::route_table(load_application(module)());
    } catch (const LoadError& error) {
        throw ConfigError(error.what(), exit_codes::kApplicationLoad);
    } catch (const std::exception& error) {
        throw ConfigError(fmt::format("{}: its factory threw: {}", module, error.what()),
                          exit_codes::kApplicationLoad);
    } catch (...) {
        throw ConfigError(
            fmt::format("{}: its factory threw an exception that is no std::exception", module),
            exit_codes::kApplicationLoad);
    }
}

/// The file as the user would name it from here.
std::string file_of(const web::RouteTableRow& row) {
    const std::string file = row.place.file_name();
    std::error_code ignored;
    const std::string here = std::filesystem::current_path(ignored).string() + "/";
    return file.starts_with(here) ? file.substr(here.size()) : file;
}

Line line_of(const web::RouteTableRow& row) {
    return {row.method,
            row.path,
            row.name,
            row.application,
            fmt::format("{}", fmt::join(row.conditions, "; ")),
            fmt::format("{}:{}", file_of(row), row.place.line())};
}

/// Aligned columns; those in which nothing stands are left out.
std::string format_text(const std::vector<web::RouteTableRow>& rows) {
    std::vector<Line> lines(1);
    for (std::size_t column = 0; column < kColumns; ++column) {
        lines[0][column] = kHeadings[column];
    }
    for (const web::RouteTableRow& row : rows) lines.push_back(line_of(row));
    std::array<std::size_t, kColumns> widths{};
    for (std::size_t column = 0; column < kColumns; ++column) {
        const bool is_used = std::any_of(lines.begin() + 1, lines.end(), [&](const Line& line) {
            return !line[column].empty();
        });
        for (const Line& line : lines) {
            if (is_used) widths[column] = std::max(widths[column], line[column].size() + 2);
        }
    }
    std::string text;
    for (const Line& line : lines) {
        std::string formatted;
        for (std::size_t column = 0; column < kColumns; ++column) {
            if (widths[column] > 0)
                formatted += fmt::format("{:<{}}", line[column], widths[column]);
        }
        formatted.erase(formatted.find_last_not_of(' ') + 1);
        text += formatted + '\n';
    }
    return rows.empty() ? "there are no routes\n" : text;
}

std::string format_json(const std::vector<web::RouteTableRow>& rows) {
    json::Array table;
    for (const web::RouteTableRow& row : rows) {
        json::Object line;
        json::Array methods;
        std::string_view rest = row.method;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            methods.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        line["methods"] = std::move(methods);
        line["path"] = row.path;
        line["name"] = row.name.empty() ? json::Value() : json::Value(row.name);
        line["application"] =
            row.application.empty() ? json::Value() : json::Value(row.application);
        json::Array conditions;
        for (const std::string& condition : row.conditions) conditions.emplace_back(condition);
        line["conditions"] = std::move(conditions);
        line["file"] = file_of(row);
        line["line"] = row.place.line();
        table.push_back(std::move(line));
    }
    return json::serialize(table) + '\n';
}

}  // namespace

int run_routes_command(const std::string& program, const std::vector<std::string>& arguments) {
    try {
        const Command command = parse(arguments);
        std::string text;
        if (command.help) {
            text = fmt::format(fmt::runtime(kHelp), program);
        } else {
            const std::vector<web::RouteTableRow> rows = load_table(command.module);
            text = command.json ? format_json(rows) : format_text(rows);
        }
        std::fputs(text.c_str(), stdout);
        return exit_codes::kSuccess;
    } catch (const ConfigError& error) {
        std::fputs(fmt::format("{}: {}\n", program, error.what()).c_str(), stderr);
        return error.exit_code();
    }
}

}  // namespace indrik::supervisor
