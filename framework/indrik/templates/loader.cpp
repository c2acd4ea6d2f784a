#include "indrik/templates/loader.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

namespace indrik::templates {

namespace {

namespace fs = std::filesystem;

/// The name as a path below a folder; nothing for a name that would leave it.
std::optional<fs::path> relative_path(std::string_view name) {
    if (name.find('\0') != std::string_view::npos || name.find('\\') != std::string_view::npos)
        return std::nullopt;
    fs::path path;
    while (!name.empty()) {
        const std::size_t slash = std::min(name.find('/'), name.size());
        const std::string_view piece = name.substr(0, slash);
        if (piece == "..") return std::nullopt;
        if (!piece.empty() && piece != ".") path /= piece;
        name.remove_prefix(std::min(slash + 1, name.size()));
    }
    if (path.empty()) return std::nullopt;
    return path;
}

std::optional<TemplateSource> read(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const auto changed = fs::last_write_time(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file) return std::nullopt;
    TemplateSource source;
    source.text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    source.is_fresh = [path, changed] {
        std::error_code problem;
        return fs::last_write_time(path, problem) == changed && !problem;
    };
    return source;
}

}  // namespace

std::optional<TemplateSource> DictLoader::load(std::string_view name) const {
    const auto found = templates_.find(name);
    if (found == templates_.end()) return std::nullopt;
    // Lifetime: the loader outlives the environment's cache.
    return TemplateSource{found->second, [this, key = found->first, text = found->second] {
                              const auto now = templates_.find(key);
                              return now != templates_.end() && now->second == text;
                          }};
}

std::vector<std::string> DictLoader::names() const {
    std::vector<std::string> result;
    for (const auto& [name, text] : templates_) result.push_back(name);
    return result;
}

void DictLoader::set(std::string name, std::string text) {
    templates_.insert_or_assign(std::move(name), std::move(text));
}

std::optional<TemplateSource> FileSystemLoader::load(std::string_view name) const {
    const auto path = relative_path(name);
    if (!path) return std::nullopt;
    for (const std::string& folder : folders_) {
        if (auto source = read(fs::path(folder) / *path)) return source;
    }
    return std::nullopt;
}

std::optional<std::string> FileSystemLoader::find(std::string_view name) const {
    const auto path = relative_path(name);
    if (!path) return std::nullopt;
    for (const std::string& folder : folders_) {
        std::error_code error;
        if (const fs::path found = fs::path(folder) / *path; fs::is_regular_file(found, error))
            return found.string();
    }
    return std::nullopt;
}

std::vector<std::string> FileSystemLoader::names() const {
    std::set<std::string> result;
    for (const std::string& folder : folders_) {
        std::error_code error;
        for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            if (entry->is_regular_file(error))
                result.insert(entry->path().lexically_relative(folder).generic_string());
        }
    }
    return {result.begin(), result.end()};
}

std::optional<TemplateSource> ChoiceLoader::load(std::string_view name) const {
    for (const auto& loader : loaders_) {
        if (auto source = loader->load(name)) return source;
    }
    return std::nullopt;
}

std::vector<std::string> ChoiceLoader::names() const {
    std::set<std::string> result;
    for (const auto& loader : loaders_) {
        for (std::string& name : loader->names()) result.insert(std::move(name));
    }
    return {result.begin(), result.end()};
}

std::optional<TemplateSource> PrefixLoader::load(std::string_view name) const {
    const std::size_t end = name.find(delimiter_);
    if (end == std::string_view::npos) return std::nullopt;
    const auto found = loaders_.find(name.substr(0, end));
    return found == loaders_.end() ? std::nullopt : found->second->load(name.substr(end + 1));
}

std::vector<std::string> PrefixLoader::names() const {
    std::vector<std::string> result;
    for (const auto& [prefix, loader] : loaders_) {
        for (const std::string& name : loader->names())
            result.push_back(prefix + delimiter_ + name);
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::vector<std::string> ChoiceLoader::folders() const {
    std::vector<std::string> result;
    for (const auto& loader : loaders_)
        std::ranges::move(loader->folders(), std::back_inserter(result));
    return result;
}

std::vector<std::string> PrefixLoader::folders() const {
    std::vector<std::string> result;
    for (const auto& [prefix, loader] : loaders_)
        std::ranges::move(loader->folders(), std::back_inserter(result));
    return result;
}

}  // namespace indrik::templates
