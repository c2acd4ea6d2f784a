#pragma once
// The variables that a route's pattern found in a path.
//
//   request.match_info().get<int>("id");

#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/http/parameter_value.hpp"

namespace indrik::web {

class Route;

/// Ordered name-value pairs, decoded. Lifetime: names live in the route, values in the request's target or in this object.
class MatchInfo {
public:
    struct Variable {
        std::string_view name;
        std::string_view value;
    };

    /// The value, or nothing known: an empty view whose data() is null.
    std::string_view find(std::string_view name) const {
        for (const Variable& variable : variables_) {
            if (variable.name == name) return variable.value;
        }
        return {};
    }

    /// The value as a number or a text. Errors: std::out_of_range if the route has no such variable; HTTPNotFound if the value is
    /// no such number, or too large for it.
    template <class T>
    T get(std::string_view name) const {
        const std::optional<T> value = http::parse_parameter<T>(known(name));
        if (!value) refuse();
        return *value;
    }
    /// The same; nothing if the value is no such number.
    template <class T>
    std::optional<T> try_get(std::string_view name) const {
        return http::parse_parameter<T>(known(name));
    }

    /// What was found; null for a request that no route takes.
    const Route* route() const { return route_; }

    bool empty() const { return variables_.empty(); }
    std::size_t size() const { return variables_.size(); }
    auto begin() const { return variables_.begin(); }
    auto end() const { return variables_.end(); }

    /// Adds a variable whose text is still percent-encoded; malformed escapes are taken literally.
    void add(std::string_view name, std::string_view encoded_value);
    /// Holds a text that values are views into.
    std::string_view keep(std::string text) { return decoded_.emplace_front(std::move(text)); }
    void set_route(const Route* route) { route_ = route; }
    /// Forgets the variables, but not what keep() holds.
    void drop_variables() { variables_.clear(); }
    void clear() {
        variables_.clear();
        route_ = nullptr;
        if (!decoded_.empty()) decoded_.clear();
    }

private:
    std::string_view known(std::string_view name) const;
    [[noreturn]] static void refuse();

    std::vector<Variable> variables_;
    const Route* route_ = nullptr;
    std::forward_list<std::string> decoded_;  // values that had escapes; addresses are stable
};

}  // namespace indrik::web
