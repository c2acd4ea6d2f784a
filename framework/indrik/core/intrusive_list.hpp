#pragma once
// A doubly linked list whose links live in its elements: no allocation, and an element leaves in
// O(1) without the list.
//
//   struct Timer : ListHook { ... };
//   IntrusiveList<Timer> timers;
//   timers.push_back(timer);        // the list does not own; the element must not move meanwhile,
//   or it takes its place along timer.unlink();                 // or let it go out of scope

#include <cassert>

namespace indrik {

/// The links of an element; derive from it. Unlinks itself when destroyed. Moving puts the new
/// object in the old one's place.
class ListHook {
public:
    ListHook() = default;
    ListHook(ListHook&& other) noexcept { take_place(other); }
    ListHook& operator=(ListHook&& other) noexcept {
        if (this != &other) {
            unlink();
            take_place(other);
        }
        return *this;
    }
    ~ListHook() { unlink(); }

    bool is_linked() const { return next_ != nullptr; }
    /// Leaves the list; nothing happens to an element that is in none.
    void unlink() {
        if (!is_linked()) return;
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = nullptr;
    }

private:
    template <class>
    friend class IntrusiveList;

    void take_place(ListHook& other) {
        if (!other.is_linked()) return;
        insert_before(*other.next_);
        other.unlink();
    }
    void insert_before(ListHook& position) {
        previous_ = position.previous_;
        next_ = &position;
        previous_->next_ = this;
        position.previous_ = this;
    }

    ListHook* previous_ = nullptr;
    ListHook* next_ = nullptr;
};

/// Elements derive from ListHook and are in at most one list by it. The list unlinks what is left
/// when it is destroyed.
template <class T>
class IntrusiveList {
public:
    class Iterator {
    public:
        explicit Iterator(ListHook* hook) : hook_(hook) {}
        T& operator*() const { return *static_cast<T*>(hook_); }
        Iterator& operator++() {
            hook_ = hook_->next_;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        ListHook* hook_;
    };

    IntrusiveList() { head_.previous_ = head_.next_ = &head_; }
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;
    ~IntrusiveList() { clear(); }

    bool empty() const { return head_.next_ == &head_; }
    /// REQUIRES: !empty()
    T& front() { return *static_cast<T*>(head_.next_); }
    /// REQUIRES: !empty()
    T& back() { return *static_cast<T*>(head_.previous_); }

    /// REQUIRES: the element is in no list.
    void push_back(T& element) { link(element, head_); }
    void push_front(T& element) { link(element, *head_.next_); }
    void clear() {
        while (!empty()) head_.next_->unlink();
    }

    /// Iterating: only elements other than the current one may leave meanwhile, and not the one
    /// after it.
    Iterator begin() { return Iterator(head_.next_); }
    Iterator end() { return Iterator(&head_); }

    /// Moves all elements of `other` to the end of this list, in O(1).
    void splice(IntrusiveList& other) {
        if (other.empty()) return;
        ListHook* const first = other.head_.next_;
        ListHook* const last = other.head_.previous_;
        other.head_.previous_ = other.head_.next_ = &other.head_;
        first->previous_ = head_.previous_;
        head_.previous_->next_ = first;
        last->next_ = &head_;
        head_.previous_ = last;
    }

private:
    static void link(ListHook& hook, ListHook& position) {
        assert(!hook.is_linked());
        hook.insert_before(position);
    }

    ListHook head_;
};

}  // namespace indrik
