#include "indrik/web/router.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

constexpr std::string_view kAnyMethod = "*";
constexpr std::string_view kNameRule =
    "is no name for a route: letters, digits and '_', with single '.', '-' or ':' between them";

bool is_method(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool is_route_name(std::string_view name) {
    const auto is_word = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9');
    };
    bool in_word = false;
    for (const char c : name) {
        if (!is_word(c) && (!in_word || (c != '.' && c != '-' && c != ':'))) return false;
        in_word = is_word(c);
    }
    return in_word;
}

std::string join(const std::set<std::string>& texts, std::string_view separator) {
    std::string joined;
    for (const std::string& text : texts) {
        if (!joined.empty()) joined += separator;
        joined += text;
    }
    return joined;
}

std::string describe(std::string_view method, std::string_view path) {
    return "route " + std::string(method) + " " + std::string(path);
}

std::string at(const std::source_location& place) {
    return " (" + format_place(place) + ")";
}

}  // namespace

Router::Router()
    : not_found_([](Request&) -> Response { throw HTTPNotFound(); }),
      refused_([](Request& request) -> Response { request.app().router().refuse(request); }),
      server_options_([](Request&) { return Response(http::Status::NoContent); }) {}

// ---- registration

void Router::check_changeable(const std::string& what) const {
    if (frozen_) {
        throw std::logic_error(what +
                               ": routes cannot be added once the application runs, or is "
                               "part of another one");
    }
}

void Router::add(const RouteDefinition& route) {
    if (!route.is_table()) return add_one(route);
    for (const RouteDefinition& one : route.routes()) add_one(one);
}

void Router::add_one(const RouteDefinition& route) {
    const std::string what = describe(route.method(), route.path());
    check_changeable(what + at(route.place()));
    if (route.method() != kAnyMethod && !is_method(route.method())) {
        throw std::invalid_argument(what + at(route.place()) + ": '" + route.method() +
                                    "' is no method; they are upper-case, and '*' is any");
    }
    if (!route.handler()) {
        throw std::invalid_argument(what + at(route.place()) +
                                    ": the handler is an empty function");
    }
    Resource& resource = resource_for(route);
    const std::string mismatch = resource.pattern().find_mismatch(route.handler().path_types());
    if (!mismatch.empty()) throw std::invalid_argument(what + at(route.place()) + ": " + mismatch);
    check_reachable(resource, route);
    if (!route.name().empty()) give_name(resource, route);
    resource.add(route.method(), route);
    if (route.answers_head() && !resource.has_unconditional("HEAD")) resource.add("HEAD", route);
}

/// Refuses a route that another one would always come before.
void Router::check_reachable(const Resource& resource, const RouteDefinition& route) const {
    const std::string what = describe(route.method(), route.path());
    const auto check = [&](const Resource& other) {
        for (const auto& earlier : other.routes()) {
            const bool is_same = earlier->method() == route.method();
            // On one resource a method of its own comes before "*".
            const bool takes_all = earlier->method() == kAnyMethod && &other != &resource;
            if ((!is_same && !takes_all) || !earlier->hides(route)) continue;
            if (is_same && other.pattern().text() == resource.pattern().text()) {
                throw std::invalid_argument(what + " is registered twice: at " +
                                            format_place(earlier->place()) + " and at " +
                                            format_place(route.place()));
            }
            throw std::invalid_argument(what + at(route.place()) + " is never reached: " +
                                        describe(earlier->method(), other.pattern().text()) +
                                        at(earlier->place()) + " takes all its requests");
        }
    };
    if (resource.pattern().is_static()) return check(resource);
    for (const Resource* const other : shapes_.find(resource.pattern().shape())->second) {
        check(*other);
    }
    const auto application = applications_.find(resource.pattern().index_key());
    if (application != applications_.end()) {
        throw std::invalid_argument(what + at(route.place()) +
                                    " is never reached: all paths beneath " +
                                    application->second->pattern().text() +
                                    " belong to an application" + at(application->second->place()));
    }
}

void Router::give_name(Resource& resource, const RouteDefinition& route) {
    if (!is_route_name(route.name())) {
        throw std::invalid_argument(describe(route.method(), route.path()) + at(route.place()) +
                                    ": '" + route.name() + "' " + std::string(kNameRule));
    }
    const auto [known, is_new] = names_.try_emplace(route.name(), &resource);
    if (!is_new && known->second != &resource) {
        throw std::invalid_argument("the route name '" + route.name() + "' is given to both " +
                                    known->second->pattern().text() + at(known->second->place()) +
                                    " and " + route.path() + at(route.place()));
    }
    resource.name_ = route.name();
}

/// Two routes on the same static path are one resource; two on equal patterns only if they follow each other, because what is
/// registered between them may come first.
Resource& Router::resource_for(const RouteDefinition& route) {
    std::unique_ptr<Resource> resource;
    try {
        resource = std::make_unique<Resource>(route.path());
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(error.what() + at(route.place()));
    }
    const RoutePattern& pattern = resource->pattern();
    if (pattern.is_static()) {
        if (Resource* const known = static_.find(pattern.index_key())) return *known;
    } else if (!resources_.empty() && resources_.back()->pattern().text() == pattern.text()) {
        return *resources_.back();
    }
    insert(*resource);
    return *resources_.emplace_back(std::move(resource));
}

/// Puts a resource into the indexes.
void Router::insert(Resource& resource) {
    const RoutePattern& pattern = resource.pattern();
    std::string_view key = pattern.index_key();
    if (resource.application() != nullptr) {
        applications_.emplace(key, &resource);
    } else if (pattern.is_static()) {
        static_.insert(resource);
        return;
    } else {
        shapes_[pattern.shape()].push_back(&resource);
    }
    // The longest beginning first, then the order of registration.
    const RouteTree::Rank shortness = std::numeric_limits<std::uint32_t>::max() - key.size();
    tree_.insert(resource, (shortness << 32) + next_order_++);
}

void Router::add_application(std::string_view prefix,
                             Application& application,
                             std::source_location place) {
    check_changeable("application '" + std::string(prefix) + "'" + at(place));
    auto resource = std::make_unique<Resource>(prefix, application, place);
    const auto known = applications_.find(resource->pattern().index_key());
    if (known != applications_.end()) {
        throw std::invalid_argument(
            "the prefix '" + std::string(prefix) + "' is given to two applications: at " +
            format_place(known->second->place()) + " and at " + format_place(place));
    }
    insert(*resource);
    resources_.push_back(std::move(resource));
}

void Router::add_domain(std::string_view host,
                        Application& application,
                        std::source_location place) {
    check_changeable("host '" + std::string(host) + "'" + at(place));
    HostPattern pattern(host);
    for (const Domain& known : domains_) {
        if (known.host.text() == pattern.text()) {
            throw std::invalid_argument(
                "the host '" + pattern.text() + "' is given to two applications: at " +
                format_place(known.place) + " and at " + format_place(place));
        }
    }
    domains_.push_back({std::move(pattern), &application, place});
}

void Router::add_prefix(std::string_view prefix) {
    static_.clear();
    tree_.clear();
    shapes_.clear();
    applications_.clear();
    for (const auto& resource : resources_) {
        resource->pattern_ = RoutePattern(std::string(prefix) + resource->pattern().text());
        insert(*resource);
        if (resource->application() != nullptr)
            resource->application()->router().add_prefix(prefix);
    }
    for (const Domain& domain : domains_) domain.application->router().add_prefix(prefix);
}

// ---- requests

/// Calls `visit` with each resource that matches `path`, in their order, until it returns true. The variables in `info` are
/// then those of that resource.
template <class Visit>
void Router::visit_matches(std::string_view path, MatchInfo& info, Visit visit) const {
    const Resource* const known = static_.find(path);
    if (known != nullptr && visit(*known)) return;
    if (tree_.empty()) return;
    RouteTree::Rank rank = 0;
    while (const RouteTree::Leaf* const leaf = tree_.find(path, rank, info)) {
        if (visit(*leaf->resource)) return;
        rank = leaf->rank;
    }
}

/// `path` is as decode_for_matching makes it.
Router::Choice Router::choose(const RouteQuestion& question,
                              std::string_view path,
                              MatchInfo& info) const {
    for (const Domain& domain : domains_) {
        if (question.request == nullptr || !domain.host.matches(question.request->host())) continue;
        Choice choice = domain.application->router().choose(question, path, info);
        if (choice.application == nullptr) choice.application = domain.application;
        return choice;
    }
    Choice choice;
    bool exists = false;
    visit_matches(path, info, [&](const Resource& resource) {
        if (Application* const application = resource.application()) {
            choice = application->router().choose(question, path, info);
            if (choice.application == nullptr) choice.application = application;
            return true;
        }
        exists = true;
        choice.route = resource.find_route(question);
        return choice.route != nullptr;
    });
    if (choice.handler != nullptr) return choice;  // of another application
    if (choice.route != nullptr) {
        choice.handler = &choice.route->handler();
    } else if (exists) {
        choice.handler = &refused_;
    } else {
        // The asterisk stands for the server as a whole, which is there.
        choice.handler = path == "*" ? &server_options_ : &not_found_;
    }
    return choice;
}

const Handler& Router::resolve(Request& request) const {
    MatchInfo& info = request.match_info_;
    std::string_view path = request.raw_path();
    if (path.find('%') != std::string_view::npos) path = info.keep(decode_for_matching(path));
    const Choice choice = choose({request.method(), request.method_name(), &request}, path, info);
    info.set_route(choice.route);
    if (choice.application != nullptr) request.application_ = choice.application;
    return *choice.handler;
}

const Handler& Router::resolve(http::Method method,
                               std::string_view method_name,
                               std::string_view path,
                               MatchInfo& info) const {
    if (path.find('%') != std::string_view::npos) path = info.keep(decode_for_matching(path));
    return *choose({method, method_name, nullptr}, path, info).handler;
}

/// Nobody took the request although its path is known: says why not.
void Router::refuse(const Request& request) const {
    std::set<std::string> allowed;
    std::set<std::string> types;
    bool is_unacceptable = false;
    MatchInfo ignored;
    const std::string path = decode_for_matching(request.raw_path());
    visit_matches(path, ignored, [&](const Resource& resource) {
        for (const auto& route : resource.routes()) {
            const http::Status verdict = route->judge(&request);
            if (verdict == http::Status::Ok) allowed.insert(route->method());
            const bool is_asked =
                route->method() == request.method_name() || route->method() == kAnyMethod;
            if (!is_asked) continue;
            is_unacceptable |= verdict == http::Status::NotAcceptable;
            if (verdict != http::Status::UnsupportedMediaType) continue;
            for (const Condition& condition : route->conditions()) types.insert(condition.wanted());
        }
        return false;
    });
    if (!types.empty()) {
        types.erase("");
        HTTPUnsupportedMediaType refusal;
        refusal.response().header(http::Field::Accept, join(types, ", "));
        throw refusal;
    }
    if (is_unacceptable) throw HTTPNotAcceptable();
    if (allowed.empty()) throw HTTPNotFound();
    throw HTTPMethodNotAllowed(request.method_name(), join(allowed, ","));
}

std::string Router::allowed_methods(std::string_view path) const {
    std::set<std::string> methods;
    MatchInfo ignored;
    const std::string decoded = decode_for_matching(path);
    visit_matches(decoded, ignored, [&](const Resource& resource) {
        for (const auto& route : resource.routes()) methods.insert(route->method());
        return false;
    });
    return join(methods, ",");
}

// ---- names

const Resource* Router::find(std::string_view name) const {
    const auto known = names_.find(name);
    return known == names_.end() ? nullptr : known->second;
}

std::string Router::format(std::string_view name,
                           const Resource& resource,
                           std::span<const RoutePart> parts) {
    try {
        return resource.pattern().format(parts);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("route '" + std::string(name) + "': " + error.what());
    }
}

std::string Router::url_for(std::string_view name, std::span<const RoutePart> parts) const {
    const Resource* const resource = find(name);
    if (resource == nullptr) {
        throw std::invalid_argument("no route is named '" + std::string(name) + "'");
    }
    return format(name, *resource, parts);
}

std::vector<const Resource*> Router::sorted_resources() const {
    // By the length of the literal beginning, exact paths before all others; then as registered. (No std::stable_sort: libstdc++'s
    // does not compile with clang 19 when deprecation is an error.)
    std::multimap<std::size_t, const Resource*, std::greater<>> sorted;
    for (const auto& resource : resources_) {
        const bool is_exact = resource->application() == nullptr && resource->pattern().is_static();
        const std::size_t length = is_exact ? std::numeric_limits<std::size_t>::max()
                                            : resource->pattern().index_key().size();
        sorted.emplace(length, resource.get());  // behind its equals
    }
    std::vector<const Resource*> resources;
    for (const auto& [length, resource] : sorted) resources.push_back(resource);
    return resources;
}

}  // namespace indrik::web
