#pragma once
// Finds the handler for a method and a path.
//
// Resources are paths, routes are methods on them, as in aiohttp. A path without variables is found by one hash. Patterns are
// indexed by their literal beginning: the longest beginning wins, and among equal ones the order of registration. A resource
// without the method asked for leaves the request to the next one that matches.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "indrik/http/method.hpp"
#include "indrik/web/handler.hpp"
#include "indrik/web/route_def.hpp"
#include "indrik/web/route_pattern.hpp"

namespace indrik::web {

/// A path and what its methods do. Lifetime: as long as the router; its address never changes.
class Resource {
public:
    explicit Resource(std::string_view pattern);
    Resource(const Resource&) = delete;

    const RoutePattern& pattern() const { return pattern_; }
    /// "" for one without a name.
    const std::string& name() const { return name_; }
    /// The methods that have a route of their own or by "*", sorted: what Allow says.
    std::string allowed_methods() const;

    /// The handler for a method, or nullptr.
    const Handler* find(http::Method method, std::string_view method_name) const;

private:
    friend class Router;
    struct Route {
        std::string method;
        Handler handler;
    };

    bool has(std::string_view method) const;
    void add(std::string_view method, const Handler& handler);

    RoutePattern pattern_;
    std::string name_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::array<const Handler*, 10>
        by_method_{};  // by http::Method; Method::Other is looked up by name
    const Handler* any_method_ = nullptr;
};

class Router {
public:
    Router();
    Router(Router&&) = default;
    Router& operator=(Router&&) = default;

    /// Errors: std::invalid_argument for a bad pattern or method, a method twice on one path, or a name taken by another path;
    /// std::logic_error once the application runs.
    void add(const RouteDefinition& route);

    /// The handler for a request's line; those that answer 404 and 405 included. Variables are added to `info`.
    /// `path` is as it was sent. Lifetime: `path` outlives `info`'s use.
    const Handler& resolve(http::Method method,
                           std::string_view method_name,
                           std::string_view path,
                           MatchInfo& info) const;

    /// The methods of all resources that match a path, as sent: what Allow says.
    std::string allowed_methods(std::string_view path) const;

    /// Errors: std::invalid_argument for an unknown name, or as RoutePattern::format.
    std::string url_for(std::string_view name, std::span<const RoutePattern::Part> parts) const;

    /// The resource of that name, or nullptr.
    const Resource* find(std::string_view name) const;
    std::span<const std::unique_ptr<Resource>> resources() const { return resources_; }
    void freeze() { frozen_ = true; }

private:
    /// Cheap for short texts. Only the application's own routes are ever stored, so nobody can crowd a bucket.
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            std::uint64_t hash = text.size();
            while (text.size() >= sizeof hash) {
                hash = mix(hash, text.data(), sizeof hash);
                text.remove_prefix(sizeof hash);
            }
            if (!text.empty()) hash = mix(hash, text.data(), text.size());
            return static_cast<std::size_t>(hash);
        }
        static std::uint64_t mix(std::uint64_t hash, const char* bytes, std::size_t size) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes, size);
            hash = (hash ^ word) * 0x9e3779b97f4a7c15;
            return hash ^ hash >> 32;
        }
    };
    template <class Value>
    using Index = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    Resource& resource_for(const RouteDefinition& route);
    bool has_same(const Resource& resource, std::string_view method) const;
    template <class Visit>
    void visit_matches(std::string_view path, MatchInfo& info, Visit visit) const;

    std::vector<std::unique_ptr<Resource>> resources_;  // in order of registration
    Index<Resource*> static_;
    Index<std::vector<Resource*>> patterns_;  // by RoutePattern::index_key
    std::size_t longest_key_ = 0;             // of patterns_
    Index<Resource*> names_;
    Handler not_found_;
    Handler method_not_allowed_;
    Handler server_options_;  // OPTIONS *
    bool frozen_ = false;
};

}  // namespace indrik::web
