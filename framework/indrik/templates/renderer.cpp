// Templates, blocks and macros: what has variables of its own.
#include "indrik/templates/renderer.hpp"

#include <algorithm>

#include "indrik/templates/detail/activation.hpp"
#include "indrik/templates/detail/render_objects.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

using detail::BlockStack;
using detail::Context;
using detail::MacroObject;

namespace {
/// A page is often as long as it was the last time.
constexpr std::size_t kMostReserved = std::size_t{1} << 20;
}  // namespace

Renderer::Renderer(const Environment& environment) : Runtime(environment) {}

Renderer::~Renderer() {
    // Macros and the frames that hold them refer to each other.
    for (const FrameRef& frame : captured_) {
        for (std::uint32_t i = 0; i < frame->count; ++i) (*frame)[i] = Value::missing();
        frame->context->variables.clear();
        frame->context->blocks.clear();
    }
    for (const auto& [program, module] : modules_) module.object().clear();
}

void Renderer::render(std::shared_ptr<const Program> program,
                      const Dict& values,
                      std::string& out) {
    ContextRef context = make_context(std::move(program));
    context->parents.set({&values, &environment().globals()});
    const Program& page = *context->program;
    out.reserve(out.size() + std::min(page.usual_bytes, kMostReserved));
    const std::size_t before = out.size();
    const Capture capture(*this, out);
    run_root(*context, page);
    page.usual_bytes = out.size() - before;
}

void Renderer::begin(std::shared_ptr<const Program> program, const Dict& values) {
    pieces_.context = make_context(std::move(program));
    pieces_.context->parents.set({&values, &environment().globals()});
    pieces_.frame = open_root(*pieces_.context, *pieces_.context->program);
}

bool Renderer::advance(std::string& out) {
    if (!pieces_.frame.get()) return false;
    Frame& frame = *pieces_.frame;
    const Body& body = frame.program->root.body;
    if (pieces_.next < body.size()) {
        const std::size_t before = out.size();
        const Capture capture(*this, out);
        const Nesting nesting(*this);
        const Activation activation(*this, frame);
        try {
            const std::size_t at = pieces_.next++;
            const auto native = frame.program->root.native;
            native.empty() ? static_cast<void>(run(*body[at], frame)) : native[at](*this, frame);
            pieces_.bytes += out.size() - before;
            check_bytes(pieces_.bytes);
        } catch (TemplateError& error) {
            add_place(error, frame);
            throw;
        }
        return true;
    }
    const Program* parent = frame.parent_template;
    pieces_.next = 0;
    pieces_.frame = parent ? open_root(*pieces_.context, *parent) : FrameRef();
    step();
    return parent != nullptr;
}

Value Renderer::evaluate_constant(const Expr& expr) {
    const FrameRef frame(Frame::make(0));
    return evaluate(expr, *frame);
}

Renderer::ContextRef Renderer::make_context(std::shared_ptr<const Program> program) {
    ContextRef context(new Context());
    context->autoescape = program->autoescapes;
    context->add_blocks(*program);
    context->program = std::move(program);
    return context;
}

Renderer::FrameRef Renderer::make_frame(const Function& function, Frame* parent, Context& context) {
    FrameRef frame(Frame::make(function.slots));
    prepare(*frame, function, parent, context);
    return frame;
}

void Renderer::prepare(Frame& frame, const Function& function, Frame* parent, Context& context) {
    frame.context = ContextRef::share(context);
    if (parent) {
        frame.parent = FrameRef::share(*parent);
        frame.program = parent->program;
    }
    if (function.is_captured) captured_.push_back(FrameRef::share(frame));
}

void Renderer::enter(const std::vector<Load>& loads, Frame& frame) {
    for (const Load& load : loads) {
        Value& target = frame[load.slot];
        switch (load.action) {
            case LoadAction::Resolve: {
                const Value* found = frame.context->find(load.name);
                target = found ? *found : Value::missing();
                break;
            }
            case LoadAction::Alias:
                target = slot(load.source, frame);
                break;
            case LoadAction::Undefined:
                target = Value::missing();
                break;
        }
    }
}

void Renderer::leave(const Scope& scope, Frame& frame) {
    for (const std::uint32_t used : scope.slots) frame[used] = Value::missing();
}

void Renderer::run_function(Frame& frame, const Function& function) {
    const Activation activation(*this, frame);
    try {
        run_body(function, frame);
    } catch (TemplateError& error) {
        add_place(error, frame);
        throw;
    }
}

void Renderer::add_place(TemplateError& error, const Frame& frame) {
    error.add_place(frame.program->name, frame.line, frame.program->source);
}

void Renderer::run_body(const Function& function, Frame& frame) {
    if (function.native.empty()) {
        run(function.body, frame);
        return;
    }
    for (const NativeCode code : function.native) code(*this, frame);
}

void Renderer::enter_root(Frame& frame, Context& context, const Program& program) {
    prepare(frame, program.root, nullptr, context);
    frame.program = &program;
    if (program.uses_self) {
        const Value self = make_object<detail::SelfObject>(context);
        track(self);
        frame[program.self_slot] = self;
    }
    enter(program.root.scope, frame);
}

/// A frame that stays between two pieces.
Renderer::FrameRef Renderer::open_root(Context& context, const Program& program) {
    FrameRef frame(Frame::make(program.root.slots));
    enter_root(*frame, context, program);
    return frame;
}

void Renderer::run_root(Context& context, const Program& program) {
    const Program* current = &program;
    while (current) {
        const Nesting nesting(*this);
        const detail::CallFrame frame(current->root);
        enter_root(*frame, context, *current);
        run_function(*frame, current->root);
        current = frame->parent_template;
        step();
    }
}

void Renderer::run_block(Context& context,
                         const detail::BlockRef& block,
                         const BlockStack& stack,
                         std::size_t depth) {
    const Nesting nesting(*this);
    const Program::Block& code = *block.block;
    const detail::CallFrame frame(code.function);
    prepare(*frame, code.function, nullptr, context);
    frame->program = block.program;
    frame->line = code.line;
    if (code.uses_self) {
        const Value self = make_object<detail::SelfObject>(context);
        track(self);
        (*frame)[code.self_slot] = self;
    }
    if (code.uses_super) {
        (*frame)[code.super_slot] = detail::super_block(*this, code.name, context, stack, depth);
    }
    enter(code.function.scope, *frame);
    run_function(*frame, code.function);
}

Value Renderer::call_block(Context& context, const BlockStack& stack, std::size_t depth) {
    std::string text;
    {
        const Capture capture(*this, text);
        const BlockStack copy = stack;
        run_block(context, copy[depth], copy, depth);
    }
    return context.autoescape ? Value::markup(text) : Value(text);
}

std::shared_ptr<const Program> Renderer::load(const Value& name, bool may_be_list) {
    std::shared_ptr<const Program> program;
    if (name.is_undefined()) fail_undefined(name);
    if (may_be_list && !name.is_string()) {
        program = environment().select_template(collect(name, *this)).shared_program();
    } else {
        program = environment().get_template(to_str(name)).shared_program();
    }
    if (programs_.empty() || programs_.back() != program) programs_.push_back(program);
    return program;
}

// Macros

Value Renderer::make_macro(const MacroInfo& info, Frame& frame) {
    return make_object<MacroObject>(info, FrameRef::share(frame));
}

Value Renderer::call_macro(MacroObject& macro, const Arguments& arguments) {
    std::string text;
    invoke_macro(macro, arguments, text);
    return autoescape() ? Value::markup(text) : Value(text);
}

template <class Bind>
void Renderer::run_macro_body(MacroObject& macro, std::string& out, Bind bind) {
    const Nesting nesting(*this);
    step();
    const MacroInfo& info = macro.info();
    const detail::CallFrame frame(info.function);
    prepare(*frame, info.function, &macro.frame(), *macro.frame().context);
    const bool is_complete = bind(*frame);
    const Capture capture(*this, out);
    const Activation activation(*this, *frame);
    try {
        if (!info.function.scope.loads.empty()) enter(info.function.scope, *frame);
        if (!info.arguments.empty()) frame->line = info.arguments[0]->line;
        if (!is_complete) set_defaults(info, *frame);
        run_body(info.function, *frame);
    } catch (TemplateError& error) {
        add_place(error, *frame);
        throw;
    }
}

void Renderer::invoke_macro(MacroObject& macro, const Arguments& arguments, std::string& out) {
    run_macro_body(macro, out, [&](Frame& frame) {
        bind_macro(macro, arguments, frame);
        return false;
    });
}

void Renderer::invoke_macro(MacroObject& macro, std::span<Value> arguments, std::string& out) {
    const MacroInfo& info = macro.info();
    if (!info.is_plain || arguments.size() != info.parameters.size()) {
        invoke_macro(macro, Arguments{arguments, {}, this}, out);
        return;
    }
    run_macro_body(macro, out, [&](Frame& frame) {
        for (std::size_t i = 0; i < arguments.size(); ++i)
            frame[info.slots[i]] = std::move(arguments[i]);
        return true;
    });
}

void Renderer::bind_macro(MacroObject& macro, const Arguments& arguments, Frame& frame) {
    const MacroInfo& info = macro.info();
    const std::size_t wanted = info.parameters.size();
    const std::size_t given = std::min(arguments.positional.size(), wanted);
    std::vector<bool> used(arguments.keywords.size());
    const auto take = [&](std::string_view name) -> const Value* {
        for (std::size_t i = 0; i < used.size(); ++i) {
            if (used[i] || arguments.keywords[i].name.string() != name) continue;
            used[i] = true;
            return &arguments.keywords[i].value;
        }
        return nullptr;
    };
    bool found_caller = given == wanted && info.has_explicit_caller;
    for (std::size_t i = 0; i < wanted; ++i) {
        Value& target = frame[info.slots[i]];
        if (i < given) {
            target = arguments.positional[i];
            continue;
        }
        const std::string_view name = info.parameters[i].string();
        const Value* value = take(name);
        target = value ? *value : Value::missing();
        found_caller = found_caller || name == "caller";
    }
    std::size_t next = wanted;
    if (info.uses_caller && !found_caller) {
        const Value* caller = take("caller");
        frame[info.slots[next++]] =
            caller && !caller->is_none()
                ? *caller
                : undefined(Value("caller"), Value::missing(), "No caller defined");
    }
    Dict rest;
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (!used[i]) rest.set(arguments.keywords[i].name, arguments.keywords[i].value);
    }
    if (info.uses_kwargs) {
        frame[info.slots[next++]] = Value::dict(std::move(rest));
    } else if (!rest.empty()) {
        if (rest.contains(Value("caller"))) {
            fail(ErrorKind::Type,
                 "macro " + to_repr(info.name) +
                     " was invoked with two values for the special caller argument. This is most "
                     "likely a bug.");
        }
        fail(ErrorKind::Type,
             "macro " + to_repr(info.name) + " takes no keyword argument " +
                 to_repr(rest.entries()[0].key));
    }
    if (info.uses_varargs) {
        frame[info.slots[next]] =
            Value::tuple(Values(arguments.positional.begin() + static_cast<std::ptrdiff_t>(given),
                                arguments.positional.end()));
    } else if (arguments.positional.size() > wanted) {
        fail(ErrorKind::Type,
             "macro " + to_repr(info.name) + " takes not more than " + std::to_string(wanted) +
                 " argument(s)");
    }
}

void Renderer::set_defaults(const MacroInfo& info, Frame& frame) {
    const std::size_t required = info.parameters.size() - info.defaults.size();
    for (std::size_t i = 0; i < info.parameters.size(); ++i) {
        Value& target = frame[info.slots[i]];
        if (!target.is_missing()) continue;
        if (i < required) {
            target = undefined(info.parameters[i],
                               Value::missing(),
                               "parameter " + to_repr(info.parameters[i]) + " was not provided");
        } else {
            Value value = evaluate(*info.defaults[i - required], frame);
            frame[info.slots[i]] = std::move(value);
        }
    }
}

}  // namespace indrik::templates
