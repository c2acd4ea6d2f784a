#include "indrik/templates/package_loader.hpp"

#include <cstdint>
#include <stdexcept>
#include <system_error>

#include <link.h>

namespace indrik::templates {
namespace {

namespace fs = std::filesystem;

struct Lookup {
    std::uintptr_t address;
    fs::path file;
};

int look_at(dl_phdr_info* object, std::size_t, void* data) {
    Lookup& lookup = *static_cast<Lookup*>(data);
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& segment = object->dlpi_phdr[i];
        const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
        if (segment.p_type != PT_LOAD || lookup.address < begin ||
            lookup.address - begin >= segment.p_memsz)
            continue;
        // The program itself has no name.
        const bool is_program = object->dlpi_name == nullptr || *object->dlpi_name == '\0';
        lookup.file = is_program ? "/proc/self/exe" : object->dlpi_name;
        return 1;
    }
    return 0;
}

std::string folder_of(std::string_view package, const void* code, std::string_view folder) {
    const fs::path file = file_of_code(code);
    if (const auto found = find_share_folder(file, package, folder)) return found->string();
    throw std::runtime_error("the templates of " + std::string(package) +
                             " are not installed: no share/" + std::string(package) + "/" +
                             std::string(folder) + " in any folder above " + file.string());
}

}  // namespace

fs::path file_of_code(const void* code) {
    Lookup lookup{reinterpret_cast<std::uintptr_t>(code), {}};
    ::dl_iterate_phdr(look_at, &lookup);
    std::error_code error;
    fs::path file = fs::canonical(lookup.file, error);
    return error ? fs::path() : file;
}

std::optional<fs::path> find_share_folder(const fs::path& file,
                                          std::string_view package,
                                          std::string_view folder) {
    std::error_code error;
    for (fs::path above = file.parent_path(); !above.empty(); above = above.parent_path()) {
        fs::path found = above / "share" / package / folder;
        if (fs::is_directory(found, error)) return found;
        if (above == above.parent_path()) break;
    }
    return std::nullopt;
}

PackageLoader::PackageLoader(std::string_view package, const void* code, std::string_view folder)
    : files_(folder_of(package, code, folder)) {}

}  // namespace indrik::templates
