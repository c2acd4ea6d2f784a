#pragma once
// Loads application modules: shared objects with an INDRIK_APPLICATION inside (indrik/web/application_module.hpp).

#include <stdexcept>
#include <string>

#include "indrik/web/application.hpp"

namespace indrik::supervisor {

/// The module cannot be used. what() is one line that names the file and says why.
class LoadError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

using ApplicationFactory = web::Application (*)();

/// `reference` is the path of a module, perhaps with ":name" of one of its applications. The module stays loaded.
/// `file` is a copy of the module, which is loaded instead if it is not empty; messages name the module.
/// Errors: LoadError: no file, no shared object, no Indrik module, another version or ABI, no such application.
ApplicationFactory load_application(const std::string& reference, const std::string& file = {});

}  // namespace indrik::supervisor
