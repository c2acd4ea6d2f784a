// The stream of tokens, and what statements have in common.
#include "indrik/templates/parser.hpp"

#include "indrik/templates/detail/parser_level.hpp"

namespace indrik::templates {

Parser::Parser(Program& program, const Syntax& syntax, const Extensions& extensions)
    : program_(program), syntax_(syntax), extensions_(extensions), lexer_(program.source, syntax) {
    current_.line = 1;
    advance();
}

void Parser::parse() {
    program_.root.body = parse_body({});
}

Expr* Parser::parse_lone_expression() {
    Expr* expr = parse_expression();
    if (!at(TokenType::Eof)) fail_here("chunk after expression");
    return expr;
}

Token Parser::next_token() {
    Token token;
    try {
        if (!is_closed_ && lexer_.next(token)) return token;
    } catch (TemplateError& error) {
        error.add_place(program_.name, lexer_.error_line(), program_.source);
        throw;
    }
    is_closed_ = true;
    token.line = current_.line;
    token.type = TokenType::Eof;
    return token;
}

Token Parser::advance() {
    Token old = std::move(current_);
    current_.line = old.line;
    if (!pushed_.empty()) {
        current_ = std::move(pushed_.front());
        pushed_.pop_front();
    } else if (old.type != TokenType::Eof) {
        current_ = next_token();
    } else {
        current_ = old;
    }
    return old;
}

const Token& Parser::look() {
    if (pushed_.empty()) pushed_.push_back(next_token());
    return pushed_.front();
}

bool Parser::skip_if(TokenType type) {
    if (!at(type)) return false;
    advance();
    return true;
}

bool Parser::skip_name(std::string_view name) {
    if (!at_name(name)) return false;
    advance();
    return true;
}

Token Parser::expect(TokenType type) {
    if (!at(type)) fail_unexpected(std::string(describe(type)));
    return advance();
}

void Parser::expect_name(std::string_view name) {
    if (!at_name(name)) fail_unexpected(std::string(name));
    advance();
}

void Parser::fail_at(std::string message, int line, ErrorKind kind) const {
    TemplateSyntaxError error(kind, std::move(message));
    error.add_place(program_.name, line, program_.source);
    throw error;
}

void Parser::fail_unexpected(const std::string& expected) const {
    if (at(TokenType::Eof)) fail_here("unexpected end of template, expected '" + expected + "'.");
    fail_here("expected token '" + expected + "', got '" + describe(current_) + "'");
}

void Parser::fail_tag(const std::string* name, int line) const {
    std::string message =
        name ? "Encountered unknown tag '" + *name + "'." : "Unexpected end of template.";
    if (!end_names_.empty()) {
        std::string wanted;
        bool is_expected = false;
        for (const Names& names : end_names_) {
            for (const std::string_view other : names)
                is_expected = is_expected || (name && other == *name);
        }
        for (const std::string_view other : end_names_.back()) {
            wanted += (wanted.empty() ? "'" : " or '") + std::string(other) + "'";
        }
        message += is_expected ? " You probably made a nesting mistake. Jinja is expecting this "
                                 "tag, but currently looking for "
                               : " Jinja was looking for the following tags: ";
        message += wanted + ".";
    }
    if (!tags_.empty())
        message += " The innermost block that needs to be closed is '" + tags_.back() + "'.";
    fail_at(std::move(message), line);
}

Body Parser::parse_body(const Names& end_names) {
    const Level level(*this);
    Body body;
    Stmt* data = nullptr;
    const auto add_data = [&](Expr* expr) {
        if (!data) data = program_.make(StmtKind::Output, expr->line);
        data->exprs.push_back(expr);
    };
    const auto flush = [&] {
        if (data) body.push_back(data);
        data = nullptr;
    };
    if (!end_names.empty()) end_names_.push_back(end_names);
    while (!at(TokenType::Eof)) {
        if (at(TokenType::Data)) {
            Expr* text = program_.make(ExprKind::Const, current_.line);
            text->value = Value::markup(current_.text);
            text->usage = Usage::Store;  // marks template data, which is never escaped
            if (!current_.text.empty()) add_data(text);
            advance();
        } else if (at(TokenType::VariableBegin)) {
            advance();
            add_data(parse_tuple());
            expect(TokenType::VariableEnd);
        } else {
            flush();
            expect(TokenType::BlockBegin);
            for (const std::string_view name : end_names) {
                if (!at_name(name)) continue;
                end_names_.pop_back();
                return body;
            }
            parse_statement(body);
            expect(TokenType::BlockEnd);
        }
    }
    flush();
    if (!end_names.empty()) end_names_.pop_back();
    return body;
}

Body Parser::parse_statements(const Names& end_names, bool drop_end) {
    skip_if(TokenType::Colon);
    expect(TokenType::BlockEnd);
    Body body = parse_body(end_names);
    if (at(TokenType::Eof)) {
        end_names_.push_back(end_names);
        fail_tag(nullptr, current_.line);
    }
    if (drop_end) advance();
    return body;
}

void Parser::parse_statement(Body& body) {
    if (!at(TokenType::Name)) fail_here("tag name expected");
    const std::string name = current_.text;
    const int line = current_.line;
    tags_.push_back(name);
    if (!parse_known_statement(name, body)) {
        tags_.pop_back();
        fail_tag(&name, line);
    }
    tags_.pop_back();
}

bool Parser::parse_known_statement(const std::string& name, Body& body) {
    struct Entry {
        std::string_view name;
        Stmt* (Parser::*parse)();
    };
    static constexpr Entry kStatements[] = {{"for", &Parser::parse_for},
                                            {"if", &Parser::parse_if},
                                            {"block", &Parser::parse_block},
                                            {"extends", &Parser::parse_extends},
                                            {"print", &Parser::parse_print},
                                            {"macro", &Parser::parse_macro},
                                            {"include", &Parser::parse_include},
                                            {"from", &Parser::parse_from},
                                            {"import", &Parser::parse_import},
                                            {"set", &Parser::parse_set},
                                            {"with", &Parser::parse_with},
                                            {"autoescape", &Parser::parse_autoescape},
                                            {"call", &Parser::parse_call_block},
                                            {"filter", &Parser::parse_filter_block}};
    for (const Entry& entry : kStatements) {
        if (entry.name != name) continue;
        body.push_back((this->*entry.parse)());
        return true;
    }
    if (name == "do" && extensions_.expression_statement) {
        body.push_back(parse_do());
    } else if ((name == "break" || name == "continue") && extensions_.loop_controls) {
        body.push_back(parse_loop_control());
    } else if (name == "trans" && extensions_.i18n) {
        parse_trans(body);
    } else {
        return false;
    }
    return true;
}

}  // namespace indrik::templates
