#include "indrik/core/cancellation.hpp"

#include <asio/error.hpp>

namespace indrik {

bool is_cancelled(const std::error_code& error) {
    return error == asio::error::operation_aborted;
}

bool is_cancelled(const std::system_error& error) {
    return is_cancelled(error.code());
}

bool is_cancelled(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::system_error& system_error) {
        return is_cancelled(system_error);
    } catch (...) {
        return false;
    }
}

void throw_cancelled() {
    throw std::system_error(asio::error::operation_aborted, "cancelled");
}

}  // namespace indrik
