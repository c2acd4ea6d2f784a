#pragma once
// The variables that a route's pattern found in a path.

#include <forward_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace indrik::web {

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

    bool empty() const { return variables_.empty(); }
    std::size_t size() const { return variables_.size(); }
    auto begin() const { return variables_.begin(); }
    auto end() const { return variables_.end(); }

    /// Adds a variable whose text is still percent-encoded; malformed escapes are taken literally.
    void add(std::string_view name, std::string_view encoded_value);
    /// Holds a text that values are views into.
    std::string_view keep(std::string text) { return decoded_.emplace_front(std::move(text)); }
    /// Forgets the variables, but not what keep() holds.
    void drop_variables() { variables_.clear(); }
    void clear() {
        variables_.clear();
        if (!decoded_.empty()) decoded_.clear();
    }

private:
    std::vector<Variable> variables_;
    std::forward_list<std::string> decoded_;  // values that had escapes; addresses are stable
};

}  // namespace indrik::web
