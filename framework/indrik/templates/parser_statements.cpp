#include "indrik/templates/detail/parser_level.hpp"
#include "indrik/templates/parser.hpp"

namespace indrik::templates {

namespace {

constexpr std::string_view kConstants[] = {"true", "false", "none", "True", "False", "None"};

bool is_constant_name(std::string_view name) {
    for (const std::string_view constant : kConstants) {
        if (constant == name) return true;
    }
    return false;
}

/// The kind as Jinja2's messages name it.
std::string_view kind_name(ExprKind kind) {
    constexpr std::string_view kNames[] = {"const",   "name",
                                           "nsref",   "tuple",
                                           "list",    "dict",
                                           "add",     "neg",
                                           "pos",     "not",
                                           "and",     "or",
                                           "compare", "condexpr",
                                           "call",    "filter",
                                           "test",    "getattr",
                                           "getitem", "slice",
                                           "concat",  "marksafeifautoescape"};
    return kNames[static_cast<std::size_t>(kind)];
}

bool can_assign(const Expr& expr) {
    if (expr.kind == ExprKind::NamespaceRef) return true;
    if (expr.kind == ExprKind::Name) return !is_constant_name(expr.value.string());
    if (expr.kind != ExprKind::Tuple) return false;
    for (const Expr* item : expr.items) {
        if (!can_assign(*item)) return false;
    }
    return true;
}

bool is_blank(const Body& body) {
    for (const Stmt* stmt : body) {
        if (stmt->kind != StmtKind::Output) return false;
        for (const Expr* expr : stmt->exprs) {
            const bool is_data = expr->kind == ExprKind::Const && expr->usage == Usage::Store;
            if (!is_data ||
                expr->value.string().find_first_not_of(" \t\r\n\v\f") != std::string_view::npos) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

void Parser::set_usage(Expr* expr, Usage usage) {
    if (expr->kind == ExprKind::Name) expr->usage = usage;
    for (Expr* item : expr->items) set_usage(item, usage);
}

Value Parser::parse_name_target(int* line) {
    const Token token = expect(TokenType::Name);
    if (line) *line = token.line;
    if (is_constant_name(token.text)) fail_at("can't assign to 'name'", token.line);
    return Value(token.text);
}

Expr* Parser::parse_assign_target(const Names& end_names, bool with_namespace) {
    Expr* target = nullptr;
    if (with_namespace && look().type == TokenType::Dot) {
        const Token name = expect(TokenType::Name);
        advance();
        const Token attribute = expect(TokenType::Name);
        target = program_.make(ExprKind::NamespaceRef, name.line);
        target->value = Value(name.text);
        target->text = attribute.text;
        return target;
    }
    target = parse_tuple(true, true, end_names);
    set_usage(target, Usage::Store);
    if (!can_assign(*target))
        fail_at("can't assign to '" + std::string(kind_name(target->kind)) + "'", target->line);
    return target;
}

Stmt* Parser::parse_set() {
    const int line = advance().line;
    Expr* target = parse_assign_target({}, true);
    if (skip_if(TokenType::Assign)) {
        Stmt* stmt = program_.make(StmtKind::Assign, line);
        stmt->target = target;
        stmt->expr = parse_tuple();
        return stmt;
    }
    Stmt* stmt = program_.make(StmtKind::AssignBlock, line);
    stmt->target = target;
    stmt->expr = parse_filter(nullptr);
    stmt->body = parse_statements({"endset"}, true);
    return stmt;
}

Stmt* Parser::parse_for() {
    Stmt* stmt = program_.make(StmtKind::For, advance().line);
    stmt->loop = std::make_unique<LoopInfo>();
    stmt->target = parse_assign_target({"in"});
    expect_name("in");
    stmt->expr = parse_tuple(false, false, {"recursive"});
    if (skip_name("if")) stmt->test = parse_expression();
    stmt->loop->is_recursive = skip_name("recursive");
    stmt->body = parse_statements({"endfor", "else"}, false);
    if (advance().text != "endfor") stmt->else_body = parse_statements({"endfor"}, true);
    return stmt;
}

Stmt* Parser::parse_if() {
    Stmt* result = program_.make(StmtKind::If, advance().line);
    Stmt* stmt = result;
    for (;;) {
        stmt->expr = parse_tuple(false, false);
        stmt->body = parse_statements({"elif", "else", "endif"}, false);
        const Token token = advance();
        if (token.text == "elif") {
            stmt = program_.make(StmtKind::If, current_.line);
            result->elifs.push_back(stmt);
            continue;
        }
        if (token.text == "else") result->else_body = parse_statements({"endif"}, true);
        return result;
    }
}

Stmt* Parser::parse_with() {
    Stmt* stmt = program_.make(StmtKind::With, advance().line);
    while (!at(TokenType::BlockEnd)) {
        if (!stmt->targets.empty()) expect(TokenType::Comma);
        Expr* target = parse_assign_target();
        set_usage(target, Usage::Parameter);
        stmt->targets.push_back(target);
        expect(TokenType::Assign);
        stmt->exprs.push_back(parse_expression());
    }
    stmt->body = parse_statements({"endwith"}, true);
    return stmt;
}

Stmt* Parser::parse_autoescape() {
    const int line = advance().line;
    Stmt* modifier = program_.make(StmtKind::Autoescape, line);
    modifier->expr = parse_expression();
    modifier->body = parse_statements({"endautoescape"}, true);
    Stmt* scope = program_.make(StmtKind::Scope, line);
    scope->body.push_back(modifier);
    return scope;
}

Stmt* Parser::parse_block() {
    Stmt* stmt = program_.make(StmtKind::Block, advance().line);
    stmt->name = Value(expect(TokenType::Name).text);
    stmt->flag = skip_name("scoped");
    stmt->is_required = skip_name("required");
    if (at(TokenType::Sub)) {
        fail_here(
            "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, "
            "use an underscore "
            "instead.");
    }
    stmt->body = parse_statements({"endblock"}, true);
    if (stmt->is_required && !is_blank(stmt->body)) {
        fail_here("Required blocks can only contain comments or whitespace");
    }
    skip_name(stmt->name.string());
    return stmt;
}

Stmt* Parser::parse_extends() {
    Stmt* stmt = program_.make(StmtKind::Extends, advance().line);
    stmt->expr = parse_expression();
    return stmt;
}

bool Parser::parse_import_context(bool& with_context) {
    const bool is_context = (at_name("with") || at_name("without")) &&
                            look().type == TokenType::Name && look().text == "context";
    if (!is_context) return false;
    with_context = advance().text == "with";
    advance();
    return true;
}

Stmt* Parser::parse_include() {
    Stmt* stmt = program_.make(StmtKind::Include, advance().line);
    stmt->expr = parse_expression();
    if (at_name("ignore") && look().type == TokenType::Name && look().text == "missing") {
        stmt->ignores_missing = true;
        advance();
        advance();
    }
    stmt->flag = true;
    parse_import_context(stmt->flag);
    return stmt;
}

Stmt* Parser::parse_import() {
    Stmt* stmt = program_.make(StmtKind::Import, advance().line);
    stmt->expr = parse_expression();
    expect_name("as");
    stmt->name = parse_name_target();
    parse_import_context(stmt->flag);
    return stmt;
}

Stmt* Parser::parse_from() {
    Stmt* stmt = program_.make(StmtKind::FromImport, advance().line);
    stmt->expr = parse_expression();
    expect_name("import");
    for (;;) {
        if (!stmt->names.empty()) expect(TokenType::Comma);
        if (!at(TokenType::Name)) fail_unexpected("name");
        if (parse_import_context(stmt->flag)) break;
        int line = 0;
        const Value name = parse_name_target(&line);
        if (name.string().starts_with('_')) {
            fail_at(
                "names starting with an underline can not be imported", line, ErrorKind::Assertion);
        }
        Value alias = name;
        if (skip_name("as")) alias = parse_name_target();
        stmt->names.emplace_back(name, alias);
        if (parse_import_context(stmt->flag) || !at(TokenType::Comma)) break;
    }
    return stmt;
}

void Parser::parse_signature(MacroInfo& macro) {
    expect(TokenType::LParen);
    while (!at(TokenType::RParen)) {
        if (!macro.parameters.empty()) expect(TokenType::Comma);
        int line = 0;
        const Value name = parse_name_target(&line);
        Expr* argument = make_name(std::string(name.string()), line, Usage::Parameter);
        if (skip_if(TokenType::Assign)) {
            macro.defaults.push_back(parse_expression());
        } else if (!macro.defaults.empty()) {
            fail_here("non-default argument follows default argument");
        }
        macro.parameters.push_back(name);
        macro.arguments.push_back(argument);
    }
    expect(TokenType::RParen);
}

Stmt* Parser::parse_macro() {
    Stmt* stmt = program_.make(StmtKind::Macro, advance().line);
    stmt->macro = std::make_unique<MacroInfo>();
    stmt->name = parse_name_target();
    stmt->macro->name = stmt->name;
    parse_signature(*stmt->macro);
    stmt->body = parse_statements({"endmacro"}, true);
    return stmt;
}

Stmt* Parser::parse_call_block() {
    Stmt* stmt = program_.make(StmtKind::CallBlock, advance().line);
    stmt->macro = std::make_unique<MacroInfo>();
    if (at(TokenType::LParen)) parse_signature(*stmt->macro);
    stmt->expr = parse_expression();
    if (stmt->expr->kind != ExprKind::Call) fail_at("expected call", stmt->line);
    stmt->body = parse_statements({"endcall"}, true);
    return stmt;
}

Stmt* Parser::parse_filter_block() {
    Stmt* stmt = program_.make(StmtKind::FilterBlock, advance().line);
    stmt->expr = parse_filter(nullptr, true);
    stmt->body = parse_statements({"endfilter"}, true);
    return stmt;
}

Stmt* Parser::parse_print() {
    Stmt* stmt = program_.make(StmtKind::Output, advance().line);
    while (!at(TokenType::BlockEnd)) {
        if (!stmt->exprs.empty()) expect(TokenType::Comma);
        stmt->exprs.push_back(parse_expression());
    }
    return stmt;
}

Stmt* Parser::parse_do() {
    Stmt* stmt = program_.make(StmtKind::Do, advance().line);
    stmt->expr = parse_tuple();
    return stmt;
}

Stmt* Parser::parse_loop_control() {
    const Token token = advance();
    return program_.make(token.text == "break" ? StmtKind::Break : StmtKind::Continue, token.line);
}

}  // namespace indrik::templates
