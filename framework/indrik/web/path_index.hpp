#pragma once
// Finds resources without variables by their path: one hash, whatever their number.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "indrik/web/resource.hpp"

namespace indrik::web {

/// Lifetime: resources live as long as they are in it; their paths do not change.
class PathIndex {
public:
    PathIndex() : slots_(16) {}
    /// REQUIRES: resource.pattern().is_static(), and there is none of that path
    void insert(Resource& resource);
    /// `path` in the form of decode_for_matching. Null if there is none.
    Resource* find(std::string_view path) const;
    void clear() { *this = PathIndex(); }

private:
    struct Slot {
        std::uint64_t hash = 0;
        Resource* resource = nullptr;  // none: the slot is empty
    };
    void put(Slot slot);

    std::vector<Slot> slots_;  // open addressing; the size is a power of two, at least twice count_
    std::size_t count_ = 0;
};

}  // namespace indrik::web
