#pragma once
// A folder of files as a route.
//
//   app.add_routes({
//       web::get("/", index),
//       web::static_files("/static", "share/static").name("static"),
//   });
//   web::static_url(request, "static", "css/app.css");       // "/static/css/app.css?v=1f0c99d2a8b3e471"
//
// No name leads out of the folder, however it is written; what may not be read is answered like what does not exist: 404. Browsers
// keep what was asked for by static_url for a year, since its address changes with its content.

#include <cstddef>
#include <filesystem>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/web/route_def.hpp"

namespace indrik::web {

class Application;
class Request;

/// How a folder is served; becomes a RouteDefinition in add_routes.
class StaticFiles {
public:
    StaticFiles(std::string_view prefix,
                std::filesystem::path folder,
                std::source_location place = std::source_location::current())
        : prefix_(prefix), folder_(std::move(folder)), place_(place) {}

    /// Names the route, for static_url.
    StaticFiles&& name(std::string_view name) && { return set(name_, std::string(name)); }
    /// Whether folders are listed; off.
    StaticFiles&& show_index(bool allowed) && { return set(options_.show_index, allowed); }
    /// Whether symbolic links are followed, if they are relative and lead to something beneath the folder; off.
    StaticFiles&& follow_symlinks(bool allowed) && {
        return set(options_.follow_symlinks, allowed);
    }
    /// Whether static_url adds the hash of the content; on.
    StaticFiles&& append_version(bool wanted) && { return set(options_.append_version, wanted); }
    /// Whether siblings "name.br", "name.zst" and "name.gz" are sent to those who take them; on. They should be made together with
    /// the original: older ones are left alone.
    StaticFiles&& precompressed(bool allowed) && { return set(options_.precompressed, allowed); }
    /// The Cache-Control field of files asked for without their hash; none by default.
    StaticFiles&& cache_control(std::string_view value) && {
        return set(options_.cache_control, std::string(value));
    }
    /// Names that are kept open, each with up to four descriptors; 256 by default.
    StaticFiles&& open_files(std::size_t names) && { return set(options_.open_files, names); }

    /// Errors: std::invalid_argument if the folder is none, or the prefix does not begin with '/'.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a route
    operator RouteDefinition() &&;

    struct Options {
        bool show_index = false;
        bool follow_symlinks = false;
        bool append_version = true;
        bool precompressed = true;
        std::size_t open_files = 256;
        std::string cache_control;
    };

private:
    template <class T>
    StaticFiles&& set(T& option, T value) {
        option = std::move(value);
        return std::move(*this);
    }

    std::string prefix_;
    std::filesystem::path folder_;
    std::source_location place_;
    std::string name_;
    Options options_;
};

/// The files of `folder` beneath the path `prefix`; "/" serves them at the root.
inline StaticFiles static_files(std::string_view prefix,
                                std::filesystem::path folder,
                                std::source_location place = std::source_location::current()) {
    return {prefix, std::move(folder), place};
}

/// The address of a file of a named static route, with the hash of its content if there is such a file.
/// Names are as those of url_for. Errors: std::invalid_argument if no static route has that name.
std::string static_url(const Request& request, std::string_view route, std::string_view file);

/// The folders that an application and those within serve, in no order: what a development server watches.
std::vector<std::filesystem::path> static_folders(const Application& application);

}  // namespace indrik::web
