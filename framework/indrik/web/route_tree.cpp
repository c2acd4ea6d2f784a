#include "indrik/web/route_tree.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace indrik::web {
namespace {

constexpr RouteTree::Rank kLast = std::numeric_limits<RouteTree::Rank>::max();

void insert_sorted(std::vector<RouteTree::Leaf>& leaves, RouteTree::Leaf leaf) {
    const auto place = std::upper_bound(
        leaves.begin(), leaves.end(), leaf, [](const auto& left, const auto& right) {
            return left.rank < right.rank;
        });
    leaves.insert(place, leaf);
}

}  // namespace

/// One way through the tree.
struct RouteTree::Search {
    std::string_view path;
    Rank after;
    MatchInfo& info;
    Rank best_rank = kLast;
    const Leaf* best = nullptr;
    bool info_is_best = false;  // whether `info` holds the variables of `best`

    void try_all(const std::vector<Leaf>& leaves) {
        for (const Leaf& leaf : leaves) {
            if (leaf.rank >= best_rank) return;
            if (leaf.rank <= after) continue;
            info.drop_variables();
            info_is_best = leaf.resource->match(path, info);
            if (!info_is_best) continue;
            best = &leaf;
            best_rank = leaf.rank;
            return;
        }
    }
};

RouteTree::RouteTree() : edges_(16) {
    add_node("");
}

/// Cheap for short texts. Only the application's own routes are ever stored, so nobody can crowd a bucket.
std::uint32_t RouteTree::hash(std::uint32_t parent, std::string_view segment) {
    std::uint64_t hash = parent + (std::uint64_t{segment.size()} << 32);
    const auto mix = [&hash](const char* bytes, std::size_t size) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes, size);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 32;
    };
    while (segment.size() >= sizeof hash) {
        mix(segment.data(), sizeof hash);
        segment.remove_prefix(sizeof hash);
    }
    mix(segment.data(), segment.size());
    return static_cast<std::uint32_t>(hash ^ hash >> 29);
}

std::uint32_t RouteTree::find_child(std::uint32_t parent, std::string_view segment) const {
    const std::size_t mask = edges_.size() - 1;
    const std::uint32_t wanted = hash(parent, segment);
    for (std::size_t slot = wanted & mask; edges_[slot].child != 0; slot = (slot + 1) & mask) {
        const Edge& edge = edges_[slot];
        if (edge.hash == wanted && edge.parent == parent && nodes_[edge.child].segment == segment) {
            return edge.child;
        }
    }
    return 0;
}

std::uint32_t RouteTree::add_node(std::string_view segment) {
    Node& node = nodes_.emplace_back();
    node.segment = segment;
    node.first_rank = kLast;
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void RouteTree::put(Edge edge) {
    const std::size_t mask = edges_.size() - 1;
    std::size_t slot = edge.hash & mask;
    while (edges_[slot].child != 0) slot = (slot + 1) & mask;
    edges_[slot] = edge;
}

void RouteTree::add_edge(std::uint32_t parent, std::uint32_t child) {
    if (2 * ++edge_count_ > edges_.size()) {
        const std::vector<Edge> old = std::exchange(edges_, std::vector<Edge>(2 * edges_.size()));
        for (const Edge& edge : old) {
            if (edge.child != 0) put(edge);
        }
    }
    put({hash(parent, nodes_[child].segment), parent, child});
    nodes_[parent].has_literals = true;
}

void RouteTree::insert(const Resource& resource, Rank rank) {
    const RoutePattern::Outline outline = resource.pattern().outline();
    std::uint32_t at = 0;
    nodes_[at].first_rank = std::min(nodes_[at].first_rank, rank);
    for (const RoutePattern::Outline::Segment& segment : outline.segments) {
        std::uint32_t child =
            segment.is_literal ? find_child(at, segment.text) : nodes_[at].variable;
        if (child == 0) {
            child = add_node(segment.is_literal ? std::string_view(segment.text) : "");
            if (segment.is_literal) {
                add_edge(at, child);
            } else {
                nodes_[at].variable = child;
            }
        }
        at = child;
        nodes_[at].first_rank = std::min(nodes_[at].first_rank, rank);
    }
    const bool is_open = outline.is_open || resource.application() != nullptr;
    insert_sorted(is_open ? nodes_[at].open : nodes_[at].ends, {rank, &resource});
}

/// `position` is that of the '/' before the next segment, or the end of the path.
void RouteTree::visit(Search& search, std::uint32_t index, std::size_t position) const {
    const Node& node = nodes_[index];
    if (node.first_rank >= search.best_rank) return;
    if (!node.open.empty()) search.try_all(node.open);
    if (position == search.path.size()) {
        search.try_all(node.ends);
        return;
    }
    const std::size_t begin = position + 1;
    const std::size_t end = std::min(search.path.find('/', begin), search.path.size());
    if (node.has_literals) {
        const std::uint32_t child = find_child(index, search.path.substr(begin, end - begin));
        if (child != 0) visit(search, child, end);
    }
    if (node.variable != 0) visit(search, node.variable, end);
}

const RouteTree::Leaf* RouteTree::find(std::string_view path, Rank after, MatchInfo& info) const {
    if (path.empty() || path.front() != '/') return nullptr;
    Search search{path, after, info};
    visit(search, 0, 0);
    if (search.best == nullptr) {
        info.drop_variables();
    } else if (!search.info_is_best) {
        info.drop_variables();
        search.best->resource->match(path, info);
    }
    return search.best;
}

}  // namespace indrik::web
