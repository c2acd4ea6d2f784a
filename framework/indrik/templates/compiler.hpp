#pragma once
// Nodes of the parser to nodes for the renderer: variables get slots, constants are folded, text is escaped beforehand.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/symbols.hpp"

namespace indrik::templates {

class Environment;

class Compiler {
public:
    /// Lifetime: all outlive the compiler. `unresolved` gets the uses of names that the template never assigns.
    Compiler(Program& program,
             const Environment& environment,
             std::vector<const Expr*>* unresolved = nullptr);

    /// Errors: TemplateSyntaxError (mostly of kind Assertion) with its place.
    void compile();

private:
    struct Frame;
    struct StopBody {};

    Symbols inner_symbols(const Frame& frame, FunctionScope& function, int slot_offset = 0) const;
    Frame inner(const Frame& frame) const;
    Scope scope_of(const Frame& frame) const { return frame_symbols(frame).scope(*function_); }
    static const Symbols& frame_symbols(const Frame& frame);
    Location locate(const Frame& frame, const Value& name) const;
    Location locate(const Variable& variable) const;
    Locals locals_of(const Frame& frame) const;
    [[noreturn]] void fail_at(std::string message,
                              int line,
                              ErrorKind kind = ErrorKind::Assertion) const;

    void compile_root();
    void compile_block(Stmt& stmt, Program::Block& block);
    void compile_body(Body& body, Frame& frame);
    void compile_stmt(Stmt& stmt, Frame& frame);
    void compile_output(Stmt& stmt, Frame& frame);
    void add_output(Stmt& stmt, Expr* expr, Frame& frame);
    std::string printed_constant(const Value& value) const;
    void compile_if(Stmt& stmt, Frame& frame);
    void compile_for(Stmt& stmt, Frame& frame);
    void compile_loop_body(Stmt& stmt, Frame& loop_frame, Frame& else_frame);
    void compile_macro(Stmt& stmt, Frame& frame);
    void compile_call_block(Stmt& stmt, Frame& frame);
    void compile_macro_body(Stmt& stmt, Frame& frame);
    void declare_special(Stmt& stmt, Frame& frame);
    void compile_filter_block(Stmt& stmt, Frame& frame);
    void compile_with(Stmt& stmt, Frame& frame);
    void compile_block_call(Stmt& stmt, Frame& frame);
    void compile_extends(Stmt& stmt, Frame& frame);
    void compile_include(Stmt& stmt, Frame& frame);
    void compile_import(Stmt& stmt, Frame& frame);
    void compile_assign(Stmt& stmt, Frame& frame);
    void compile_assign_block(Stmt& stmt, Frame& frame);
    void compile_scope(Stmt& stmt, Frame& frame);
    void compile_autoescape(Stmt& stmt, Frame& frame);
    void finish_assignment(Stmt& stmt, const Frame& frame, const std::vector<Value>& names);
    void collect_names(const Expr& target, std::vector<Value>& names) const;

    void compile_expr(Expr& expr, Frame& frame);
    void compile_children(Expr& expr, Frame& frame);
    void compile_target(Expr& target, Frame& frame);
    void compile_filter(Expr& expr, const Frame& frame);
    void compile_attribute(Expr& expr) const;
    Expr* clone_target(const Expr& target);
    void fold(Expr& expr);
    bool is_foldable(const Expr& expr) const;
    bool is_constant(const Expr& expr) const;
    std::optional<Value> evaluate_constant(const Expr& expr) const;
    Escaping escaping() const {
        return is_volatile_ ? Escaping::Dynamic : autoescape_ ? Escaping::On : Escaping::Off;
    }

    Program& program_;
    const Environment& environment_;
    std::vector<const Expr*>* unresolved_;
    FunctionScope* function_ = nullptr;
    bool autoescape_;
    bool is_volatile_ = false;
    int line_ = 1;  // of the code that is being made, as errors will name it
    int extends_so_far_ = 0;
    bool has_known_extends_ = false;
};

}  // namespace indrik::templates
