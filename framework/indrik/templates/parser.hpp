#pragma once
// Template text to nodes: Jinja2's grammar, with its messages and its lines.

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/lexer.hpp"

namespace indrik::templates {

/// The tags beyond the core of the language.
struct Extensions {
    bool expression_statement = true;  // {% do %}
    bool loop_controls = true;         // {% break %}, {% continue %}
    bool i18n = true;                  // {% trans %}
    bool trims_translations = false;   // {% trans trimmed %} by default
};

class Parser {
public:
    /// Lifetime: the references outlive the parser. `program` has its name and source already.
    Parser(Program& program, const Syntax& syntax, const Extensions& extensions);

    /// Errors: TemplateSyntaxError with its place.
    void parse();
    /// A lone expression, as `if` has it.
    Expr* parse_lone_expression();

private:
    using Names = std::vector<std::string_view>;

    // The stream of tokens.
    Token advance();
    const Token& look();
    bool at(TokenType type) const { return current_.type == type; }
    bool at_name(std::string_view name) const {
        return at(TokenType::Name) && current_.text == name;
    }
    bool skip_if(TokenType type);
    bool skip_name(std::string_view name);
    Token expect(TokenType type);
    void expect_name(std::string_view name);
    Token next_token();
    [[noreturn]] void fail_at(std::string message,
                              int line,
                              ErrorKind kind = ErrorKind::Syntax) const;
    [[noreturn]] void fail_here(std::string message) const {
        fail_at(std::move(message), current_.line);
    }
    [[noreturn]] void fail_unexpected(const std::string& expected) const;
    [[noreturn]] void fail_tag(const std::string* name, int line) const;

    // Statements.
    Body parse_body(const Names& end_names);
    /// The body of a tag up to one of `end_names`, which stays current unless it is dropped.
    Body parse_statements(const Names& end_names, bool drop_end);
    void parse_statement(Body& body);
    bool parse_known_statement(const std::string& name, Body& body);
    Stmt* parse_set();
    Stmt* parse_for();
    Stmt* parse_if();
    Stmt* parse_with();
    Stmt* parse_autoescape();
    Stmt* parse_block();
    Stmt* parse_extends();
    Stmt* parse_include();
    Stmt* parse_import();
    Stmt* parse_from();
    Stmt* parse_macro();
    Stmt* parse_call_block();
    Stmt* parse_filter_block();
    Stmt* parse_print();
    Stmt* parse_do();
    Stmt* parse_loop_control();
    void parse_trans(Body& body);
    void parse_signature(MacroInfo& macro);
    bool parse_import_context(bool& with_context);
    Value parse_name_target(int* line = nullptr);
    Expr* parse_assign_target(const Names& end_names = {}, bool with_namespace = false);
    void set_usage(Expr* expr, Usage usage);

    // Translations.
    struct Variable {
        std::string name;
        Expr* expr;
    };
    struct Translation {
        int line = 0;
        bool has_context = false, has_plural = false, is_num = false;
        int trimmed = -1;
        Value context;
        std::vector<Variable> variables;
        Expr* plural_expr = nullptr;
        std::string singular, plural;
        bool has_references = false;
        Stmt* assignment = nullptr;
    };
    void parse_trans_variables(Translation& trans);
    std::string parse_trans_text(std::vector<std::string>& referenced, bool may_pluralize);
    void add_referenced(Translation& trans, const std::vector<std::string>& names);
    Stmt* make_trans(Translation& trans);
    Expr* make_name(const std::string& name, int line, Usage usage = Usage::Load);

    // Expressions.
    Expr* parse_expression(bool with_condition = true);
    Expr* parse_condition();
    Expr* parse_or();
    Expr* parse_and();
    Expr* parse_not();
    Expr* parse_compare();
    bool parse_comparison(Comparison& comparison);
    Expr* parse_sum();
    Expr* parse_concat();
    Expr* parse_product();
    Expr* parse_power();
    Expr* parse_unary(bool with_filter = true);
    Expr* parse_primary();
    Expr* parse_string();
    Expr* parse_tuple(bool is_simple = false,
                      bool with_condition = true,
                      const Names& end_names = {},
                      bool is_in_parentheses = false);
    Expr* parse_list();
    Expr* parse_dict();
    Expr* parse_postfix(Expr* expr);
    Expr* parse_filter_expr(Expr* expr);
    Expr* parse_subscript(Expr* expr);
    Expr* parse_subscribed();
    Expr* parse_call(Expr* expr);
    void parse_arguments(Expr* expr);
    Expr* parse_filter(Expr* expr, bool starts_inline = false);
    Expr* parse_test(Expr* expr);
    std::string parse_dotted_name();
    bool is_tuple_end(const Names& end_names) const;
    Expr* binary(BinaryOperator op, Expr* left, Expr* right, int line);

    /// Counts nesting, which is limited.
    class Level;

    Program& program_;
    const Syntax& syntax_;
    const Extensions& extensions_;
    Lexer lexer_;
    Token current_;
    std::deque<Token> pushed_;
    bool is_closed_ = false;
    int depth_ = 0;
    std::vector<std::string> tags_;
    std::vector<Names> end_names_;
};

}  // namespace indrik::templates
