#include "indrik/web/static_files.hpp"

#include <memory>
#include <stdexcept>

#include "indrik/http/url.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/directory_page.hpp"
#include "indrik/web/exceptions.hpp"
#include "indrik/web/file_response.hpp"
#include "indrik/web/open_file_cache.hpp"
#include "indrik/web/request.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kVariable = "filename";
constexpr std::string_view kVersion = "v";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
/// What a client may have hashed by asking for a version; larger files only get one from static_url.
constexpr std::uint64_t kHashedOnDemandBytes = 1024 * 1024;

/// What serves the requests of one static route.
class Folder {
public:
    Folder(const std::filesystem::path& folder, StaticFiles::Options options)
        : options_(std::move(options)),
          path_(folder),
          folder_(folder, options_.follow_symlinks),
          cache_(folder_, options_.precompressed, options_.open_files) {}

    Task<Response> answer(Request& request);
    /// "?v=...", or nothing.
    std::string version_query(std::string_view name);
    const std::filesystem::path& path() const { return path_; }

private:
    std::shared_ptr<const FileVariants> find(std::string_view name) {
        return cache_.find(name, OpenFileCache::Clock::now());
    }
    Response index(const Request& request, std::string_view name) const;
    static bool names_version(const Request& request, const OpenFile& file);

    StaticFiles::Options options_;
    std::filesystem::path path_;
    ServedFolder folder_;
    OpenFileCache cache_;
};

Response not_found() {
    return HTTPNotFound().response();
}

/// Whether an escape hides a separator: "a%2fb" is a name with a slash in it, which no file has.
bool has_hidden_slash(std::string_view raw_path) {
    for (std::size_t at = 0; (at = raw_path.find("%2", at)) != std::string_view::npos; at += 2) {
        const char digit = at + 2 < raw_path.size() ? raw_path[at + 2] : '\0';
        if (digit == 'f' || digit == 'F') return true;
    }
    return false;
}

Task<Response> Folder::answer(Request& request) {
    std::string_view name = request.match_info(kVariable);
    if (has_hidden_slash(request.raw_path())) co_return not_found();
    const bool asks_for_folder = name.ends_with('/');
    if (asks_for_folder) name.remove_suffix(1);
    if (!is_plain_name(name)) co_return not_found();
    std::shared_ptr<const FileVariants> file = find(name);
    if (file->is_folder && options_.show_index) co_return index(request, name);
    if (!file->original || asks_for_folder) co_return not_found();
    FileResponse response(file);
    if (!request.query_string().empty() && names_version(request, *file->original)) {
        response.cache_control(kForEver);
    } else if (!options_.cache_control.empty()) {
        response.cache_control(options_.cache_control);
    }
    co_return co_await response.send(request);
}

Response Folder::index(const Request& request, std::string_view name) const {
    UniqueFd folder = folder_.open(name);
    if (!folder) return not_found();
    Response response;
    response.html(directory_page(request.path(), std::move(folder), options_.follow_symlinks));
    response.header("X-Content-Type-Options", "nosniff");
    response.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    return response;
}

bool Folder::names_version(const Request& request, const OpenFile& file) {
    if (!request.query_string().starts_with("v=")) return false;
    const auto version = request.query().get(kVersion);
    const bool is_known = file.has_content_hash() || file.size_bytes() <= kHashedOnDemandBytes;
    return version && is_known && *version == file.content_hash();
}

std::string Folder::version_query(std::string_view name) {
    if (!options_.append_version || !is_plain_name(name)) return "";
    const std::shared_ptr<const FileVariants> file = find(name);
    return file->original ? "?v=" + std::string(file->original->content_hash()) : "";
}

/// The handler; a type of its own, so that static_url can find the folder by the name of its route.
struct StaticHandler {
    std::shared_ptr<Folder> folder;
    Task<Response> operator()(Request& request) const { return folder->answer(request); }
};

void add_folders(std::vector<std::filesystem::path>& folders, const Application& application) {
    for (const auto& resource : application.router().resources()) {
        if (resource->application() != nullptr) add_folders(folders, *resource->application());
        for (const auto& route : resource->routes()) {
            const auto* const found = route->endpoint().target<StaticHandler>();
            if (found != nullptr && !route->is_implied()) folders.push_back(found->folder->path());
        }
    }
    for (const Router::Domain& domain : application.router().domains())
        add_folders(folders, *domain.application);
}

}  // namespace

StaticFiles::operator RouteDefinition() && {
    if (!prefix_.starts_with('/') || prefix_.find_first_of("{}") != std::string::npos) {
        throw std::invalid_argument("static files under '" + prefix_ +
                                    "': the prefix begins with '/' and has no variables");
    }
    while (prefix_.ends_with('/')) prefix_.pop_back();
    const std::string pattern = prefix_ + "/{" + std::string(kVariable) + ":.*}";
    StaticHandler handler{std::make_shared<Folder>(folder_, std::move(options_))};
    RouteDefinition route = get(pattern, std::move(handler), place_);
    return name_.empty() ? std::move(route) : std::move(route).name(name_);
}

std::string static_url(const Request& request, std::string_view route, std::string_view file) {
    const Resource* const resource = request.app().find_route(route);
    const Route* const get_route =
        resource == nullptr || resource->routes().empty() ? nullptr : resource->routes()[0].get();
    const StaticHandler* const found =
        get_route == nullptr ? nullptr : get_route->endpoint().target<StaticHandler>();
    if (found == nullptr) {
        throw std::invalid_argument("no static route is named '" + std::string(route) + "'");
    }
    while (file.starts_with('/')) file.remove_prefix(1);
    const RoutePart part{kVariable, std::string(file)};
    return Router::format(route, *resource, {&part, 1}) + found->folder->version_query(file);
}

std::vector<std::filesystem::path> static_folders(const Application& application) {
    std::vector<std::filesystem::path> folders;
    add_folders(folders, application);
    return folders;
}

}  // namespace indrik::web
