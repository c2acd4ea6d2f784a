#include "indrik/templates/detail/parser_level.hpp"
#include "indrik/templates/parser.hpp"

namespace indrik::templates {

Expr* Parser::binary(BinaryOperator op, Expr* left, Expr* right, int line) {
    Expr* expr = program_.make(ExprKind::Binary, line);
    expr->op = op;
    expr->first = left;
    expr->second = right;
    return expr;
}

Expr* Parser::parse_expression(bool with_condition) {
    const Level level(*this);
    return with_condition ? parse_condition() : parse_or();
}

Expr* Parser::parse_condition() {
    int line = current_.line;
    Expr* value = parse_or();
    while (skip_name("if")) {
        Expr* expr = program_.make(ExprKind::Conditional, line);
        expr->second = value;
        expr->first = parse_or();
        if (skip_name("else")) {
            const Level level(*this);
            expr->third = parse_condition();
        }
        value = expr;
        line = current_.line;
    }
    return value;
}

Expr* Parser::parse_or() {
    int line = current_.line;
    Expr* left = parse_and();
    while (skip_name("or")) {
        Expr* expr = program_.make(ExprKind::Or, line);
        expr->first = left;
        expr->second = parse_and();
        left = expr;
        line = current_.line;
    }
    return left;
}

Expr* Parser::parse_and() {
    int line = current_.line;
    Expr* left = parse_not();
    while (skip_name("and")) {
        Expr* expr = program_.make(ExprKind::And, line);
        expr->first = left;
        expr->second = parse_not();
        left = expr;
        line = current_.line;
    }
    return left;
}

Expr* Parser::parse_not() {
    if (!at_name("not")) return parse_compare();
    const Level level(*this);
    Expr* expr = program_.make(ExprKind::Not, advance().line);
    expr->first = parse_not();
    return expr;
}

bool Parser::parse_comparison(Comparison& comparison) {
    switch (current_.type) {
        case TokenType::Eq:
            comparison = Comparison::Equal;
            break;
        case TokenType::Ne:
            comparison = Comparison::NotEqual;
            break;
        case TokenType::Lt:
            comparison = Comparison::Less;
            break;
        case TokenType::LtEq:
            comparison = Comparison::LessEqual;
            break;
        case TokenType::Gt:
            comparison = Comparison::Greater;
            break;
        case TokenType::GtEq:
            comparison = Comparison::GreaterEqual;
            break;
        case TokenType::Name:
            if (current_.text == "not" && look().type == TokenType::Name && look().text == "in") {
                advance();
                comparison = Comparison::NotIn;
            } else if (current_.text == "in") {
                comparison = Comparison::In;
            } else {
                return false;
            }
            break;
        default:
            return false;
    }
    advance();
    return true;
}

Expr* Parser::parse_compare() {
    int line = current_.line;
    Expr* first = parse_sum();
    Expr* expr = nullptr;
    for (Comparison comparison{}; parse_comparison(comparison);) {
        if (!expr) {
            expr = program_.make(ExprKind::Compare, line);
            expr->first = first;
        }
        expr->comparisons.push_back(comparison);
        expr->items.push_back(parse_sum());
        expr->line = current_.line;
    }
    return expr ? expr : first;
}

Expr* Parser::parse_sum() {
    int line = current_.line;
    Expr* left = parse_concat();
    while (at(TokenType::Add) || at(TokenType::Sub)) {
        const auto op =
            advance().type == TokenType::Add ? BinaryOperator::Add : BinaryOperator::Subtract;
        left = binary(op, left, parse_concat(), line);
        line = current_.line;
    }
    return left;
}

Expr* Parser::parse_concat() {
    const int line = current_.line;
    Expr* first = parse_product();
    if (!at(TokenType::Tilde)) return first;
    Expr* expr = program_.make(ExprKind::Concat, line);
    expr->items.push_back(first);
    while (skip_if(TokenType::Tilde)) expr->items.push_back(parse_product());
    return expr;
}

Expr* Parser::parse_product() {
    int line = current_.line;
    Expr* left = parse_power();
    for (;;) {
        BinaryOperator op{};
        switch (current_.type) {
            case TokenType::Mul:
                op = BinaryOperator::Multiply;
                break;
            case TokenType::Div:
                op = BinaryOperator::Divide;
                break;
            case TokenType::FloorDiv:
                op = BinaryOperator::FloorDivide;
                break;
            case TokenType::Mod:
                op = BinaryOperator::Modulo;
                break;
            default:
                return left;
        }
        advance();
        left = binary(op, left, parse_power(), line);
        line = current_.line;
    }
}

Expr* Parser::parse_power() {
    int line = current_.line;
    Expr* left = parse_unary();
    while (skip_if(TokenType::Pow)) {
        left = binary(BinaryOperator::Power, left, parse_unary(), line);
        line = current_.line;
    }
    return left;
}

Expr* Parser::parse_unary(bool with_filter) {
    const Level level(*this);
    const int line = current_.line;
    Expr* expr = nullptr;
    if (at(TokenType::Sub) || at(TokenType::Add)) {
        expr = program_.make(at(TokenType::Sub) ? ExprKind::Negate : ExprKind::Positive, line);
        advance();
        expr->first = parse_unary(false);
    } else {
        expr = parse_primary();
    }
    expr = parse_postfix(expr);
    return with_filter ? parse_filter_expr(expr) : expr;
}

Expr* Parser::parse_string() {
    Expr* expr = program_.make(ExprKind::Const, current_.line);
    std::string text;
    while (at(TokenType::String)) text += advance().text;
    expr->value = Value(text);
    return expr;
}

Expr* Parser::parse_primary() {
    const int line = current_.line;
    switch (current_.type) {
        case TokenType::Name: {
            const std::string name = advance().text;
            const bool is_true = name == "true" || name == "True";
            const bool is_none = name == "none" || name == "None";
            if (!is_true && !is_none && name != "false" && name != "False")
                return make_name(name, line);
            Expr* expr = program_.make(ExprKind::Const, line);
            expr->value = is_none ? Value() : Value(is_true);
            return expr;
        }
        case TokenType::String:
            return parse_string();
        case TokenType::Integer:
        case TokenType::Float: {
            Expr* expr = program_.make(ExprKind::Const, line);
            expr->value = advance().number;
            return expr;
        }
        case TokenType::LParen: {
            advance();
            Expr* expr = parse_tuple(false, true, {}, true);
            expect(TokenType::RParen);
            return expr;
        }
        case TokenType::LBracket:
            return parse_list();
        case TokenType::LBrace:
            return parse_dict();
        default:
            fail_here("unexpected '" + describe(current_) + "'");
    }
}

bool Parser::is_tuple_end(const Names& end_names) const {
    if (at(TokenType::VariableEnd) || at(TokenType::BlockEnd) || at(TokenType::RParen)) return true;
    for (const std::string_view name : end_names) {
        if (at_name(name)) return true;
    }
    return false;
}

Expr* Parser::parse_tuple(bool is_simple,
                          bool with_condition,
                          const Names& end_names,
                          bool is_in_parentheses) {
    const Level level(*this);
    int line = current_.line;
    Exprs items;
    bool is_tuple = false;
    for (;;) {
        if (!items.empty()) expect(TokenType::Comma);
        if (is_tuple_end(end_names)) break;
        items.push_back(is_simple ? parse_primary() : parse_expression(with_condition));
        if (!at(TokenType::Comma)) break;
        is_tuple = true;
        line = current_.line;
    }
    if (!is_tuple) {
        if (!items.empty()) return items[0];
        if (!is_in_parentheses)
            fail_here("Expected an expression, got '" + describe(current_) + "'");
    }
    Expr* expr = program_.make(ExprKind::Tuple, line);
    expr->items = std::move(items);
    return expr;
}

Expr* Parser::parse_list() {
    Expr* expr = program_.make(ExprKind::List, expect(TokenType::LBracket).line);
    while (!at(TokenType::RBracket)) {
        if (!expr->items.empty()) expect(TokenType::Comma);
        if (at(TokenType::RBracket)) break;
        expr->items.push_back(parse_expression());
    }
    expect(TokenType::RBracket);
    return expr;
}

Expr* Parser::parse_dict() {
    Expr* expr = program_.make(ExprKind::Dict, expect(TokenType::LBrace).line);
    while (!at(TokenType::RBrace)) {
        if (!expr->items.empty()) expect(TokenType::Comma);
        if (at(TokenType::RBrace)) break;
        expr->items.push_back(parse_expression());
        expect(TokenType::Colon);
        expr->items.push_back(parse_expression());
    }
    expect(TokenType::RBrace);
    return expr;
}

Expr* Parser::parse_postfix(Expr* expr) {
    for (;;) {
        if (at(TokenType::Dot) || at(TokenType::LBracket)) {
            expr = parse_subscript(expr);
        } else if (at(TokenType::LParen)) {
            expr = parse_call(expr);
        } else {
            return expr;
        }
    }
}

Expr* Parser::parse_filter_expr(Expr* expr) {
    for (;;) {
        if (at(TokenType::Pipe)) {
            expr = parse_filter(expr);
        } else if (at_name("is")) {
            expr = parse_test(expr);
        } else if (at(TokenType::LParen)) {
            expr = parse_call(expr);
        } else {
            return expr;
        }
    }
}

Expr* Parser::parse_subscript(Expr* object) {
    const Token token = advance();
    if (token.type == TokenType::Dot) {
        const Token name = advance();
        Expr* expr = program_.make(
            name.type == TokenType::Name ? ExprKind::Attribute : ExprKind::Item, token.line);
        expr->first = object;
        if (name.type == TokenType::Name) {
            expr->value = Value(name.text);
            return expr;
        }
        if (name.type != TokenType::Integer) fail_at("expected name or number", name.line);
        expr->second = program_.make(ExprKind::Const, name.line);
        expr->second->value = name.number;
        return expr;
    }
    Exprs arguments;
    while (!at(TokenType::RBracket)) {
        if (!arguments.empty()) expect(TokenType::Comma);
        arguments.push_back(parse_subscribed());
    }
    expect(TokenType::RBracket);
    Expr* expr = program_.make(ExprKind::Item, token.line);
    expr->first = object;
    if (arguments.size() == 1) {
        expr->second = arguments[0];
    } else {
        expr->second = program_.make(ExprKind::Tuple, token.line);
        expr->second->items = std::move(arguments);
    }
    return expr;
}

Expr* Parser::parse_subscribed() {
    const int line = current_.line;
    Expr* start = nullptr;
    if (!at(TokenType::Colon)) {
        start = parse_expression();
        if (!at(TokenType::Colon)) return start;
    }
    advance();
    Expr* slice = program_.make(ExprKind::Slice, line);
    slice->first = start;
    const auto is_open = [&] { return !at(TokenType::RBracket) && !at(TokenType::Comma); };
    if (!at(TokenType::Colon) && is_open()) slice->second = parse_expression();
    if (skip_if(TokenType::Colon) && is_open()) slice->third = parse_expression();
    return slice;
}

Expr* Parser::parse_call(Expr* callee) {
    Expr* expr = program_.make(ExprKind::Call, current_.line);
    expr->first = callee;
    parse_arguments(expr);
    return expr;
}

void Parser::parse_arguments(Expr* expr) {
    const int line = expect(TokenType::LParen).line;
    auto parts = std::make_unique<CallParts>();
    const auto ensure = [&](bool is_fine) {
        if (!is_fine) fail_at("invalid syntax for function call expression", line);
    };
    bool needs_comma = false;
    while (!at(TokenType::RParen)) {
        if (needs_comma) {
            expect(TokenType::Comma);
            if (at(TokenType::RParen)) break;
        }
        if (at(TokenType::Mul)) {
            ensure(!parts->rest && !parts->rest_keywords);
            advance();
            parts->rest = parse_expression();
        } else if (at(TokenType::Pow)) {
            ensure(!parts->rest_keywords);
            advance();
            parts->rest_keywords = parse_expression();
        } else if (at(TokenType::Name) && look().type == TokenType::Assign) {
            ensure(!parts->rest_keywords);
            const Value name(advance().text);
            advance();
            parts->keywords.push_back({name, parse_expression()});
        } else {
            ensure(!parts->rest && !parts->rest_keywords && parts->keywords.empty());
            expr->items.push_back(parse_expression());
        }
        needs_comma = true;
    }
    expect(TokenType::RParen);
    expr->is_spread = !parts->keywords.empty() || parts->rest || parts->rest_keywords;
    if (expr->is_spread) expr->call = std::move(parts);
}

std::string Parser::parse_dotted_name() {
    std::string name = expect(TokenType::Name).text;
    while (skip_if(TokenType::Dot)) name += "." + expect(TokenType::Name).text;
    return name;
}

Expr* Parser::parse_filter(Expr* value, bool starts_inline) {
    while (at(TokenType::Pipe) || starts_inline) {
        if (!starts_inline) advance();
        const int line = current_.line;
        Expr* expr = program_.make(ExprKind::Filter, line);
        expr->value = Value(parse_dotted_name());
        expr->first = value;
        if (at(TokenType::LParen)) parse_arguments(expr);
        value = expr;
        starts_inline = false;
    }
    return value;
}

Expr* Parser::parse_test(Expr* value) {
    const int line = advance().line;
    const bool is_negated = skip_name("not");
    Expr* expr = program_.make(ExprKind::Test, line);
    expr->value = Value(parse_dotted_name());
    expr->first = value;
    const bool is_keyword = at_name("else") || at_name("or") || at_name("and");
    switch (current_.type) {
        case TokenType::LParen:
            parse_arguments(expr);
            break;
        case TokenType::Name:
        case TokenType::String:
        case TokenType::Integer:
        case TokenType::Float:
        case TokenType::LBracket:
        case TokenType::LBrace:
            if (is_keyword) break;
            if (at_name("is")) fail_here("You cannot chain multiple tests with is");
            expr->items.push_back(parse_postfix(parse_primary()));
            break;
        default:
            break;
    }
    if (!is_negated) return expr;
    Expr* negation = program_.make(ExprKind::Not, line);
    negation->first = expr;
    return negation;
}

}  // namespace indrik::templates
