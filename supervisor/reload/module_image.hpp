#pragma once
// A private copy of a module, from which workers load it: whatever is written over the file cannot harm them, and every worker
// of a generation runs the same code.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "indrik/core/unique_fd.hpp"

namespace indrik::supervisor {

/// The module cannot be copied; what() is one line.
class ImageError : public std::runtime_error {
public:
    ImageError(const std::string& message, bool is_incomplete)
        : std::runtime_error(message), is_incomplete_(is_incomplete) {}
    /// Somebody may still be writing it.
    bool is_incomplete() const { return is_incomplete_; }

private:
    bool is_incomplete_;
};

class ModuleImage {
public:
    /// In memory; beside the module, as a hidden file, if it looks for libraries beside itself ($ORIGIN).
    /// Errors: ImageError if it is no whole shared object, or changes meanwhile.
    static std::shared_ptr<const ModuleImage> copy(const std::string& path);

    ModuleImage(const ModuleImage&) = delete;
    ModuleImage& operator=(const ModuleImage&) = delete;
    ~ModuleImage();

    /// What dlopen takes, in this process and its children.
    const std::string& path() const { return path_; }

private:
    ModuleImage() = default;
    UniqueFd fd_;
    std::string path_;
    bool is_file_ = false;
    pid_t owner_ = 0;
};

/// Whether the file of a program is whole. Errors: ImageError if it is not.
void check_program(const std::string& path);

/// What is wrong with the bytes of a shared object as a whole; "" if nothing is. Symbols are not looked at.
std::string check_shared_object(std::string_view bytes);

}  // namespace indrik::supervisor
