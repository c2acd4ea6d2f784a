#include "pages.hpp"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <dlfcn.h>

#include "handlers.hpp"

namespace httpbin {

namespace fs = std::filesystem;

namespace {

constexpr const char* kName = "share/httpbin";

/// Where the folder may be: the first that is there is taken.
std::vector<fs::path> candidates() {
    if (const char* const named = std::getenv("HTTPBIN_SHARE")) return {named};
    std::vector<fs::path> folders;
    Dl_info module{};
    if (dladdr(&kName, &module) != 0 && module.dli_fname != nullptr)
        folders.push_back(fs::absolute(module.dli_fname).parent_path());
    std::error_code ignored;
    folders.push_back(fs::read_symlink("/proc/self/exe", ignored).parent_path());
    const auto count = folders.size();
    for (std::size_t i = 0; i < count; ++i) folders.push_back(folders[i].parent_path());
    for (fs::path& folder : folders) folder /= kName;
    return folders;
}

fs::path find_share() {
    std::string looked_at;
    for (const fs::path& folder : candidates()) {
        if (fs::is_directory(folder)) return folder;
        looked_at += (looked_at.empty() ? "" : ", ") + folder.string();
    }
    throw std::runtime_error("the folder of httpbin's pages is missing; it may be one of " +
                             looked_at);
}

}  // namespace

void open_share(web::Application& app) {
    const fs::path folder = app.set(kShare, find_share());
    auto& pages = app.emplace(kPages);
    pages.set_loader(
        std::make_shared<indrik::templates::FileSystemLoader>((folder / "templates").string()));
}

web::Response render(const web::Request& request,
                     std::string_view name,
                     const indrik::templates::Dict& values) {
    std::string page;
    request.app().get(kPages).get_template(name).render_to(page, values);
    return web::Response().html(std::move(page));
}

web::Response front_page(web::Request& request) {
    return render(request, "index.html");
}

web::Response form_page(web::Request& request) {
    return render(request, "form.html");
}

}  // namespace httpbin
