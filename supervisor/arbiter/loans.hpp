#pragma once
// Which slots are lent to which workers: the queue of a slot that its own worker does not serve is emptied by a sibling.

#include <algorithm>
#include <map>
#include <vector>

#include <sys/types.h>

namespace indrik::supervisor {

class Loans {
public:
    void add(unsigned slot, pid_t borrower) { borrowers_[slot] = borrower; }
    bool has(unsigned slot) const { return borrowers_.contains(slot); }
    /// How many slots a worker has borrowed.
    std::ptrdiff_t of(pid_t borrower) const {
        return std::ranges::count_if(borrowers_,
                                     [&](const auto& entry) { return entry.second == borrower; });
    }
    /// Forgets the loans for which `is_over(slot, borrower)`.
    template <typename Predicate>
    void end_where(Predicate is_over) {
        std::erase_if(borrowers_,
                      [&](const auto& entry) { return is_over(entry.first, entry.second); });
    }

    /// Somebody may have connected to this slot since.
    void slot_was_served(unsigned slot) {
        if (slot >= was_served_.size()) was_served_.resize(slot + 1);
        was_served_[slot] = true;
    }
    bool was_served(unsigned slot) const { return slot < was_served_.size() && was_served_[slot]; }
    void forget_service_from(unsigned slot) {
        if (slot < was_served_.size()) was_served_.resize(slot);
    }

private:
    std::map<unsigned, pid_t> borrowers_;  // by slot
    std::vector<bool> was_served_;
};

}  // namespace indrik::supervisor
