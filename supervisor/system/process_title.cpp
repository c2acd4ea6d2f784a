#include "supervisor/system/process_title.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include <sys/prctl.h>

namespace indrik::supervisor {
namespace {

std::span<char> argument_area;  // constant-initialised; a process has one

}  // namespace

void remember_arguments(int argc, char** argv) {
    if (argc < 1) return;
    char* const last = argv[argc - 1];
    argument_area = {argv[0], last + std::strlen(last)};
}

void set_process_title(std::string_view role, std::string_view name) {
    std::string text = "indrik: " + std::string(role);
    if (!name.empty()) text += " [" + std::string(name) + "]";
    const std::string_view title = text;
    ::prctl(PR_SET_NAME, text.substr(0, 15).c_str());
    if (argument_area.empty()) return;
    std::ranges::fill(argument_area, '\0');
    std::ranges::copy(title.substr(0, argument_area.size()), argument_area.begin());
}

}  // namespace indrik::supervisor
