#pragma once
// What a template is made of, as the parser builds it and the compiler completes it: names get the slots of their variables,
// filters and tests their functions, constants their values. The renderer walks these nodes.

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/templates/detail/builtin.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

struct Expr;
struct Stmt;
class Renderer;
namespace detail {
struct Frame;
}
using Exprs = std::vector<Expr*>;
using Body = std::vector<Stmt*>;

enum class ExprKind : std::uint8_t {
    Const,
    Name,
    NamespaceRef,
    Tuple,
    List,
    Dict,
    Binary,
    Negate,
    Positive,
    Not,
    And,
    Or,
    Compare,
    Conditional,
    Call,
    Filter,
    Test,
    Attribute,
    Item,
    Slice,
    Concat,
    MarkIfAutoescape
};

/// Where a variable lives: so many functions outwards, in that slot.
struct Location {
    std::uint32_t hops = 0;
    std::uint32_t slot = 0;
};

struct KeywordExpr {
    Value name;
    Expr* value;
};

/// The arguments of a call, filter or test (the positional ones are Expr::items).
struct CallParts {
    std::vector<KeywordExpr> keywords;
    Expr* rest = nullptr;           // *args
    Expr* rest_keywords = nullptr;  // **kwargs
};

/// Methods that an attribute's name may mean, by the kind of its object.
struct MethodNames {
    const detail::Builtin* by_kind[11] = {};
};

/// How a name is used.
enum class Usage : std::uint8_t { Load, Store, Parameter };
/// What becomes of joined or captured text.
enum class Escaping : std::uint8_t { Off, On, Dynamic };

struct Expr {
    ExprKind kind;
    BinaryOperator op = BinaryOperator::Add;
    Usage usage = Usage::Load;
    Escaping escaping = Escaping::Off;
    bool is_spread = false;  // a call that needs the slow path: keywords, *args
    int line = 0;
    mutable std::uint32_t hint = 0;  // Attribute: where it was in the last dictionary
    Location location;               // Name
    Value value;            // Const; the name of Name, Attribute, Filter, Test, NamespaceRef
    Expr* first = nullptr;  // the operand on the left, what is filtered, called, indexed
    std::size_t hash = 0;   // Attribute: of its name
    std::unique_ptr<MethodNames> methods;  // Attribute
    // What is above fits into one line of the cache.
    Expr* second = nullptr;
    Expr* third = nullptr;
    Exprs items;  // arguments, items, operands
    std::vector<Comparison> comparisons;
    std::unique_ptr<CallParts> call;
    const detail::Builtin* builtin = nullptr;  // Filter, Test
    Value callable;                            // a filter or test of the host
    std::string text;                          // Conditional: the hint; NamespaceRef: the attribute
};

enum class StmtKind : std::uint8_t {
    Output,
    Extends,
    For,
    If,
    Macro,
    CallBlock,
    FilterBlock,
    With,
    Block,
    Include,
    Import,
    FromImport,
    Do,
    Assign,
    AssignBlock,
    Break,
    Continue,
    Scope,
    Autoescape,
    FailExtends
};

/// One thing that an Output writes: text, or an expression.
struct OutputItem {
    std::string text;
    const Expr* expr = nullptr;
    int line = 0;
    Escaping escaping = Escaping::Off;
};

enum class LoadAction : std::uint8_t { Resolve, Alias, Undefined };

/// What a variable begins with when its scope is entered.
struct Load {
    LoadAction action;
    std::uint32_t slot;
    Value name;       // Resolve
    Location source;  // Alias
};

/// The variables of a scope: set when it is entered, unset when it is left.
struct Scope {
    std::vector<Load> loads;
    std::vector<std::uint32_t> slots;
};

/// A variable's name and place, for those who look at all variables.
using Locals = std::vector<std::pair<Value, Location>>;

/// Code that a compiler made of statements beforehand; it does what the renderer does with their nodes.
using NativeCode = void (*)(Renderer& renderer, detail::Frame& frame);

/// Something with variables of its own: a template's root, a block, a macro, a recursive loop.
struct Function {
    std::uint32_t slots = 0;
    Scope scope;
    bool is_captured = false;  // holds macros that refer to it
    bool keeps_frame =
        false;  // something that it makes may refer to its variables when it has returned
    Body body;
    std::span<const NativeCode>
        native;  // of the root one for each statement, of others one; empty: the nodes are walked
};

struct MacroInfo {
    Value name;  // None for call blocks
    std::vector<Value> parameters;
    Exprs arguments;
    Exprs defaults;
    std::vector<std::uint32_t> slots;  // of the parameters, then caller, kwargs, varargs
    bool uses_caller = false, uses_kwargs = false, uses_varargs = false;
    bool has_explicit_caller = false;
    bool is_plain = false;  // has none of these four: takes its parameters and nothing else
    /// Plain, with code and few variables, that nothing refers to later and of which the parameters are the first.
    bool is_light = false;
    int light_line = 0;  // where its errors begin
    Function function;
};

struct LoopInfo {
    Expr* filter_target = nullptr;
    Scope filter_scope;
    std::vector<Load> outer_loads;  // of names that the loop does not assign: once, before it
    Scope body_scope;
    Scope else_scope;
    bool is_extended = false;
    bool is_recursive = false;
    bool is_private = false;  // `loop` is only asked for attributes, by the loop's own body
    std::uint32_t loop_slot = 0;
    std::unique_ptr<Function> function;  // of a recursive loop
};

struct Stmt {
    StmtKind kind;
    int line = 0;
    bool flag = false;             // Block: scoped; Include, Import: with context
    bool is_required = false;      // Block
    bool ignores_missing = false;  // Include
    bool checks_parent = false;  // Output, Block: nothing happens once the template extends another
    bool is_toplevel = false;    // assignments are exported, imports are variables of the context
    bool is_rootlevel = false;
    Expr* expr = nullptr;  // condition, iterable, template, value, filter, call
    std::vector<OutputItem> output;
    Body body;
    Expr* target = nullptr;
    Expr* test = nullptr;  // For: its filter
    Exprs exprs;           // Output as parsed, With: values
    Exprs targets;         // With
    Body else_body;
    std::vector<Stmt*> elifs;
    Value name;                                       // Block, Macro, Import
    Location location;                                // of what is defined: Macro, Import
    std::vector<std::pair<Value, Value>> names;       // FromImport: name, alias
    std::vector<Location> locations;                  // FromImport
    std::vector<std::pair<Value, Location>> exports;  // Assign: variables of the context to update
    Locals locals;                                    // Include, Import, scoped Block
    Scope scope;
    std::unique_ptr<MacroInfo> macro;
    std::unique_ptr<LoopInfo> loop;
};

/// A parsed, then compiled template.
struct Program {
    std::string name;
    std::string source;
    std::deque<Expr> exprs;
    std::deque<Stmt> stmts;
    Function root;
    struct Block {
        Value name;
        Function function;
        bool uses_self = false, uses_super = false;
        std::uint32_t self_slot = 0, super_slot = 0;
        int line = 0;
    };
    std::deque<Block> blocks;
    bool uses_self = false;
    std::uint32_t self_slot = 0;
    bool has_extends = false;
    bool autoescapes = false;             // as the environment says of its name
    mutable std::size_t usual_bytes = 0;  // of the last rendering
    bool is_native = false;               // has code for its functions, which finds nodes by number
    std::vector<const Expr*> numbered_exprs;
    std::vector<const Stmt*> numbered_stmts;

    Expr* make(ExprKind kind, int line) {
        Expr& expr = exprs.emplace_back();
        expr.kind = kind;
        expr.line = line;
        return &expr;
    }
    Stmt* make(StmtKind kind, int line) {
        Stmt& stmt = stmts.emplace_back();
        stmt.kind = kind;
        stmt.line = line;
        return &stmt;
    }
};

}  // namespace indrik::templates
