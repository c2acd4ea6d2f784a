#pragma once
// The configuration file: lines of `name = value`, comments after # or ; at a line's start, one section [indrik] at most.

#include <string>
#include <string_view>
#include <vector>

namespace indrik::supervisor {

struct IniLine {
    std::size_t number = 0;  // of the line in the file, from 1
    std::string name;
    std::string
        value;  // without spaces around it, and without one pair of double quotes around all of it
};

/// `file` is for messages. Errors: throws ConfigError that names the file and the line.
std::vector<IniLine> parse_ini(std::string_view text, std::string_view file);

}  // namespace indrik::supervisor
