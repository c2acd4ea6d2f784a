#pragma once
// The page of the debug mode for an exception that nobody caught: what was thrown, where, and by which request. It shows source
// code and the request; secrets among the fields are masked. Only servers with ServerOptions::debug send it.

#include "indrik/web/failure_report.hpp"
#include "indrik/web/response.hpp"

namespace indrik::web {

class Request;

/// 500 as HTML for browsers, as JSON for those who ask for it, as text for others.
Response debug_page(const Request& request, const FailureReport& report);

}  // namespace indrik::web
