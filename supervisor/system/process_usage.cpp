#include "supervisor/system/process_usage.hpp"

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {
namespace {

// Fields of proc(5), counted from the state, which follows the name in parentheses.
constexpr std::size_t kUserTime = 11;
constexpr std::size_t kSystemTime = 12;
constexpr std::size_t kResidentPages = 21;

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

ProcessUsage parse_process_stat(std::string_view text) {
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos) return {};
    std::vector<std::string_view> fields;
    std::size_t begin = text.find_first_not_of(' ', name_end + 1);
    while (begin != std::string_view::npos) {
        const std::size_t end = text.find(' ', begin);
        fields.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(' ', end);
    }
    if (fields.size() <= kResidentPages) return {};
    const std::uint64_t ticks = number(fields[kUserTime]) + number(fields[kSystemTime]);
    const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    ProcessUsage usage;
    usage.cpu_time = std::chrono::milliseconds(ticks * 1000 / per_second);
    usage.rss_bytes =
        number(fields[kResidentPages]) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return usage;
}

ProcessUsage process_usage(pid_t pid) {
    const std::string path = fmt::format("/proc/{}/stat", pid);
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 1024> buffer;
    const ssize_t size = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    return size > 0 ? parse_process_stat({buffer.data(), static_cast<std::size_t>(size)})
                    : ProcessUsage{};
}

}  // namespace indrik::supervisor
