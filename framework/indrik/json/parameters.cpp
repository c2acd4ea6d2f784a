#include "indrik/json/parameters.hpp"

#include <algorithm>

namespace indrik::json::detail {

const Parameter* find_parameter(Parameters& rest, std::string_view name) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i].first == name) {
            const Parameter* const found = &rest[i];
            rest = rest.subspan(i + 1);
            return found;
        }
    }
    return nullptr;
}

const Parameter* find_single(Parameters all,
                             std::string_view name,
                             const Path& path,
                             Problems& problems) {
    const Parameter* const found = find_parameter(all, name);
    if (found != nullptr && find_parameter(all, name) != nullptr) {
        problems.add(path, "is given more than once");
    }
    return found;
}

void report_unknown(Parameters all, std::span<const std::string_view> names, Problems& problems) {
    for (std::size_t i = 0; i < all.size() && !problems.is_full(); ++i) {
        const std::string_view name = all[i].first;
        const auto is_same = [name](const Parameter& parameter) { return parameter.first == name; };
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        if (std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), is_same))
            continue;
        problems.add(Path(Path(), name), "is not known");
    }
}

}  // namespace indrik::json::detail
