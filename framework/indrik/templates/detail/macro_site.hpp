#pragma once
// The frame of a macro that compiled code calls again and again from one place, in a loop: made once, and filled anew for each call.

#include <cstddef>
#include <new>
#include <utility>

#include "indrik/templates/detail/frame.hpp"
#include "indrik/templates/detail/render_objects.hpp"

namespace indrik::templates::detail {

/// A local of the calling function. The macro is one that nothing can refer to when it has run (MacroInfo::is_light).
class MacroSite {
public:
    MacroSite() = default;
    MacroSite(const MacroSite&) = delete;
    MacroSite& operator=(const MacroSite&) = delete;
    ~MacroSite() { drop(); }

    bool holds(const Value& macro) const {
        return macro.is(Kind::Object) && &macro.object() == object_;
    }
    /// Whether the macro is a light one with this code. REQUIRES: it is a macro
    bool is_code(const Value& macro, const NativeCode* code) {
        if (!holds(macro)) [[unlikely]] {
            auto& object = static_cast<MacroObject&>(macro.object());
            if (!object.info().is_light) return false;
            begin(macro, object);
        }
        return code_ == code;
    }
    /// Its frame, the variables of which hold nothing. REQUIRES: is_code()
    Frame& frame() const { return *frame_; }

    /// A frame with these parameters. `macro` holds the object. REQUIRES: their number <= slots <= LightFrame::kFew, and leave() since the
    /// last enter()
    template <class... Parameters>
    Frame& enter(const Value& macro, MacroObject& object, const Parameters&... parameters) {
        if (object_ != &object) [[unlikely]]
            begin(macro, object);
        Frame& frame = *frame_;
        std::uint32_t slot = 0;
        (new (&frame[slot++]) Value(parameters), ...);  // over variables that hold nothing
        frame.line = object.info().light_line;
        return frame;
    }
    /// The call with so many parameters is over: its variables go. Not needed after an exception, which ends the caller as well.
    template <std::uint32_t Count>
    void leave() noexcept {
        for (std::uint32_t slot = 0; slot < Count; ++slot) empty(slot);
        for (std::uint32_t slot = Count; slot < frame_->count; ++slot) empty(slot);
    }

private:
    void empty(std::uint32_t slot) noexcept {
        Value& variable = (*frame_)[slot];
        variable.~Value();
        new (&variable) Value(Value::missing());
    }
    [[gnu::noinline]] void begin(const Value& macro, MacroObject& object) {
        drop();
        frame_ = Frame::make_at(memory_, object.info().function.slots);
        frame_->parent = Ref<Frame>::share(object.frame());
        frame_->context = object.frame().context;
        frame_->program = object.frame().program;
        code_ = object.info().function.native.data();
        macro_ = macro;
        object_ = &object;
    }
    void drop() noexcept {
        if (object_ == nullptr) return;
        object_ = nullptr;
        frame_->unset();
        frame_->~Frame();
    }

    MacroObject* object_ = nullptr;
    Frame* frame_ = nullptr;
    const NativeCode* code_ = nullptr;
    Value macro_;  // keeps the object, so that no other one has its address
    alignas(Frame) std::byte memory_[sizeof(Frame) + LightFrame::kFew * sizeof(Value)];
};

}  // namespace indrik::templates::detail
