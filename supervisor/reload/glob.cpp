#include "supervisor/reload/glob.hpp"

#include <algorithm>
#include <span>

#include <fnmatch.h>

namespace indrik::supervisor {
namespace {

constexpr std::string_view kAnyFolders = "**";

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) segments.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

bool has_wildcard(std::string_view segment) {
    return segment.find_first_of("*?[\\") != std::string_view::npos;
}

bool fits(const std::string& pattern, const std::string& name) {
    return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

using Segments = std::span<const std::string>;

// `is_beginning`: the path is a folder, and it is enough that the pattern may go on beneath it.
bool match(Segments pattern, Segments path, bool is_beginning) {
    while (!pattern.empty()) {
        if (pattern[0] == kAnyFolders) {
            if (is_beginning) return true;
            pattern = pattern.subspan(1);
            for (std::size_t skipped = 0; skipped <= path.size(); ++skipped) {
                if (match(pattern, path.subspan(skipped), false)) return true;
            }
            return false;
        }
        if (path.empty()) return is_beginning;
        if (!fits(pattern[0], path[0])) return false;
        pattern = pattern.subspan(1);
        path = path.subspan(1);
    }
    return path.empty() && !is_beginning;
}

}  // namespace

Glob::Glob(std::string_view pattern) : segments_(split(pattern)) {
    const auto wild = std::ranges::find_if(segments_, has_wildcard);
    auto end = wild;
    if (wild == segments_.end() && !segments_.empty()) --end;
    for (auto segment = segments_.begin(); segment != end; ++segment) folder_ += '/' + *segment;
    if (folder_.empty()) folder_ = "/";
}

bool Glob::matches(std::string_view path) const {
    return match(segments_, split(path), false);
}

bool Glob::reaches_into(std::string_view folder) const {
    return match(segments_, split(folder), true);
}

}  // namespace indrik::supervisor
