#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/loop.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates {

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
        add_place(error, *frame);
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
    detail::Loop loop(*this, stmt, frame, iterable, depth, outer);
    while (loop.next()) {
        const Flow flow = run(stmt.body, frame);
        if (flow == Flow::Normal) loop.completed();
        if (flow == Flow::Break) break;
    }
    frame.line = stmt.line;
    loop.leave();
    if (loop.has_run() || stmt.else_body.empty()) return Flow::Normal;
    enter(stmt.loop->else_scope, frame);
    const Flow flow = run(stmt.else_body, frame);
    leave(stmt.loop->else_scope, frame);
    return flow;
}

}  // namespace indrik::templates
