#pragma once
// What is told of an exception that no handler meant to throw: to the log, and in debug mode to the client.

#include <exception>
#include <string>
#include <vector>

#include "indrik/core/stack_trace.hpp"

namespace indrik::web {

struct FailureReport {
    std::string type;  // readable: "std::out_of_range"
    std::string text;
    std::vector<StackFrame> frames;  // innermost first; may be empty
    std::string details;             // in the place of the text, on the page; may be empty
};

/// The type of an exception as people write it.
std::string type_name(const std::exception& error);

/// With the stack of the throw down to the server, if it was recorded. `error` is what `failure` holds; null for what is no
/// std::exception.
FailureReport make_report(const std::exception_ptr& failure, const std::exception* error);

}  // namespace indrik::web
