#include "indrik/templates/detail/loop.hpp"

#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"

namespace indrik::templates::detail {

Loop::Loop(Renderer& renderer,
           const Stmt& stmt,
           Frame& frame,
           const Value& iterable,
           int depth,
           Frame* outer)
    : renderer_(renderer), stmt_(stmt), info_(*stmt.loop), frame_(frame) {
    renderer_.enter(info_.outer_loads, frame_);
    const bool is_list = !stmt_.test && iterable.is_sequence();
    if (stmt_.target->kind == ExprKind::Name) target_ = &frame_[stmt_.target->location.slot];
    if (is_list && !info_.is_extended) {
        list_ = &iterable.items();
        return;
    }
    if (!is_list) iterator_ = iterate(iterable);
    if (stmt_.test) {
        renderer_.enter(info_.filter_scope, frame_);
        iterator_ =
            std::make_unique<FilteredIterator>(renderer_, stmt_, frame_, std::move(iterator_));
    }
    if (!info_.is_extended) return;
    if (info_.is_private) {
        control_ = &private_control_.emplace(iterable, std::move(iterator_), !stmt_.test, depth);
        control_->forget_items();
        is_direct_ = is_list && target_;
        ++control_->references;  // the loop's own: it is never deleted
    } else {
        control_ = new LoopObject(iterable, std::move(iterator_), !stmt_.test, depth);
    }
    object_ = Value::object(control_);
    control_->set_undefined(renderer_.environment().undefined());
    if (outer) control_->set_recursion(stmt_, *outer);
    frame_[info_.loop_slot] = object_;
}

Loop::~Loop() {
    if (!control_) return;
    // Whatever happens, a `loop` that a template kept must not touch this frame again, and nobody keeps a private one.
    control_->finish();
    if (info_.is_private) frame_[info_.loop_slot] = Value::missing();
}

void Loop::leave() {
    if (control_) control_->finish();
    if (stmt_.test) renderer_.leave(info_.filter_scope, frame_);
    renderer_.leave(info_.body_scope, frame_);
    for (const Load& load : info_.outer_loads) frame_[load.slot] = Value::missing();
}

bool Loop::assign_next() {
    Value item;
    if (control_ ? !control_->next(item) : !iterator_->next(item)) return false;
    assign(std::move(item));
    if (control_) frame_[info_.loop_slot] = object_;
    return true;
}

void Loop::assign(Value item) {
    renderer_.assign(*stmt_.target, std::move(item), frame_);
}

}  // namespace indrik::templates::detail
