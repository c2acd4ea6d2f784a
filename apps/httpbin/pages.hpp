#pragma once
// The folder of files that the application brings along, and the pages made from its templates.

#include <filesystem>
#include <string_view>

#include <indrik/templates/environment.hpp>
#include <indrik/web/app_key.hpp>
#include <indrik/web/application.hpp>
#include <indrik/web/request.hpp>
#include <indrik/web/response.hpp>

namespace httpbin {

namespace web = indrik::web;

/// The folder: templates, documents, images, static.
inline const web::AppKey<std::filesystem::path> kShare{"share"};
inline const web::AppKey<indrik::templates::Environment> kPages{"pages"};

/// Finds the folder, share/httpbin beside the module or the program, or what HTTPBIN_SHARE in the environment names, and keeps
/// it in the application. Errors: std::runtime_error that says where it was looked for.
void open_share(web::Application& app);

/// A page from a template.
web::Response render(const web::Request& request,
                     std::string_view name,
                     const indrik::templates::Dict& values = {});

}  // namespace httpbin
