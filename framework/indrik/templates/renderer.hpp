#pragma once
// Runs a compiled template: walks its nodes and appends to one buffer.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/detail/frame.hpp"
#include "indrik/templates/runtime.hpp"

namespace indrik::templates {

class Environment;

namespace detail {
class LoopObject;
class MacroObject;
class CallValues;
class Loop;
struct NativeBase;
}  // namespace detail

class Renderer final : public Runtime {
public:
    explicit Renderer(const Environment& environment);
    ~Renderer();

    void render(std::shared_ptr<const Program> program, const Dict& values, std::string& out);
    /// The same in pieces: after begin(), each advance() appends what one statement of a template's root writes; false at the end.
    /// Lifetime: `values` outlives the renderer.
    void begin(std::shared_ptr<const Program> program, const Dict& values);
    bool advance(std::string& out);
    /// Of an expression without names.
    Value evaluate_constant(const Expr& expr);

    // For the objects that templates call.
    Value call_macro(detail::MacroObject& macro, const Arguments& arguments);
    Value call_block(detail::Context& context, const detail::BlockStack& stack, std::size_t depth);
    Value call_loop(const Stmt& stmt, detail::Frame& outer, const Value& iterable, int depth);
    /// Whether the loop's own condition lets the item pass.
    bool passes(const Stmt& stmt, detail::Frame& frame, const Value& item);

private:
    // Compiled templates and loops do the same steps.
    friend struct Native;
    friend struct detail::NativeBase;
    friend class detail::Loop;
    using Frame = detail::Frame;
    using FrameRef = detail::Ref<detail::Frame>;
    using ContextRef = detail::Ref<detail::Context>;
    enum class Flow : std::uint8_t { Normal, Break, Continue };
    class Capture;
    class Activation;

    // Functions.
    FrameRef make_frame(const Function& function, Frame* parent, detail::Context& context);
    ContextRef make_context(std::shared_ptr<const Program> program);
    void run_root(detail::Context& context, const Program& program);
    void enter_root(Frame& frame, detail::Context& context, const Program& program);
    FrameRef open_root(detail::Context& context, const Program& program);
    void run_block(detail::Context& context,
                   const detail::BlockRef& block,
                   const detail::BlockStack& stack,
                   std::size_t depth);
    void run_function(Frame& frame, const Function& function);
    void run_body(const Function& function, Frame& frame);
    static void add_place(TemplateError& error, const Frame& frame);
    void prepare(Frame& frame, const Function& function, Frame* parent, detail::Context& context);
    void enter(const std::vector<Load>& loads, Frame& frame);
    void enter(const Scope& scope, Frame& frame) { enter(scope.loads, frame); }
    void leave(const Scope& scope, Frame& frame);
    std::shared_ptr<const Program> load(const Value& name, bool may_be_list);

    // Statements.
    Flow run(const Body& body, Frame& frame);
    Flow run(const Stmt& stmt, Frame& frame);
    void run_output(const Stmt& stmt, Frame& frame);
    void write(const Expr& expr, Frame& frame, bool escapes);
    bool write_macro_call(const Expr& expr, Frame& frame, bool escapes);
    bool write_filter(const Expr& expr, Frame& frame, bool escapes);
    void write_filtered(const Expr& expr, const Value& self, bool escapes);
    void write_by_function(const Expr& expr, const Value& self, bool escapes);
    void write_value(const Value& value, bool escapes);
    Flow run_if(const Stmt& stmt, Frame& frame);
    Flow run_for(const Stmt& stmt, Frame& frame);
    Flow run_loop(const Stmt& stmt, Frame& frame, const Value& iterable, int depth, Frame* outer);
    void run_extends(const Stmt& stmt, Frame& frame);
    void run_block_statement(const Stmt& stmt, Frame& frame);
    void run_include(const Stmt& stmt, Frame& frame);
    void run_import(const Stmt& stmt, Frame& frame);
    Value import_module(const Stmt& stmt, Frame& frame);
    Value default_module(const std::shared_ptr<const Program>& program);
    Value make_module(detail::Context& context);
    void run_from_import(const Stmt& stmt, Frame& frame);
    void run_macro(const Stmt& stmt, Frame& frame);
    void run_call_block(const Stmt& stmt, Frame& frame);
    Flow run_filter_block(const Stmt& stmt, Frame& frame);
    void finish_filter_block(const Stmt& stmt, Frame& frame, std::string_view text);
    Flow run_with(const Stmt& stmt, Frame& frame);
    void run_assign(const Stmt& stmt, Frame& frame);
    Flow run_assign_block(const Stmt& stmt, Frame& frame);
    void finish_assign_block(const Stmt& stmt, Frame& frame, std::string_view text);
    Flow run_scope(const Stmt& stmt, Frame& frame);
    Flow run_autoescape(const Stmt& stmt, Frame& frame);
    void check_namespace(const Stmt& stmt, Frame& frame) const;
    void export_names(const Stmt& stmt, Frame& frame);
    void assign(const Expr& target, Value value, Frame& frame);
    void unpack(const Expr& target, const Value& value, Frame& frame);
    Value locals(const Stmt& stmt, Frame& frame);
    static bool has_parent(const Frame& frame);

    // Macros.
    void bind_macro(detail::MacroObject& macro, const Arguments& arguments, Frame& frame);
    void set_defaults(const MacroInfo& info, Frame& frame);
    void invoke_macro(detail::MacroObject& macro, const Arguments& arguments, std::string& out);
    /// The same with positional arguments only, which are moved from.
    void invoke_macro(detail::MacroObject& macro, std::span<Value> arguments, std::string& out);
    template <class Bind>
    void run_macro_body(detail::MacroObject& macro, std::string& out, Bind bind);
    Value make_macro(const MacroInfo& info, Frame& frame);

    // Expressions.
    Value evaluate(const Expr& expr, Frame& frame);
    /// Without a copy where the value is kept somewhere; else it is put into `scratch`.
    const Value& look(const Expr& expr, Frame& frame, Value& scratch);
    const Value& look_attribute(const Expr& expr, Frame& frame, Value& scratch);
    Value attribute(const Expr& expr, const Value& object);
    bool evaluate_truth(const Expr& expr, Frame& frame);
    Value evaluate_binary(const Expr& expr, Frame& frame);
    Value evaluate_compare(const Expr& expr, Frame& frame);
    Value evaluate_conditional(const Expr& expr, Frame& frame);
    Value evaluate_concat(const Expr& expr, Frame& frame);
    Value evaluate_dict(const Expr& expr, Frame& frame);
    Value concat(const Expr& expr, std::span<const Value> parts) const;
    static Value mark_if_autoescape(const Value& value, const Frame& frame);
    Value evaluate_item(const Expr& expr, Frame& frame);
    Value evaluate_call(const Expr& expr, Frame& frame);
    /// Before the arguments are evaluated; Missing if call_method() finds it.
    Value find_method(const Expr& callee, const Value& object);
    Value call_method(const Expr& callee,
                      const Value& object,
                      const Value& function,
                      const Arguments& arguments);
    Value evaluate_filter(const Expr& expr, Frame& frame);
    /// The arguments of a filter of the host begin with what is filtered.
    Value filter(const Expr& expr, const Value& self, const Arguments& arguments);
    Values evaluate_items(const Exprs& exprs, Frame& frame);
    void evaluate_arguments(const Expr& expr, Frame& frame, detail::CallValues& values);
    static void add_keyword(detail::CallValues& values, const Value& name, Value value);
    void add_rest(detail::CallValues& values, const Value& rest);
    static void add_rest_keywords(detail::CallValues& values, const Value& rest);
    static Value& slot(Location location, Frame& frame) {
        Frame* at = &frame;
        for (std::uint32_t i = 0; i < location.hops; ++i) at = at->parent.get();
        return (*at)[location.slot];
    }

    /// A rendering in pieces: the root that runs, and its next statement.
    struct Pieces {
        ContextRef context;
        FrameRef frame;
        std::size_t next = 0;
        std::size_t bytes = 0;
    };

    std::string* out_ = nullptr;
    Pieces pieces_;
    Value filter_input_;
    Value call_block_caller_;
    std::vector<FrameRef> captured_;
    std::vector<std::shared_ptr<const Program>> programs_;
    std::map<const Program*, Value> modules_;
};

}  // namespace indrik::templates
