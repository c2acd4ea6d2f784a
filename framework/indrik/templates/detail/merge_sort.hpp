#pragma once
// A stable sort that keeps its head when the comparison throws or contradicts itself (NaN): what templates compare may do both.

#include <algorithm>
#include <utility>
#include <vector>

namespace indrik::templates::detail {

template <class T, class Less>
void merge_sort(std::vector<T>& items, Less less) {
    std::vector<T> other(items.size());
    for (std::size_t width = 1; width < items.size(); width *= 2) {
        for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
            const std::size_t middle = std::min(begin + width, items.size());
            const std::size_t end = std::min(begin + 2 * width, items.size());
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t to = begin; to < end; ++to) {
                const bool takes_right =
                    left >= middle || (right < end && less(items[right], items[left]));
                other[to] = items[takes_right ? right++ : left++];
            }
        }
        items.swap(other);
    }
}

}  // namespace indrik::templates::detail
