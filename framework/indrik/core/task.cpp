#include "indrik/core/task.hpp"

#include <stdexcept>

namespace indrik::detail {

void throw_missing_value() {
    throw std::logic_error("a coroutine that returns a value ended without co_return");
}

}  // namespace indrik::detail
