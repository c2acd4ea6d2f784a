#include "indrik/json/problems.hpp"

#include <stdexcept>

namespace indrik::json {
namespace {

void append_escaped(std::string& pointer, std::string_view name) {
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
}

}  // namespace

std::string Path::to_string() const {
    if (parent_ == nullptr) return {};
    std::string pointer = parent_->to_string() + '/';
    if (index_ == kNoIndex) {
        append_escaped(pointer, name_);
    } else {
        pointer += std::to_string(index_);
    }
    return pointer;
}

std::string Problems::to_string() const {
    std::string text;
    for (const Problem& problem : problems_) {
        if (!text.empty()) text += "; ";
        if (!problem.path().empty()) text += problem.path() + ": ";
        text += problem.message();
    }
    return text;
}

void Problems::add(const Path& path, std::string message) {
    if (!is_full()) problems_.emplace_back(path.to_string(), std::move(message));
}

void Problems::set_malformed(std::string message) {
    problems_.clear();
    problems_.emplace_back(std::string(), std::move(message));
    malformed_ = true;
}

void throw_exception_from_error(const Problems& problems, const boost::source_location&) {
    throw std::invalid_argument(problems.to_string());
}

}  // namespace indrik::json
