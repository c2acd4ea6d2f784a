#pragma once
// Finds the handler for a request.
//
// Resources are paths, routes are methods on them, as in aiohttp. A path without variables is found by one hash, and comes
// first. Of patterns that match, the one with the longest literal beginning wins, and among equal ones the order of
// registration (RouteTree). A resource without the method asked for, or whose conditions fail, leaves the request to the next one
// that matches. Applications for a host come before everything else; one beneath a prefix has its place like a pattern that
// begins with that prefix, and answers for all that is beneath it, with 404 as well.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "indrik/web/detail/text_words.hpp"
#include "indrik/web/host_pattern.hpp"
#include "indrik/web/path_index.hpp"
#include "indrik/web/resource.hpp"
#include "indrik/web/route_tree.hpp"

namespace indrik::web {

class Router {
public:
    /// An application for the requests to a host.
    struct Domain {
        HostPattern host;
        Application* application;
        std::source_location place;
    };

    Router();
    Router(Router&&) noexcept = default;
    Router& operator=(Router&&) noexcept = default;

    /// Errors: std::invalid_argument for a bad pattern, method or name, a handler that takes other variables of the path, a route that could never be reached because of another
    /// one, or a name taken by another path; std::logic_error once the application runs.
    void add(const RouteDefinition& route);
    /// The paths at `prefix` and beneath belong to another application, whose router knows that prefix already.
    void add_application(std::string_view prefix,
                         Application& application,
                         std::source_location place);
    void add_domain(std::string_view host, Application& application, std::source_location place);
    /// Puts a text before the path of everything that is here.
    void add_prefix(std::string_view prefix);

    /// The handler for a request; those that answer 404 and the like included. Sets the variables of the request, and the
    /// application that answers it.
    const Handler& resolve(Request& request) const;
    /// The same without a request: routes with conditions are passed over. Variables are added to `info`.
    /// `path` is as it was sent. Lifetime: `path` outlives `info`'s use.
    const Handler& resolve(http::Method method,
                           std::string_view method_name,
                           std::string_view path,
                           MatchInfo& info) const;

    /// The methods of all resources that match a path, as sent: what Allow says.
    std::string allowed_methods(std::string_view path) const;

    /// Errors: std::invalid_argument that names the route, and the part that is missing or wrong.
    std::string url_for(std::string_view name, std::span<const RoutePart> parts) const;

    /// The path of a resource that was found under a name. Errors: as url_for.
    static std::string format(std::string_view name,
                              const Resource& resource,
                              std::span<const RoutePart> parts);
    /// The resource of that name, or nullptr.
    const Resource* find(std::string_view name) const;
    std::span<const std::unique_ptr<Resource>> resources() const { return resources_; }
    /// The same in the order in which they are tried.
    std::vector<const Resource*> sorted_resources() const;
    std::span<const Domain> domains() const { return domains_; }
    void freeze() { frozen_ = true; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return detail::hash_text(text); }
    };
    template <class Value>
    using Index = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
    struct Choice {
        const Route* route = nullptr;
        const Handler* handler = nullptr;
        Application* application = nullptr;  // null: the one that asked
    };

    void check_changeable(const std::string& what) const;
    void add_one(const RouteDefinition& route);
    void check_reachable(const Resource& resource, const RouteDefinition& route) const;
    void give_name(Resource& resource, const RouteDefinition& route);
    Resource& resource_for(const RouteDefinition& route);
    void insert(Resource& resource);
    Choice choose(const RouteQuestion& question, std::string_view path, MatchInfo& info) const;
    [[noreturn]] void refuse(const Request& request) const;
    template <class Visit>
    void visit_matches(std::string_view path, MatchInfo& info, Visit visit) const;

    std::vector<std::unique_ptr<Resource>> resources_;  // in order of registration
    PathIndex static_;
    RouteTree tree_;  // patterns and applications
    RouteTree::Rank next_order_ = 1;
    Index<std::vector<const Resource*>> shapes_;  // those with variables, by RoutePattern::shape
    Index<Resource*> applications_;               // by prefix
    Index<Resource*> names_;
    std::vector<Domain> domains_;
    Handler not_found_;
    Handler refused_;
    Handler server_options_;  // OPTIONS *
    bool frozen_ = false;
};

}  // namespace indrik::web
