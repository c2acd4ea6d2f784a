#pragma once
// All routes of an application as a table, for `indrik routes` and for pages that show them.

#include <source_location>
#include <string>
#include <vector>

namespace indrik::web {

class Application;

/// One line of the table. Value type.
struct RouteTableRow {
    std::string method;  // "GET", "GET,HEAD" if the route answers both, "*" for any
    std::string path;    // the pattern, prefixes included
    std::string name;    // as Application::url_for of the outermost application takes it; or ""
    std::string application;  // the prefix or host of the application within; "" for the outermost
    std::vector<std::string> conditions;
    std::source_location place;
};

/// The routes of an application and of those within, in the order in which they are tried: hosts, then paths without variables,
/// then patterns, the longest literal beginning first.
std::vector<RouteTableRow> route_table(const Application& application);

}  // namespace indrik::web
