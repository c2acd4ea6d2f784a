#include "supervisor/worker/app_module.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "indrik/web/application_module.hpp"

namespace indrik::supervisor {
namespace {

using web::ApplicationModule;

constexpr const char* kDefaultSymbol = "indrik_application";

struct Reference {
    std::string path;
    std::string name;  // empty: the default
};

bool is_identifier(std::string_view text) {
    const auto fits = [](unsigned char byte) { return std::isalnum(byte) != 0 || byte == '_'; };
    return !text.empty() && std::ranges::all_of(text, fits);
}

Reference split(const std::string& reference) {
    const std::size_t colon = reference.rfind(':');
    if (colon == std::string::npos) return {reference, ""};
    const std::string name = reference.substr(colon + 1);
    if (!is_identifier(name)) {
        throw LoadError(
            fmt::format("{}: after the colon stands no name; write app.so:make_app", reference));
    }
    return {reference.substr(0, colon), name};
}

const ApplicationModule* find_record(void* library, const std::string& symbol) {
    const auto* const record =
        static_cast<const ApplicationModule*>(::dlsym(library, symbol.c_str()));
    return record != nullptr && record->magic == ApplicationModule::kMagic ? record : nullptr;
}

void check_build(const std::string& path, const ApplicationModule& record) {
    const bool same_version = record.layout == ApplicationModule::kLayout &&
                              std::string_view(record.version) == INDRIK_VERSION;
    if (!same_version) {
        throw LoadError(fmt::format("{}: built for Indrik {}, this is Indrik {}; build it again",
                                    path,
                                    record.version,
                                    INDRIK_VERSION));
    }
    if (std::string_view(record.abi) != INDRIK_ABI ||
        record.application_size != sizeof(web::Application)) {
        throw LoadError(fmt::format(
            "{}: built with {} and applications of {} bytes, this Indrik with {} and {} bytes; "
            "build it again with the same settings",
            path,
            record.abi,
            record.application_size,
            INDRIK_ABI,
            sizeof(web::Application)));
    }
}

// A module of another version often lacks symbols that it expects; then its record tells more than the linker does.
void explain(const std::string& path, const std::string& file, std::string complaint) {
    void* const library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library != nullptr) {
        if (const ApplicationModule* const record = find_record(library, kDefaultSymbol)) {
            check_build(path, *record);
        }
    }
    const std::size_t copy = complaint.find(file);
    if (copy != std::string::npos) complaint.replace(copy, file.size(), path);
    throw LoadError(fmt::format("the module cannot be loaded: {}", complaint));
}

void* open_library(const std::string& path, const std::string& copy) {
    std::error_code ignored;
    if (copy.empty() && !std::filesystem::exists(path, ignored)) {
        throw LoadError(fmt::format("{}: there is no such file", path));
    }
    // With a slash, or the loader would look in its own folders.
    const std::string absolute = std::filesystem::absolute(path).string();
    const std::string& file = copy.empty() ? absolute : copy;
    void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) explain(absolute, file, ::dlerror());
    return library;
}

}  // namespace

ApplicationFactory load_application(const std::string& text, const std::string& file) {
    const Reference reference = split(text);
    void* const library = open_library(reference.path, file);
    const ApplicationModule* const fallback = find_record(library, kDefaultSymbol);
    if (fallback != nullptr) check_build(reference.path, *fallback);

    const ApplicationModule* record = fallback;
    if (!reference.name.empty() && (fallback == nullptr || reference.name != fallback->name)) {
        record = find_record(library, fmt::format("{}_{}", kDefaultSymbol, reference.name));
        if (record == nullptr && fallback != nullptr) {
            throw LoadError(
                fmt::format("{}: there is no application \"{}\" in it; its default is \"{}\"",
                            reference.path,
                            reference.name,
                            fallback->name));
        }
    }
    if (record == nullptr) {
        throw LoadError(fmt::format(
            "{}: this is no Indrik module; its source lacks INDRIK_APPLICATION(factory)",
            reference.path));
    }
    check_build(reference.path, *record);
    return record->make;
}

}  // namespace indrik::supervisor
