#pragma once
// Writes the C++ of one function of a template (its root, a block, a macro): statement by statement what the renderer does with
// the nodes.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/detail/direct_macros.hpp"

namespace indrik::templates::detail {

class FunctionWriter {
public:
    /// Variables that have a value from the beginning.
    FunctionWriter(const NodeNumbers& numbers,
                   MacroCalls& direct,
                   std::vector<std::uint32_t> defined)
        : numbers_(numbers), direct_(direct), defined_(std::move(defined)) {}
    /// The lines of a function's body.
    std::string write(const Body& body);
    /// The same of a macro whose parameters are those of the C++ function, a0 for the first variable.
    std::string write_direct(const MacroInfo& macro);

private:
    /// An operand: the C++ that names it.
    struct Operand {
        std::string text;
        bool is_own = false;   // a Value that nothing else uses: may be moved from
        bool is_kept = false;  // a reference that stays valid until the statement ends
        std::string moved() const { return is_own ? "std::move(" + text + ")" : text; }
    };
    struct LoopName {
        std::string name;
        std::uint32_t slot;
    };

    // Statements.
    void write_body(const Body& body);
    void write_stmt(const Stmt& stmt);
    void write_output(const Stmt& stmt);
    void write_text(std::string_view text);
    void write_operand(const std::string& text, const std::string& escapes);
    /// A call that writes to the output by itself.
    void write_closed(const std::string& call);
    void write_item(const OutputItem& item);
    void write_value(const Expr& expr, const std::string& escapes);
    bool write_call(const Expr& expr, const std::string& escapes);
    std::string macro_site(const Expr& expr);
    bool write_cycle(const Expr& expr, const std::string& escapes);
    void write_if(const Stmt& stmt);
    void write_branch(const Stmt& stmt, std::size_t branch);
    void write_for(const Stmt& stmt);
    void write_with(const Stmt& stmt);
    void write_autoescape(const Stmt& stmt);
    void write_captured(const Stmt& stmt, std::string_view finish);
    void write_assign(const Stmt& stmt);
    void write_by_renderer(const Stmt& stmt);
    void write_enter(const Stmt& stmt);
    void write_leave(const Stmt& stmt);

    // Expressions: each writes what must happen before, and returns what the value is called.
    Operand value(const Expr& expr);
    /// One that other expressions cannot invalidate.
    Operand kept(const Expr& expr);
    std::string truth(const Expr& expr);
    Operand fresh(const Expr& expr);
    Operand attribute(const Expr& expr);
    Operand choice(const Expr& expr);
    std::string comparison(const Expr& expr);
    Operand conditional(const Expr& expr);
    Operand item(const Expr& expr);
    Operand dict(const Expr& expr);
    Operand filter(const Expr& expr);
    Operand call(const Expr& expr);
    /// The loop whose cycle() is called here, if it is private.
    const std::string* cycled_loop(const Expr& expr) const;
    std::string cycle(const Expr& expr);
    /// The arguments of a call, as what the functions of Native take; empty if there are none.
    std::string arguments(const Expr& expr, const Operand* self = nullptr);
    std::string array(const std::vector<Operand>& operands);
    /// The arguments of a call without anything but positional ones. Nothing may be computed before they are used.
    std::vector<Operand> positional(const Expr& expr);
    const std::string* private_loop(const Expr& expr) const;
    std::string slot(Location location) const;
    bool is_defined(Location location) const;
    void define_target(const Expr& target);

    /// The pen of the output at this place.
    std::string pen();

    // Lines.
    void line(std::string_view text);
    void open(std::string_view text);
    void close(std::string_view text = "}");
    void at(int number);
    std::string new_name(char letter) { return letter + std::to_string(++names_); }
    /// A new Value.
    Operand define(const std::string& text);
    /// What `write` writes, in a block of its own if it defines names.
    void scoped(const std::function<void()>& write);

    const NodeNumbers& numbers_;
    MacroCalls& direct_;
    std::map<std::uint32_t, std::string>
        parameters_;  // variables that are parameters of the function
    std::string pen_ = "p";
    bool has_pen_ = false;  // the function's own is used
    std::string out_;
    std::size_t indent_ = 4;
    std::size_t names_ = 0;
    int line_ = 0;  // that the frame is known to have; 0: any
    std::size_t loop_depth_ = 0;
    std::size_t sites_ = 0;  // of macros that are called in loops
    std::vector<LoopName> loops_;
    std::vector<std::uint32_t> defined_;  // variables that have a value for sure
};

}  // namespace indrik::templates::detail
