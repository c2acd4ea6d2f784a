#pragma once
// What is wrong with data that was to become a described struct: every mistake, and where it is.
//
//   const auto project = json::from_text<Project>(text);
//   if (!project) {
//       for (const json::Problem& problem : project.error()) log(problem.path(), problem.message());
//   }

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/result.hpp"

namespace indrik::json {

/// Where a reader stands: a list that lives on the stack, so that nothing is built unless something is wrong.
/// Lifetime: the parent and the name outlive it.
class Path {
public:
    Path() = default;
    Path(const Path& parent, std::string_view name) : parent_(&parent), name_(name) {}
    Path(const Path& parent, std::size_t index) : parent_(&parent), index_(index) {}

    /// As a JSON pointer (RFC 6901): "/tags/2/name"; "" is the whole.
    std::string to_string() const;

private:
    const Path* parent_ = nullptr;
    std::string_view name_{};
    std::size_t index_ = kNoIndex;

    static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
};

/// One mistake.
class Problem {
public:
    Problem(std::string path, std::string message)
        : path_(std::move(path)), message_(std::move(message)) {}

    /// A JSON pointer; "" for the whole.
    const std::string& path() const { return path_; }
    /// "expected a string, got a number"
    const std::string& message() const { return message_; }

    friend bool operator==(const Problem&, const Problem&) = default;

private:
    std::string path_;
    std::string message_;
};

/// The mistakes of one text, in its order. Value type.
class Problems {
public:
    using value_type = Problem;
    using const_iterator = std::vector<Problem>::const_iterator;
    /// After so many the rest of the text is not looked at.
    static constexpr std::size_t kMaxProblems = 32;

    /// Whether the text was no JSON at all, or larger or deeper than allowed; this problem is the only one then.
    bool is_malformed() const { return malformed_; }
    bool empty() const { return problems_.empty(); }
    std::size_t size() const { return problems_.size(); }
    bool is_full() const { return problems_.size() >= kMaxProblems; }
    const_iterator begin() const { return problems_.begin(); }
    const_iterator end() const { return problems_.end(); }
    const Problem& operator[](std::size_t index) const { return problems_[index]; }
    /// "/title: is required; /id: expected an integer, got a string"
    std::string to_string() const;

    void add(const Path& path, std::string message);
    /// Forgets all others.
    void set_malformed(std::string message);
    void clear() { problems_.clear(); }

private:
    std::vector<Problem> problems_;
    bool malformed_ = false;
};

/// A value, or what is wrong with its text. value() throws std::invalid_argument with all of it.
template <class T>
using Decoded = boost::system::result<T, Problems>;

/// Called by Decoded::value().
[[noreturn]] void throw_exception_from_error(const Problems& problems,
                                             const boost::source_location& location);

}  // namespace indrik::json
