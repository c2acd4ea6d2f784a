#include "indrik/web/route_tree.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "indrik/web/detail/text_words.hpp"

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
    Search(std::string_view its_path, Rank its_after, MatchInfo& its_info)
        : path(its_path), after(its_after), info(its_info) {
        slashes[0] = 0;
    }

    std::string_view path;
    Rank after;
    MatchInfo& info;
    Rank best_rank = kLast;
    const Leaf* best = nullptr;
    bool info_is_best = false;  // whether `info` holds the variables of `best`
    /// Of each '/' on the way down; behind them the end of the path, or the '/' that is next.
    std::array<std::uint32_t, RoutePattern::kMaxSegments + 1> slashes;

    /// REQUIRES: the way down has gone by `depth` segments
    void try_all(const std::vector<Leaf>& leaves, std::size_t depth) {
        for (const Leaf& leaf : leaves) {
            if (leaf.rank >= best_rank) return;
            if (leaf.rank <= after) continue;
            info.drop_variables();
            const RoutePattern& pattern = leaf.resource->pattern();
            info_is_best = leaf.resource->application() == nullptr && pattern.fills_segments()
                               ? pattern.match_at(path, std::span(slashes).first(depth + 1), info)
                               : leaf.resource->match(path, info);
            if (!info_is_best) continue;
            best = &leaf;
            best_rank = leaf.rank;
            return;
        }
    }
};

RouteTree::RouteTree() : edges_(16) {
    add_node();
}

std::uint64_t RouteTree::hash(std::uint32_t parent, std::uint64_t segment) {
    return detail::mix_word(segment, parent);
}

std::uint32_t RouteTree::find_child(std::uint32_t parent,
                                    std::string_view segment,
                                    std::uint64_t segment_hash) const {
    const std::size_t mask = edges_.size() - 1;
    const std::uint64_t wanted = hash(parent, segment_hash);
    for (std::size_t slot = wanted & mask; edges_[slot].child != 0; slot = (slot + 1) & mask) {
        const Edge& edge = edges_[slot];
        if (edge.hash == wanted && edge.parent == parent &&
            std::string_view(texts_).substr(edge.text, edge.size) == segment) {
            return edge.child;
        }
    }
    return 0;
}

std::uint32_t RouteTree::add_node() {
    nodes_.emplace_back().first_rank = kLast;
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void RouteTree::put(const Edge& edge) {
    const std::size_t mask = edges_.size() - 1;
    std::size_t slot = edge.hash & mask;
    while (edges_[slot].child != 0) slot = (slot + 1) & mask;
    edges_[slot] = edge;
}

void RouteTree::add_edge(std::uint32_t parent, std::uint32_t child, std::string_view segment) {
    if (2 * ++edge_count_ > edges_.size()) {
        const std::vector<Edge> old = std::exchange(edges_, std::vector<Edge>(2 * edges_.size()));
        for (const Edge& edge : old) {
            if (edge.child != 0) put(edge);
        }
    }
    put({hash(parent, detail::read_segment(segment, 0).hash),
         parent,
         child,
         static_cast<std::uint32_t>(texts_.size()),
         static_cast<std::uint32_t>(segment.size())});
    texts_ += segment;
    nodes_[parent].has_literals = true;
}

void RouteTree::insert(const Resource& resource, Rank rank) {
    const RoutePattern::Outline outline = resource.pattern().outline();
    std::uint32_t at = 0;
    nodes_[at].first_rank = std::min(nodes_[at].first_rank, rank);
    bool is_open = outline.is_open || resource.application() != nullptr;
    std::size_t depth = 0;
    for (const RoutePattern::Outline::Segment& segment : outline.segments) {
        if (depth++ == RoutePattern::kMaxSegments) {
            is_open = true;  // the rest is the pattern's affair
            break;
        }
        std::uint32_t child = nodes_[at].variable;
        if (segment.is_literal) {
            child = find_child(at, segment.text, detail::read_segment(segment.text, 0).hash);
        }
        if (child == 0) {
            child = add_node();
            if (segment.is_literal) {
                add_edge(at, child, segment.text);
            } else {
                nodes_[at].variable = child;
            }
        }
        at = child;
        nodes_[at].first_rank = std::min(nodes_[at].first_rank, rank);
    }
    insert_sorted(is_open ? nodes_[at].open : nodes_[at].ends, {rank, &resource});
}

/// The way to the node has gone by `depth` segments, and search.slashes knows where they are.
void RouteTree::visit(Search& search, std::uint32_t index, std::size_t depth) const {
    const Node& node = nodes_[index];
    if (node.first_rank >= search.best_rank) return;
    if (!node.open.empty()) search.try_all(node.open, depth);
    if (search.slashes[depth] == search.path.size()) {
        if (!node.ends.empty()) search.try_all(node.ends, depth);
        return;
    }
    if (!node.has_literals && node.variable == 0) return;
    const std::size_t begin = search.slashes[depth] + 1;
    const detail::Segment segment = detail::read_segment(search.path, begin);
    search.slashes[depth + 1] = static_cast<std::uint32_t>(segment.end);
    if (node.has_literals) {
        const std::uint32_t child =
            find_child(index, search.path.substr(begin, segment.end - begin), segment.hash);
        if (child != 0) visit(search, child, depth + 1);
    }
    if (node.variable == 0) return;
    search.slashes[depth + 1] = static_cast<std::uint32_t>(segment.end);
    visit(search, node.variable, depth + 1);
}

const RouteTree::Leaf* RouteTree::find(std::string_view path, Rank after, MatchInfo& info) const {
    if (path.empty() || path.front() != '/') return nullptr;
    Search search(path, after, info);
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
