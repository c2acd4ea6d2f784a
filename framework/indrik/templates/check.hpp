#pragma once
// Finds mistakes in templates without rendering them: broken syntax, filters, tests, templates and names that nobody knows.
//
//   Check check;
//   check.define("user");
//   for (const Problem& problem : check.run(loader, loader->names()))
//       fmt::print("{}:{}: {}\n", problem.name, problem.line, problem.message);

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/loader.hpp"

namespace indrik::templates {

/// Lines are counted from 1.
struct Problem {
    std::string name;
    int line = 0;
    std::string message;

    auto operator<=>(const Problem&) const = default;
};

/// A name counts as known if the template assigns it, a template that it extends, includes or is included by does, it is tested
/// by `is defined` or given a default, it is a global (those of the web glue, too), or define() has named it.
class Check {
public:
    Check();

    /// What the host gives to its templates.
    void define(std::string name) { names_.insert(std::move(name)); }
    void add_filter(std::string name) { filters_.push_back(std::move(name)); }
    void add_test(std::string name) { tests_.push_back(std::move(name)); }

    /// The problems of those templates, sorted. What they refer to is read as well, but not reported.
    std::vector<Problem> run(std::shared_ptr<const Loader> loader,
                             const std::vector<std::string>& names) const;

private:
    std::set<std::string, std::less<>> names_;
    std::vector<std::string> filters_;
    std::vector<std::string> tests_;
};

}  // namespace indrik::templates
