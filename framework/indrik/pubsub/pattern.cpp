#include "indrik/pubsub/pattern.hpp"

#include <cstddef>
#include <utility>

namespace indrik::pubsub {
namespace {

/// Takes a set off the front of `pattern`, which begins behind its bracket.
bool takes_from_set(std::string_view& pattern, char byte) {
    const auto value = static_cast<unsigned char>(byte);
    const bool is_negated = !pattern.empty() && pattern.front() == '^';
    if (is_negated) pattern.remove_prefix(1);
    bool is_in = false;
    while (!pattern.empty() && pattern.front() != ']') {
        if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
        auto low = static_cast<unsigned char>(pattern.front());
        pattern.remove_prefix(1);
        auto high = low;
        if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
            high = static_cast<unsigned char>(pattern[1]);
            pattern.remove_prefix(2);
        }
        if (low > high) std::swap(low, high);
        is_in = is_in || (low <= value && value <= high);
    }
    if (!pattern.empty()) pattern.remove_prefix(1);
    return is_in != is_negated;
}

/// Takes what stands for one byte off the front of `pattern`. REQUIRES: it is no star
bool takes_byte(std::string_view& pattern, char byte) {
    const char first = pattern.front();
    pattern.remove_prefix(1);
    if (first == '?') return true;
    if (first == '[') return takes_from_set(pattern, byte);
    if (first != '\\' || pattern.empty()) return first == byte;
    const char quoted = pattern.front();
    pattern.remove_prefix(1);
    return quoted == byte;
}

}  // namespace

// A star takes nothing at first, and one byte more each time that what follows it does not fit. Only the last star ever takes more:
// what an earlier one could take besides, the last one can take as well.
bool matches(std::string_view pattern, std::string_view topic) {
    bool has_star = false;
    std::string_view behind_star;
    std::string_view left_by_star;
    for (;;) {
        if (!pattern.empty() && pattern.front() == '*') {
            pattern.remove_prefix(1);
            has_star = true;
            behind_star = pattern;
            left_by_star = topic;
            continue;
        }
        if (topic.empty() && pattern.empty()) return true;
        if (!topic.empty() && !pattern.empty() && takes_byte(pattern, topic.front())) {
            topic.remove_prefix(1);
            continue;
        }
        if (!has_star || left_by_star.empty()) return false;
        left_by_star.remove_prefix(1);
        pattern = behind_star;
        topic = left_by_star;
    }
}

}  // namespace indrik::pubsub
