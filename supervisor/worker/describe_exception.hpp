#pragma once
// An exception in one line.

#include <exception>
#include <string>

namespace indrik::supervisor {

/// What it says of itself. REQUIRES: error
inline std::string describe(std::exception_ptr error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

}  // namespace indrik::supervisor
