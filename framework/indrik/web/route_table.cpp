#include "indrik/web/route_table.hpp"

#include "indrik/web/application.hpp"

namespace indrik::web {
namespace {

using Rows = std::vector<RouteTableRow>;

void add_resource(Rows& rows, const Resource& resource, const std::string& name_prefix) {
    const Route* previous = nullptr;
    for (const auto& route : resource.routes()) {
        // The HEAD that comes with a GET stands behind it.
        if (route->is_implied() && previous != nullptr) {
            rows.back().method += "," + route->method();
            previous = nullptr;
            continue;
        }
        RouteTableRow row;
        row.method = route->method();
        row.path = resource.pattern().text();
        if (!resource.name().empty()) row.name = name_prefix + resource.name();
        for (const Condition& condition : route->conditions()) {
            row.conditions.push_back(condition.description().empty() ? "a function"
                                                                     : condition.description());
        }
        row.place = route->place();
        rows.push_back(std::move(row));
        previous = route.get();
    }
}

void add_application(Rows& rows, const Application& application, const std::string& name_prefix);

void add_child(Rows& rows,
               const Application& child,
               const std::string& where,
               const std::string& name_prefix) {
    const std::size_t begin = rows.size();
    add_application(
        rows, child, child.name().empty() ? name_prefix : name_prefix + child.name() + ":");
    for (std::size_t i = begin; i < rows.size(); ++i) {
        if (rows[i].application.empty()) {
            rows[i].application = where;
        } else if (rows[i].application.front() != '/') {
            rows[i].application.insert(0, where + " ");  // a host beneath a prefix
        }
    }
}

void add_application(Rows& rows, const Application& application, const std::string& name_prefix) {
    for (const Router::Domain& domain : application.router().domains()) {
        add_child(rows, *domain.application, domain.host.text(), name_prefix);
    }
    for (const Resource* const resource : application.router().sorted_resources()) {
        if (resource->application() != nullptr) {
            add_child(rows, *resource->application(), resource->pattern().text(), name_prefix);
        } else {
            add_resource(rows, *resource, name_prefix);
        }
    }
}

}  // namespace

std::vector<RouteTableRow> route_table(const Application& application) {
    Rows rows;
    add_application(rows, application, "");
    return rows;
}

}  // namespace indrik::web
