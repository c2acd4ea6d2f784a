#include "indrik/web/route_tree.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace indrik::web {
namespace {

using Rank = RouteTree::Rank;

/// A tree, and beside it the same patterns in a list.
class Routes {
public:
    void add(const std::string& pattern, Rank rank) {
        resources_.push_back(std::make_unique<Resource>(pattern));
        leaves_.push_back({rank, resources_.back().get()});
        tree_.insert(*resources_.back(), rank);
    }

    std::string find(std::string_view path, Rank after = 0) const {
        MatchInfo info;
        const RouteTree::Leaf* const leaf = tree_.find(path, after, info);
        return leaf == nullptr ? describe(info, "none") : describe(info, pattern_of(*leaf));
    }

    /// What a walk through all patterns finds.
    std::string find_slowly(std::string_view path, Rank after = 0) const {
        std::vector<RouteTree::Leaf> sorted = leaves_;
        std::sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
            return left.rank < right.rank;
        });
        for (const RouteTree::Leaf& leaf : sorted) {
            MatchInfo info;
            if (leaf.rank > after && leaf.resource->match(path, info)) {
                return describe(info, pattern_of(leaf));
            }
        }
        return "none";
    }

private:
    static const std::string& pattern_of(const RouteTree::Leaf& leaf) {
        return leaf.resource->pattern().text();
    }
    static std::string describe(const MatchInfo& info, std::string text) {
        for (const auto& [name, value] : info) {
            text += " " + std::string(name) + "=" + std::string(value);
        }
        return text;
    }

    std::vector<std::unique_ptr<Resource>> resources_;
    std::vector<RouteTree::Leaf> leaves_;
    RouteTree tree_;
};

TEST(RouteTree, FindsTheSmallestRankThatMatches) {
    Routes routes;
    routes.add("/{a}/b", 2);
    routes.add("/a/{b}", 1);
    routes.add("/{a}/{b:int}", 3);
    routes.add("/{rest:.*}", 4);
    EXPECT_EQ(routes.find("/a/b"), "/a/{b} b=b");
    EXPECT_EQ(routes.find("/x/b"), "/{a}/b a=x");
    EXPECT_EQ(routes.find("/x/7"), "/{a}/{b:int} a=x b=7");
    EXPECT_EQ(routes.find("/x/y/z"), "/{rest:.*} rest=x/y/z");
    EXPECT_EQ(routes.find("/"), "/{rest:.*} rest=");
}

TEST(RouteTree, GoesOnBehindARank) {
    Routes routes;
    routes.add("/{a}/b", 20);
    routes.add("/a/{b}", 10);
    routes.add("/{rest:path}", 30);
    EXPECT_EQ(routes.find("/a/b", 10), "/{a}/b a=a");
    EXPECT_EQ(routes.find("/a/b", 20), "/{rest:path} rest=a/b");
    EXPECT_EQ(routes.find("/a/b", 30), "none");
}

TEST(RouteTree, ALaterFailureDoesNotLoseTheVariablesFound) {
    Routes routes;
    routes.add("/a/{x}", 5);        // found first, by the literal edge
    routes.add("/{y}/{z:int}", 1);  // of a better rank, but no match
    EXPECT_EQ(routes.find("/a/b"), "/a/{x} x=b");
}

TEST(RouteTree, PathsThatAreNoneFindNothing) {
    Routes routes;
    routes.add("/{rest:.*}", 1);
    EXPECT_EQ(routes.find(""), "none");
    EXPECT_EQ(routes.find("*"), "none");
    EXPECT_EQ(routes.find("example.com:80"), "none");
    EXPECT_EQ(Routes().find("/"), "none");
}

TEST(RouteTree, HoldsThousandsOfEdges) {
    Routes routes;
    for (Rank i = 1; i <= 5000; ++i) routes.add("/{x}/segment" + std::to_string(i), i);
    for (int i = 1; i <= 5000; ++i) {
        const std::string segment = "/segment" + std::to_string(i);
        EXPECT_EQ(routes.find("/1" + segment), "/{x}" + segment + " x=1");
    }
    EXPECT_EQ(routes.find("/1/segment5001"), "none");
}

TEST(RouteTree, LooksNoFurtherThanItMayAndFindsTheRestAllTheSame) {
    Routes routes;
    std::string deep;
    for (std::size_t i = 0; i < RoutePattern::kMaxSegments; ++i) deep += "/s";
    routes.add("/{x}" + deep + "/end", 1);
    routes.add("/{x}" + deep + "/{y:int}", 2);
    routes.add("/{x}" + deep, 3);
    routes.add("/{x}/s/{rest:.*}", 4);
    EXPECT_EQ(routes.find("/1" + deep + "/end"), "/{x}" + deep + "/end x=1");
    EXPECT_EQ(routes.find("/1" + deep + "/7"), "/{x}" + deep + "/{y:int} x=1 y=7");
    EXPECT_EQ(routes.find("/1" + deep), "/{x}" + deep + " x=1");
    EXPECT_EQ(routes.find("/1" + deep + "/no"),
              "/{x}/s/{rest:.*} x=1 rest=" + deep.substr(3) + "/no");
}

TEST(RouteTree, FindsWhatAWalkThroughAllPatternsFinds) {
    std::mt19937 random(20260701);  // the same every time
    const auto pick = [&](const std::vector<std::string>& choices) {
        return choices[random() % choices.size()];
    };
    const std::vector<std::string> literals = {"a", "b", "ab", "", "a-longer-literal"};
    const std::vector<std::string> variables = {
        "", ":int", ":slug", ":[ab]+", ":a|b", ":[^/]+", ":.*", ":path", ":b.*"};
    const std::vector<std::string> segments = {
        "a", "b", "ab", "", "1", "12", "a%2Fb", "x.y", "{", "a-longer-literal", "a-longer-litera/"};
    for (int round = 0; round < 200; ++round) {
        Routes routes;
        for (Rank rank = 1; rank <= 12; ++rank) {
            std::string pattern;
            int names = 0;
            for (std::size_t depth = 1 + random() % 4; depth > 0; --depth) {
                pattern += '/';
                if (random() % 2 == 0) pattern += pick(literals);
                if (random() % 2 == 0) {
                    pattern += "{v" + std::to_string(names++) + pick(variables) + "}";
                    if (random() % 4 == 0) pattern += pick(literals);
                }
            }
            if (names == 0) pattern += "/{v}";
            // Ranks do not come in the order of registration.
            routes.add(pattern, rank * 7 % 13);
        }
        for (int i = 0; i < 50; ++i) {
            std::string path;
            for (std::size_t depth = 1 + random() % 4; depth > 0; --depth) {
                path += "/" + pick(segments);
            }
            const Rank after = random() % 3 == 0 ? random() % 13 : 0;
            ASSERT_EQ(routes.find(path, after), routes.find_slowly(path, after)) << path;
        }
    }
}

}  // namespace
}  // namespace indrik::web
