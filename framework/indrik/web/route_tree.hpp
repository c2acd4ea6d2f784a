#pragma once
// Finds resources with variables by the segments of a path, at a cost that does not grow with their number.
//
// A tree of segments: from each node an edge for every literal segment that some pattern has there, and one edge for "a
// variable". All literal edges of the tree are in one hash table, under their node and their text:
//
//   /api/{id}/a1    root ─"api"→ 1 ─variable→ 2 ─"a1"→ 3   the pattern ends here
//   /api/{id}/a2                              └─"a2"→ 4   and this one here
//   /api/{x:.*}                  └ "open": whatever follows node 1 may be its
//
// A path goes down every edge that fits it, but never into a part of the tree where nothing is of a better rank than what has
// been found. What the tree finds is still to be matched with its pattern, which knows the types of the variables; where these
// fill segments, the segments that the way down has gone by are all there is to look at.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/web/resource.hpp"

namespace indrik::web {

class RouteTree {
public:
    /// The smaller, the earlier. None is 0.
    using Rank = std::uint64_t;

    struct Leaf {
        Rank rank;
        const Resource* resource;
    };

    RouteTree();
    bool empty() const { return nodes_.size() == 1 && nodes_[0].open.empty(); }
    /// REQUIRES: no leaf has that rank
    void insert(const Resource& resource, Rank rank);
    void clear() { *this = RouteTree(); }

    /// The leaf of the smallest rank above `after` that matches; its variables are then in `info`, otherwise nothing is.
    /// Lifetime: until the tree is changed; `path` outlives `info`'s use.
    const Leaf* find(std::string_view path, Rank after, MatchInfo& info) const;

private:
    /// Fills a line of the cache: the walk is a matter of how many it touches.
    struct Node {
        Rank first_rank;  // the smallest here and beneath
        std::uint32_t variable =
            0;  // where that edge leads; 0 for nowhere: the root is nobody's child
        bool has_literals = false;
        std::vector<Leaf> ends;  // patterns that end here, by rank
        std::vector<Leaf> open;  // patterns that may go on from here
    };
    /// A literal edge; empty if `child` is 0.
    struct Edge {
        std::uint64_t hash = 0;
        std::uint32_t parent = 0;
        std::uint32_t child = 0;
        std::uint32_t text = 0;  // its place in texts_
        std::uint32_t size = 0;
    };
    struct Search;

    static std::uint64_t hash(std::uint32_t parent, std::uint64_t segment);
    std::uint32_t find_child(std::uint32_t parent,
                             std::string_view segment,
                             std::uint64_t segment_hash) const;
    std::uint32_t add_node();
    void add_edge(std::uint32_t parent, std::uint32_t child, std::string_view segment);
    void put(const Edge& edge);
    void visit(Search& search, std::uint32_t node, std::size_t depth) const;

    std::vector<Node> nodes_;
    std::vector<Edge>
        edges_;  // open addressing; the size is a power of two, at least twice edge_count_
    std::size_t edge_count_ = 0;
    std::string texts_;  // of all literal edges, one behind the other
};

}  // namespace indrik::web
