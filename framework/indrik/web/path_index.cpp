#include "indrik/web/path_index.hpp"

#include <utility>

#include "indrik/web/detail/text_words.hpp"

namespace indrik::web {

void PathIndex::put(Slot slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = slot.hash & mask;
    while (slots_[at].resource != nullptr) at = (at + 1) & mask;
    slots_[at] = slot;
}

void PathIndex::insert(Resource& resource) {
    if (2 * ++count_ > slots_.size()) {
        const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
        for (const Slot& slot : old) {
            if (slot.resource != nullptr) put(slot);
        }
    }
    put({detail::hash_text(resource.pattern().index_key()), &resource});
}

Resource* PathIndex::find(std::string_view path) const {
    const std::size_t mask = slots_.size() - 1;
    const std::uint64_t wanted = detail::hash_text(path);
    for (std::size_t at = wanted & mask; slots_[at].resource != nullptr; at = (at + 1) & mask) {
        const Slot& slot = slots_[at];
        if (slot.hash == wanted && slot.resource->pattern().index_key() == path) {
            return slot.resource;
        }
    }
    return nullptr;
}

}  // namespace indrik::web
