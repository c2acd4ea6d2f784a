#include "indrik/core/intrusive_list.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace indrik {
namespace {

struct Item : ListHook {
    explicit Item(int v) : value(v) {}
    int value;
};

std::vector<int> values(IntrusiveList<Item>& list) {
    std::vector<int> result;
    for (const Item& item : list) result.push_back(item.value);
    return result;
}

TEST(IntrusiveList, KeepsTheOrderOfPushing) {
    Item one(1), two(2), three(3);
    IntrusiveList<Item> list;
    EXPECT_TRUE(list.empty());
    list.push_back(two);
    list.push_back(three);
    list.push_front(one);
    EXPECT_EQ(values(list), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(list.front().value, 1);
    EXPECT_EQ(list.back().value, 3);
}

TEST(IntrusiveList, ElementLeavesByItself) {
    IntrusiveList<Item> list;
    Item one(1), three(3);
    std::optional<Item> two(2);
    list.push_back(one);
    list.push_back(*two);
    list.push_back(three);
    two.reset();
    EXPECT_EQ(values(list), (std::vector<int>{1, 3}));
    one.unlink();
    one.unlink();
    EXPECT_FALSE(one.is_linked());
    EXPECT_EQ(values(list), (std::vector<int>{3}));
}

TEST(IntrusiveList, MovedElementTakesItsPlaceAlong) {
    IntrusiveList<Item> list;
    Item one(1), two(2), three(3);
    list.push_back(one);
    list.push_back(two);
    list.push_back(three);
    Item moved(std::move(two));
    moved.value = 20;
    EXPECT_EQ(values(list), (std::vector<int>{1, 20, 3}));
    Item assigned(0);
    assigned = std::move(moved);
    EXPECT_EQ(values(list), (std::vector<int>{1, 20, 3}));
    EXPECT_FALSE(moved.is_linked());
}

TEST(IntrusiveList, DestroyedListLetsItsElementsGo) {
    Item one(1);
    {
        IntrusiveList<Item> list;
        list.push_back(one);
        EXPECT_TRUE(one.is_linked());
    }
    EXPECT_FALSE(one.is_linked());
}

TEST(IntrusiveList, SpliceMovesEverythingToTheEnd) {
    Item one(1), two(2), three(3);
    IntrusiveList<Item> list;
    IntrusiveList<Item> other;
    list.splice(other);
    EXPECT_TRUE(list.empty());
    list.push_back(one);
    other.push_back(two);
    other.push_back(three);
    list.splice(other);
    EXPECT_TRUE(other.empty());
    EXPECT_EQ(values(list), (std::vector<int>{1, 2, 3}));
    IntrusiveList<Item> empty;
    empty.splice(list);
    EXPECT_EQ(values(empty), (std::vector<int>{1, 2, 3}));
}

}  // namespace
}  // namespace indrik
