#pragma once
// Feeds a parser in every fragmentation that matters: whole, byte by byte, and cut in two at every
// place.
//
//   expect_same_in_any_fragmentation(text, [](const Pieces& cut) { return outcome_of(cut); });

#include <cstddef>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace indrik::tests {

using Pieces = std::vector<std::string_view>;

inline Pieces single_bytes(std::string_view text) {
    Pieces pieces;
    for (std::size_t i = 0; i < text.size(); ++i) pieces.push_back(text.substr(i, 1));
    return pieces;
}

/// `run` takes Pieces and returns something that can be compared and printed: the outcome. Every
/// outcome must be that of the whole text, which is returned.
template <class Run>
auto expect_same_in_any_fragmentation(std::string_view text, Run run) {
    const auto whole = run(Pieces{text});
    EXPECT_EQ(run(single_bytes(text)), whole) << "byte by byte";
    for (std::size_t at = 1; at < text.size(); ++at) {
        const auto outcome = run(Pieces{text.substr(0, at), text.substr(at)});
        EXPECT_EQ(outcome, whole) << "cut behind byte " << at;
        if (outcome != whole) break;  // one such place is enough to read
    }
    return whole;
}

}  // namespace indrik::tests
