#pragma once
// Templates that were installed with a program or a module: Jinja2's PackageLoader.
//
//   web::Application make_app() {
//       web::Application app;
//       templates::setup(app, std::make_shared<templates::PackageLoader>("shop", &make_app));
//       ...
//   }
//
// make_app is in <prefix>/bin/shop or <prefix>/lib/shop.so, or somewhere beneath these folders, and the templates are in
// <prefix>/share/shop/templates, wherever the prefix is.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/loader.hpp"

namespace indrik::templates {

class PackageLoader final : public Loader {
public:
    /// `code` is a function of the program or module that the templates belong to. Errors: std::runtime_error that names the folders in
    /// which they should be.
    template <class Result, class... Parameters>
    PackageLoader(std::string_view package,
                  Result (*code)(Parameters...),
                  std::string_view folder = "templates")
        : PackageLoader(package, reinterpret_cast<const void*>(code), folder) {}
    PackageLoader(std::string_view package,
                  const void* code,
                  std::string_view folder = "templates");

    std::optional<TemplateSource> load(std::string_view name) const override {
        return files_.load(name);
    }
    std::vector<std::string> names() const override { return files_.names(); }
    std::vector<std::string> folders() const override { return files_.folders(); }

private:
    FileSystemLoader files_;
};

/// The file of the program or library whose code is at that address; symbolic links are resolved. "" if there is none.
std::filesystem::path file_of_code(const void* code);

/// `share/<package>/<folder>` in the nearest folder above `file` that has it.
std::optional<std::filesystem::path> find_share_folder(const std::filesystem::path& file,
                                                       std::string_view package,
                                                       std::string_view folder);

}  // namespace indrik::templates
