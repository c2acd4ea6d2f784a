#include "supervisor/config/ini.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        return value.substr(1, value.size() - 2);
    }
    return value;
}

}  // namespace

std::vector<IniLine> parse_ini(std::string_view text, std::string_view file) {
    std::vector<IniLine> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);

        if (line.empty() || line.front() == '#' || line.front() == ';' || line == "[indrik]")
            continue;
        const std::size_t equals = line.find('=');
        if (line.front() == '[' || equals == std::string_view::npos || equals == 0) {
            throw ConfigError(fmt::format(
                "{}:{}: {} is not a setting; write name = value", file, number, quote(line)));
        }
        lines.push_back({number,
                         std::string(trimmed(line.substr(0, equals))),
                         std::string(unquoted(trimmed(line.substr(equals + 1))))});
    }
    return lines;
}

}  // namespace indrik::supervisor
