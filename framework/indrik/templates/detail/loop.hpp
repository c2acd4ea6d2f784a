#pragma once
// One run of a for loop: the items, `loop`, and the variables of the body.
//
//   for (Loop loop(renderer, stmt, frame, iterable); loop.next();) {
//       ... the body; loop.completed() where it ends, not where it continues ...
//   }

#include <optional>

#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates::detail {

class Loop {
public:
    /// Lifetime: all outlive the loop. A recursive loop has a depth and the frame that it was called from.
    Loop(Renderer& renderer,
         const Stmt& stmt,
         Frame& frame,
         const Value& iterable,
         int depth = 0,
         Frame* outer = nullptr);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Gives the variables of the body their values; false at the end.
    [[gnu::always_inline]] bool next() {
        frame_.line = stmt_.line;
        if (list_) {
            if (position_ >= list_->size()) return false;
            if (target_) {
                *target_ = (*list_)[position_++];
            } else {
                assign((*list_)[position_++]);
            }
            fetch_early(*list_, position_);
        } else if (is_direct_) {
            if (!control_->next(*target_)) return false;
        } else if (!assign_next()) {
            return false;
        }
        renderer_.step();
        if (!info_.body_scope.loads.empty()) renderer_.enter(info_.body_scope, frame_);
        return true;
    }
    /// The body ran to its end.
    void completed() { has_run_ = true; }
    bool has_run() const { return has_run_; }
    /// The loop has ended without an error: its variables are gone.
    void leave();

    /// REQUIRES (each): the body uses `loop`, privately.
    Value index() const { return control_->index() + 1; }
    Value index0() const { return control_->index(); }
    Value first() const { return control_->index() == 0; }
    std::size_t turn(std::size_t count) const { return control_->turn(count); }
    template <class... Items>
    const Value& cycle(const Items&... items) const {
        const Value* const all[] = {&items...};
        return *all[control_->turn(sizeof...(items))];
    }

private:
    bool assign_next();
    void assign(Value item);

    Renderer& renderer_;
    const Stmt& stmt_;
    const LoopInfo& info_;
    Frame& frame_;
    const Values* list_ = nullptr;  // nothing but its items is needed
    std::size_t position_ = 0;
    Value* target_ = nullptr;  // of a loop with one name
    std::unique_ptr<Iterator> iterator_;
    LoopObject* control_ = nullptr;
    std::optional<LoopObject> private_control_;
    Value object_;
    bool is_direct_ = false;  // a private loop over a list, with one name
    bool has_run_ = false;
};

}  // namespace indrik::templates::detail
