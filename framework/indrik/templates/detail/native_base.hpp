#pragma once
// What functions of compiled templates do with variables, output, expressions and statements: see native.hpp.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/loop.hpp"
#include "indrik/templates/detail/pen.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates::detail {

/// Everything but calls.
struct NativeBase {
    using Flow = Renderer::Flow;
    using Frame = detail::Frame;
    using CallValues = detail::CallValues;

    NativeBase(Renderer& the_renderer, Frame& the_frame)
        : renderer(the_renderer),
          frame(the_frame),
          exprs(the_frame.program->numbered_exprs.data()),
          stmts(the_frame.program->numbered_stmts.data()) {}

    // The work that is counted, and the line that an error names.
    void step() const { renderer.step(); }
    void line(int number) const { frame.line = number; }
    void check_bytes(const Pen& pen) const { renderer.check_bytes(pen.size()); }

    // Variables.
    Value& slot(std::uint32_t index) const { return frame[index]; }
    Value& slot(std::uint32_t index, std::uint32_t hops) const {
        return Renderer::slot({hops, index}, frame);
    }
    const Value& constant(std::uint32_t expr) const { return exprs[expr]->value; }
    /// `undefined` becomes the value of a variable that has none.
    const Value& name(const Value& variable, std::uint32_t expr, Value& undefined) const {
        if (!variable.is_missing()) [[likely]]
            return variable;
        return undefined = renderer.undefined(exprs[expr]->value);
    }
    /// The value where it is kept, or in `scratch`.
    const Value& attribute(const Value& object, std::uint32_t expr, Value& scratch) const {
        const Expr& node = *exprs[expr];
        if (object.is(Kind::Dict) && !node.methods) [[likely]] {
            if (const Value* found = object.dictionary().find(node.value, node.hash, node.hint))
                [[likely]]
                return *found;
        }
        return other_attribute(object, node, scratch);
    }
    [[gnu::noinline]] const Value& other_attribute(const Value& object,
                                                   const Expr& node,
                                                   Value& scratch) const {
        const Value kept = object;
        return scratch = renderer.attribute(node, kept);
    }
    void enter(std::uint32_t stmt) const { renderer.enter(stmts[stmt]->scope, frame); }
    void leave(std::uint32_t stmt) const { renderer.leave(stmts[stmt]->scope, frame); }
    void enter_else(std::uint32_t stmt) const {
        renderer.enter(stmts[stmt]->loop->else_scope, frame);
    }
    void leave_else(std::uint32_t stmt) const {
        renderer.leave(stmts[stmt]->loop->else_scope, frame);
    }
    void assign(std::uint32_t target, Value value) const {
        renderer.assign(*exprs[target], std::move(value), frame);
    }
    void check_namespace(std::uint32_t stmt) const {
        renderer.check_namespace(*stmts[stmt], frame);
    }
    void export_names(std::uint32_t stmt) const { renderer.export_names(*stmts[stmt], frame); }

    // Output. A pen is closed while anything else may write.
    std::string& out() const { return *renderer.out_; }
    bool has_parent() const { return Renderer::has_parent(frame); }
    bool escapes() const { return frame.context->autoescape; }
    [[gnu::always_inline]] void write(Pen& pen, const Value& value, bool escapes) const {
        if (value.is(Kind::String)) [[likely]] {
            if (escapes && !value.is_markup()) {
                pen.escaped(value.string());
            } else {
                pen.text(value.string());
            }
        } else if (value.is(Kind::Int)) {
            pen.number(value.integer());
        } else {
            pen.close();
            renderer.write_value(value, escapes);
            pen.open();
        }
    }
    /// A filter without arguments, whose step was counted.
    [[gnu::always_inline]] void write_filter(Pen& pen,
                                             std::uint32_t expr,
                                             const Value& self,
                                             bool escapes) const {
        if (pen.filtered(exprs[expr]->builtin->print, self, escapes)) [[likely]]
            return;
        renderer.write_by_function(*exprs[expr], self, escapes);
        pen.open();
    }

    // Expressions.
    Renderer& runtime() const { return renderer; }
    Value evaluate(std::uint32_t expr) const { return renderer.evaluate(*exprs[expr], frame); }
    static bool is_true(const Value& value) {
        return value.is_integer() ? value.integer() != 0 : truth(value);
    }
    template <std::size_t Size>
    static Values values(Value (&items)[Size]) {
        return Values(std::make_move_iterator(items), std::make_move_iterator(items + Size));
    }
    Value concat(std::uint32_t expr, std::span<const Value> parts) const {
        return renderer.concat(*exprs[expr], parts);
    }
    Value mark_if_autoescape(const Value& value) const {
        return Renderer::mark_if_autoescape(value, frame);
    }
    /// Of a conditional without `else`.
    Value otherwise(std::uint32_t expr) const {
        return Value::undefined(
            UndefinedKind::Default, Value(), Value::missing(), exprs[expr]->text);
    }
    /// What {% filter %} and {% set %} filter.
    Value filter_input() const { return std::exchange(renderer.filter_input_, Value()); }
    Value filter(std::uint32_t expr,
                 const Value& self,
                 std::span<const Value> positional = {}) const {
        return renderer.filter(*exprs[expr], self, {positional, {}, &renderer});
    }
    Value filter(std::uint32_t expr, const Value& self, const CallValues& values) const {
        return renderer.filter(*exprs[expr], self, arguments(values));
    }

    Arguments arguments(const CallValues& values) const {
        return {values.positional(), values.keywords, &renderer};
    }
    Arguments arguments(std::span<const Value> positional) const {
        return {positional, {}, &renderer};
    }
    Arguments arguments() const { return {{}, {}, &renderer}; }

    // Statements.
    /// Leaves one to the renderer.
    Flow run(std::uint32_t stmt) const { return renderer.run(*stmts[stmt], frame); }
    void finish_filter_block(std::uint32_t stmt, std::string_view text) const {
        renderer.finish_filter_block(*stmts[stmt], frame, text);
    }
    void finish_assign_block(std::uint32_t stmt, std::string_view text) const {
        renderer.finish_assign_block(*stmts[stmt], frame, text);
    }
    /// Sends the output elsewhere while it lives.
    class Capture {
    public:
        Capture(const NativeBase& native, std::string& out) : capture_(native.renderer, out) {}

    private:
        Renderer::Capture capture_;
    };
    struct Autoescape {
        bool context, runtime;
    };
    Autoescape set_autoescape(bool on) const {
        const Autoescape outer{frame.context->autoescape, renderer.autoescape()};
        frame.context->autoescape = on;
        renderer.set_autoescape(on);
        return outer;
    }
    void restore(Autoescape outer) const {
        frame.context->autoescape = outer.context;
        renderer.set_autoescape(outer.runtime);
    }
    Loop loop(std::uint32_t stmt, const Value& iterable) const {
        return Loop(renderer, *stmts[stmt], frame, iterable);
    }

    Renderer& renderer;
    Frame& frame;
    const Expr* const* exprs;
    const Stmt* const* stmts;
};

}  // namespace indrik::templates::detail
