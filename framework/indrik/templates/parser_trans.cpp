// {% trans %}: the text becomes the argument of gettext(), its variables those of the % operator.
#include <algorithm>

#include "indrik/templates/detail/parser_level.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/parser.hpp"

namespace indrik::templates {

namespace {

/// Without white space at the ends; newlines with the white space around them become one blank.
std::string trim_lines(const std::string& text) {
    const std::u32string points = detail::to_points(text);
    std::u32string result;
    for (std::size_t i = 0; i < points.size();) {
        std::size_t end = i;
        bool has_newline = false;
        while (end < points.size() && detail::is_space(points[end]))
            has_newline |= points[end++] == '\n';
        if (end == i) {
            result += points[i++];
            continue;
        }
        const bool is_at_edge = i == 0 || end == points.size();
        if (!is_at_edge) result += has_newline ? std::u32string(U" ") : points.substr(i, end - i);
        i = end;
    }
    return detail::from_points(result);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

}  // namespace

Expr* Parser::make_name(const std::string& name, int line, Usage usage) {
    Expr* expr = program_.make(ExprKind::Name, line);
    expr->value = Value(name);
    expr->usage = usage;
    return expr;
}

void Parser::parse_trans_variables(Translation& trans) {
    while (!at(TokenType::BlockEnd)) {
        if (!trans.variables.empty()) expect(TokenType::Comma);
        if (skip_if(TokenType::Colon)) break;
        const Token token = expect(TokenType::Name);
        for (const Variable& other : trans.variables) {
            if (other.name == token.text) {
                fail_at("translatable variable '" + token.text + "' defined twice.",
                        token.line,
                        ErrorKind::Assertion);
            }
        }
        Expr* expr = nullptr;
        if (skip_if(TokenType::Assign)) {
            expr = parse_expression();
        } else if (trans.trimmed < 0 && (token.text == "trimmed" || token.text == "notrimmed")) {
            trans.trimmed = token.text == "trimmed" ? 1 : 0;
            continue;
        } else {
            expr = make_name(token.text, trans.line);
        }
        trans.variables.push_back({token.text, expr});
        if (trans.plural_expr) continue;
        trans.plural_expr = expr;
        if (expr->kind == ExprKind::Call) {
            trans.plural_expr = make_name("_trans", trans.line);
            trans.variables.back().expr = trans.plural_expr;
            trans.assignment = program_.make(StmtKind::Assign, trans.line);
            trans.assignment->target = make_name("_trans", trans.line, Usage::Store);
            trans.assignment->expr = expr;
        }
        trans.is_num = token.text == "num";
    }
    expect(TokenType::BlockEnd);
}

std::string Parser::parse_trans_text(std::vector<std::string>& referenced, bool may_pluralize) {
    std::string text;
    for (;;) {
        if (at(TokenType::Data)) {
            text += replace_all(advance().text, "%", "%%");
        } else if (at(TokenType::VariableBegin)) {
            advance();
            const std::string name = expect(TokenType::Name).text;
            referenced.push_back(name);
            text += "%(" + name + ")s";
            expect(TokenType::VariableEnd);
        } else if (at(TokenType::BlockBegin)) {
            advance();
            if (at_name("endtrans")) return text;
            if (at_name("pluralize")) {
                if (may_pluralize) return text;
                fail_here("a translatable section can have only one pluralize section");
            }
            fail_here("control structures in translatable sections are not allowed");
        } else {
            fail_here("unclosed translation block");
        }
    }
}

void Parser::add_referenced(Translation& trans, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        trans.has_references = true;
        const bool is_known = std::any_of(
            trans.variables.begin(), trans.variables.end(), [&](const Variable& variable) {
                return variable.name == name;
            });
        if (!is_known) trans.variables.push_back({name, make_name(name, trans.line)});
    }
}

void Parser::parse_trans(Body& body) {
    Translation trans;
    trans.line = advance().line;
    if (at(TokenType::String)) {
        trans.has_context = true;
        trans.context = Value(advance().text);
    }
    parse_trans_variables(trans);
    const std::size_t given = trans.variables.size();
    std::vector<std::string> names;
    trans.singular = parse_trans_text(names, true);
    if (!names.empty() && !trans.plural_expr) {
        trans.plural_expr = make_name(names[0], trans.line);
        trans.is_num = names[0] == "num";
    }
    if (at_name("pluralize")) {
        trans.has_plural = true;
        advance();
        if (!at(TokenType::BlockEnd)) {
            const Token token = expect(TokenType::Name);
            const auto found =
                std::find_if(trans.variables.begin(),
                             trans.variables.begin() + static_cast<std::ptrdiff_t>(given),
                             [&](const Variable& variable) { return variable.name == token.text; });
            if (found == trans.variables.begin() + static_cast<std::ptrdiff_t>(given)) {
                fail_at("unknown variable '" + token.text + "' for pluralization",
                        token.line,
                        ErrorKind::Assertion);
            }
            trans.plural_expr = found->expr;
            trans.is_num = token.text == "num";
        }
        expect(TokenType::BlockEnd);
        trans.plural = parse_trans_text(names, false);
    }
    advance();
    add_referenced(trans, names);
    if (trans.has_plural && !trans.plural_expr) fail_at("pluralize without variables", trans.line);
    if (trans.trimmed < 0 ? extensions_.trims_translations : trans.trimmed == 1) {
        trans.singular = trim_lines(trans.singular);
        trans.plural = trim_lines(trans.plural);
    }
    if (trans.assignment) body.push_back(trans.assignment);
    body.push_back(make_trans(trans));
}

Stmt* Parser::make_trans(Translation& trans) {
    if (!trans.has_references) {
        trans.singular = replace_all(trans.singular, "%%", "%");
        trans.plural = replace_all(trans.plural, "%%", "%");
    }
    const auto constant = [&](Value value) {
        Expr* expr = program_.make(ExprKind::Const, trans.line);
        expr->value = std::move(value);
        return expr;
    };
    std::string function = trans.has_plural ? "ngettext" : "gettext";
    if (trans.has_context) function.insert(function.begin() + (trans.has_plural ? 1 : 0), 'p');
    Expr* call = program_.make(ExprKind::Call, trans.line);
    call->first = make_name(function, trans.line);
    if (trans.has_context) call->items.push_back(constant(trans.context));
    call->items.push_back(constant(Value(trans.singular)));
    if (trans.has_plural) {
        call->items.push_back(constant(Value(trans.plural)));
        call->items.push_back(trans.plural_expr);
    }
    Expr* result = program_.make(ExprKind::MarkIfAutoescape, trans.line);
    result->first = call;
    if (!trans.variables.empty()) {
        Expr* dict = program_.make(ExprKind::Dict, trans.line);
        for (const Variable& variable : trans.variables) {
            dict->items.push_back(constant(Value(variable.name)));
            dict->items.push_back(variable.expr);
        }
        result = binary(BinaryOperator::Modulo, result, dict, trans.line);
    }
    Stmt* stmt = program_.make(StmtKind::Output, trans.line);
    stmt->exprs.push_back(result);
    return stmt;
}

}  // namespace indrik::templates
