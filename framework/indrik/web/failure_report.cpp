#include "indrik/web/failure_report.hpp"

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include <cxxabi.h>

#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

/// Whether it belongs to the server, which is below every handler.
bool is_of_server(const StackFrame& frame) {
    return frame.function.starts_with("indrik::web::RequestHandler::") ||
           frame.function.starts_with("indrik::net::Poll") ||
           frame.function.starts_with("indrik::supervisor::") ||
           frame.function.starts_with("__libc_start");
}

}  // namespace

std::string type_name(const std::exception& error) {
    int status = 0;
    char* const readable = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status);
    std::string name = readable != nullptr ? readable : typeid(error).name();
    std::free(readable);
    return name;
}

FailureReport make_report(const std::exception_ptr& failure, const std::exception* error) {
    FailureReport report;
    report.type = error != nullptr ? type_name(*error) : "an exception that is no std::exception";
    if (error != nullptr) report.text = error->what();
    if (const auto* const detailed = dynamic_cast<const DetailedError*>(error))
        report.details = detailed->details();
    report.frames = trace_of(failure).frames();
    report.frames.erase(std::find_if(report.frames.begin(), report.frames.end(), is_of_server),
                        report.frames.end());
    return report;
}

}  // namespace indrik::web
