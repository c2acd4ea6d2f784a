#pragma once
// The page of the debug mode for an exception that nobody caught: what was thrown, where, and by which request. It shows source
// code and the request; secrets among the fields are masked. Only servers with ServerOptions::debug send it.

#include <string>
#include <vector>

#include "indrik/core/stack_trace.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

class Request;

/// An exception, as the log and the page of the debug mode tell of it.
struct FailureReport {
    std::string type;  // readable: "std::out_of_range"
    std::string text;
    std::vector<StackFrame> frames;  // innermost first; may be empty
    std::string details;             // in the place of the text, on the page; may be empty
};

/// 500 as HTML for browsers, as JSON for those who ask for it, as text for others.
Response debug_page(const Request& request, const FailureReport& report);

}  // namespace indrik::web
