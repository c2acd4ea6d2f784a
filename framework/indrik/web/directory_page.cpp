#include "indrik/web/directory_page.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <memory>
#include <system_error>
#include <tuple>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "indrik/http/url.hpp"
#include "indrik/web/error_page.hpp"

namespace indrik::web {
namespace {

constexpr std::size_t kMaxEntries = 10'000;

struct Listed {
    std::string name;
    bool is_folder;
    std::uint64_t size_bytes;
    std::time_t modified;
};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

bool read_facts(int folder, const char* name, bool show_symlinks, struct stat& facts) {
    return ::fstatat(folder, name, &facts, show_symlinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 &&
           (S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode));
}

std::vector<Listed> read_entries(UniqueFd folder, bool show_symlinks) {
    const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(folder.get()));
    if (!entries) throw std::system_error(errno, std::system_category(), "listing a folder");
    folder.release();
    std::vector<Listed> listed;
    while (const dirent* const entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        struct stat facts {};
        if (name == "." || name == ".." || listed.size() == kMaxEntries) continue;
        if (!read_facts(::dirfd(entries.get()), entry->d_name, show_symlinks, facts)) continue;
        listed.push_back({name,
                          S_ISDIR(facts.st_mode),
                          static_cast<std::uint64_t>(facts.st_size),
                          facts.st_mtim.tv_sec});
    }
    std::sort(listed.begin(), listed.end(), [](const Listed& left, const Listed& right) {
        return std::tie(right.is_folder, left.name) < std::tie(left.is_folder, right.name);
    });
    return listed;
}

/// "1.4 MiB".
std::string format_size(std::uint64_t bytes) {
    constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    std::size_t unit = 0;
    std::uint64_t tenths = bytes * 10;
    while (tenths >= 10 * 1024 && unit + 1 < std::size(kUnits)) {
        tenths /= 1024;
        ++unit;
    }
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + ' ' + kUnits[unit];
}

std::string format_minute(std::time_t time) {
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[sizeof "2000-01-01 00:00"];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return std::string(text, size);
}

std::string row(std::string_view base, const Listed& entry) {
    const std::string_view end = entry.is_folder ? "/" : "";
    std::string url(base);
    url += http::percent_encode(entry.name, http::URLComponent::Segment);
    url += end;
    std::string text = "<tr><td><a href=\"" + escape_html(url) + "\">";
    text.append(escape_html(entry.name)).append(end).append("</a></td><td>");
    if (!entry.is_folder) text += format_size(entry.size_bytes);
    return text + "</td><td>" + format_minute(entry.modified) + "</td></tr>\n";
}

constexpr std::string_view kStyle =
    "body{font:16px/1.6 system-ui,sans-serif;margin:8vh auto;max-width:52rem;padding:0 1rem;"
    "color:#222;background:#fff}h1{font-size:1.4rem;font-weight:600;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}td{padding:.3rem 1rem .3rem 0;border-top:1px solid "
    "#e4e4e4}td:first-child{width:100%;overflow-wrap:anywhere}td+td{color:#666;white-space:nowrap;"
    "text-align:right;font-variant-numeric:tabular-nums}a{color:#06c;text-decoration:none}"
    "a:hover{text-decoration:underline}@media(prefers-color-scheme:dark){body{color:#ddd;"
    "background:#181818}td{border-color:#333}td+td{color:#999}a{color:#6af}}";

}  // namespace

std::string directory_page(std::string_view url_path, UniqueFd folder, bool show_symlinks) {
    std::string shown(url_path);
    if (!shown.ends_with('/')) shown += '/';
    const std::string base = http::percent_encode(shown, http::URLComponent::Path);
    const std::string title = "Index of " + escape_html(shown);
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
        title + "</title><style>";
    page += kStyle;
    page += "</style></head><body>\n<h1>" + title + "</h1>\n<table>\n";
    for (const Listed& entry : read_entries(std::move(folder), show_symlinks)) {
        page += row(base, entry);
    }
    return page + "</table>\n</body></html>\n";
}

}  // namespace indrik::web
