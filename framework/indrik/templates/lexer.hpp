#pragma once
// Template text to tokens, one at a time: what comes first, a mistake of the lexer or of the parser, is reported first.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/templates/syntax.hpp"
#include "indrik/templates/value.hpp"

namespace indrik::templates {

enum class TokenType : std::uint8_t {
    Add,
    Assign,
    Colon,
    Comma,
    Div,
    Dot,
    Eq,
    FloorDiv,
    Gt,
    GtEq,
    LBrace,
    LBracket,
    LParen,
    Lt,
    LtEq,
    Mod,
    Mul,
    Ne,
    Pipe,
    Pow,
    RBrace,
    RBracket,
    RParen,
    Semicolon,
    Sub,
    Tilde,
    Float,
    Integer,
    Name,
    String,
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Data,
    Eof,
    Initial
};

struct Token {
    int line = 1;
    TokenType type = TokenType::Initial;
    std::string text;  // of names, strings and data
    Value number;
};

/// As error messages name it: "+", "end of statement block", "integer".
std::string_view describe(TokenType type);
/// A name stands for itself.
std::string describe(const Token& token);

class Lexer {
public:
    /// Lifetime: `syntax` outlives the lexer.
    Lexer(std::string_view source, const Syntax& syntax);

    /// False at the end. Errors: TemplateSyntaxError; error_line() tells where.
    bool next(Token& token);
    int error_line() const { return line_; }

private:
    enum class State : std::uint8_t {
        Root,
        Comment,
        Block,
        Variable,
        Raw,
        LineStatement,
        LineComment
    };
    enum class RuleKind : std::uint8_t {
        Raw,
        Comment,
        Block,
        Variable,
        LineStatement,
        LineComment
    };
    struct RootRule {
        RuleKind kind;
        std::string_view start;
    };
    struct RootMatch {
        RuleKind kind;
        std::size_t begin, end;
        char sign;
    };

    void lex_root();
    void lex_comment();
    void lex_raw();
    void lex_tag();
    void lex_line_comment();
    bool match_root_at(std::size_t position, RootMatch& match) const;
    bool match_raw_at(std::size_t position, RootMatch& match) const;
    /// The end of a tag at `position`, or npos.
    std::size_t match_end(std::size_t position,
                          std::string_view end,
                          bool may_keep,
                          bool may_trim) const;
    std::size_t match_line_statement_end() const;
    std::size_t skip_space(std::size_t position) const;
    /// Emits the data before a tag, without what its sign strips.
    void emit_data(std::size_t begin, std::size_t end, char sign, bool is_variable);
    void emit(TokenType type, std::string text = {});
    void advance(std::size_t end);
    bool lex_number();
    bool lex_name();
    bool lex_string();
    bool lex_operator();
    void push(State state) { states_.push_back(state); }

    std::string source_;
    const Syntax& syntax_;
    std::vector<RootRule> rules_;
    std::vector<State> states_{State::Root};
    std::string balancing_;
    std::size_t position_ = 0;
    int line_ = 1;
    bool is_line_start_ = true;
    bool is_done_ = false;
    std::deque<Token> pending_;
};

}  // namespace indrik::templates
