#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

using detail::LoopObject;

Renderer::Flow Renderer::run_for(const Stmt& stmt, Frame& frame) {
    frame.line = stmt.line;
    const Value iterable = evaluate(*stmt.expr, frame);
    if (stmt.loop->is_recursive) {
        const Value text = call_loop(stmt, frame, iterable, 0);
        *out_ += text.string();
        check_bytes(out_->size());
        return Flow::Normal;
    }
    return run_loop(stmt, frame, iterable, 0, nullptr);
}

Value Renderer::call_loop(const Stmt& stmt, Frame& outer, const Value& iterable, int depth) {
    const Nesting nesting(*this);
    step();
    const FrameRef frame = make_frame(*stmt.loop->function, &outer, *outer.context);
    frame->line = stmt.line;
    std::string text;
    const Capture capture(*this, text);
    try {
        run_loop(stmt, *frame, iterable, depth, &outer);
    } catch (TemplateError& error) {
        error.add_place(frame->program->name, frame->line, frame->program->source);
        throw;
    }
    return autoescape() ? Value::markup(text) : Value(text);
}

bool Renderer::passes(const Stmt& stmt, Frame& frame, const Value& item) {
    const int line = frame.line;
    frame.line = stmt.test->line;
    assign(*stmt.loop->filter_target, item, frame);
    const bool result = evaluate_truth(*stmt.test, frame);
    frame.line = line;
    return result;
}

Renderer::Flow Renderer::run_loop(
    const Stmt& stmt, Frame& frame, const Value& iterable, int depth, Frame* outer) {
    const LoopInfo& loop = *stmt.loop;
    enter(loop.outer_loads, frame);
    const bool is_plain = !loop.is_extended && !stmt.test && iterable.is_sequence();
    const bool has_run = is_plain ? run_list_loop(stmt, frame, iterable)
                                  : run_iterator_loop(stmt, frame, iterable, depth, outer);
    leave(loop.body_scope, frame);
    for (const Load& load : loop.outer_loads) frame[load.slot] = Value::missing();
    if (has_run || stmt.else_body.empty()) return Flow::Normal;
    enter(loop.else_scope, frame);
    const Flow flow = run(stmt.else_body, frame);
    leave(loop.else_scope, frame);
    return flow;
}

/// False when the loop ends.
bool Renderer::run_iteration(const Stmt& stmt, Frame& frame, bool& has_run) {
    step();
    enter(stmt.loop->body_scope, frame);
    const Flow flow = run(stmt.body, frame);
    frame.line = stmt.line;
    if (flow == Flow::Break) return false;
    if (flow == Flow::Normal) has_run = true;
    return true;
}

bool Renderer::run_list_loop(const Stmt& stmt, Frame& frame, const Value& list) {
    const Values& items = list.items();
    const bool is_name = stmt.target->kind == ExprKind::Name;
    bool has_run = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (is_name) {
            frame[stmt.target->location.slot] = items[i];
        } else {
            assign(*stmt.target, items[i], frame);
        }
        if (!run_iteration(stmt, frame, has_run)) break;
    }
    return has_run;
}

bool Renderer::run_iterator_loop(
    const Stmt& stmt, Frame& frame, const Value& iterable, int depth, Frame* outer) {
    const LoopInfo& loop = *stmt.loop;
    std::unique_ptr<Iterator> iterator = iterate(iterable);
    if (stmt.test) {
        enter(loop.filter_scope, frame);
        iterator =
            std::make_unique<detail::FilteredIterator>(*this, stmt, frame, std::move(iterator));
    }
    Value object;
    LoopObject* control = nullptr;
    if (loop.is_extended) {
        control = new LoopObject(iterable, std::move(iterator), !stmt.test, depth);
        object = Value::object(control);
        control->set_undefined(environment().undefined());
        if (outer) control->set_recursion(stmt, *outer);
        frame[loop.loop_slot] = object;
    }
    // Whatever happens, a `loop` that a template kept must not touch this frame again.
    struct Finish {
        LoopObject* control;
        ~Finish() {
            if (control) control->finish();
        }
    } const finish{control};
    bool has_run = false;
    for (Value item; control ? control->next(item) : iterator->next(item);) {
        assign(*stmt.target, std::move(item), frame);
        if (control) frame[loop.loop_slot] = object;
        if (!run_iteration(stmt, frame, has_run)) break;
    }
    if (stmt.test) leave(loop.filter_scope, frame);
    return has_run;
}

}  // namespace indrik::templates
