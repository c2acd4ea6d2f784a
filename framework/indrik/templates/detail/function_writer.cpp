// Statements.
#include "indrik/templates/detail/function_writer.hpp"

namespace indrik::templates::detail {

namespace {

std::string_view keyword_of(StmtKind kind) {
    switch (kind) {
        case StmtKind::Extends:
            return "extends";
        case StmtKind::For:
            return "for";
        case StmtKind::If:
            return "if";
        case StmtKind::Macro:
            return "macro";
        case StmtKind::CallBlock:
            return "call";
        case StmtKind::FilterBlock:
            return "filter";
        case StmtKind::With:
            return "with";
        case StmtKind::Block:
            return "block";
        case StmtKind::Include:
            return "include";
        case StmtKind::Import:
        case StmtKind::FromImport:
            return "import";
        case StmtKind::Do:
            return "do";
        case StmtKind::Assign:
        case StmtKind::AssignBlock:
            return "set";
        case StmtKind::Autoescape:
            return "autoescape";
        default:
            return {};
    }
}

/// Whether a break or continue in the body leaves it, for a loop around it.
bool jumps_out(const Body& body) {
    for (const Stmt* stmt : body) {
        if (stmt->kind == StmtKind::Break || stmt->kind == StmtKind::Continue) return true;
        if (stmt->kind == StmtKind::For) {
            if (jumps_out(stmt->else_body)) return true;
            continue;
        }
        if (stmt->kind == StmtKind::Macro || stmt->kind == StmtKind::CallBlock) continue;
        if (jumps_out(stmt->body) || jumps_out(stmt->else_body)) return true;
        for (const Stmt* elif : stmt->elifs) {
            if (jumps_out(elif->body)) return true;
        }
    }
    return false;
}

}  // namespace

std::string FunctionWriter::write(const Body& body) {
    write_body(body);
    std::string sites;
    for (std::size_t i = 0; i < sites_; ++i)
        sites += "    Native::MacroSite k" + std::to_string(i) + ";\n";
    if (has_pen_) sites += "    detail::Pen p(n.out());\n";
    return sites + out_;
}

std::string FunctionWriter::write_direct(const MacroInfo& macro) {
    for (const std::uint32_t slot : macro.slots)
        parameters_.emplace(slot, "a" + std::to_string(slot));
    indent_ += 4;
    write_body(macro.function.body);
    return out_;
}

std::string FunctionWriter::pen() {
    has_pen_ = has_pen_ || pen_ == "p";
    return pen_;
}

void FunctionWriter::line(std::string_view text) {
    out_.append(indent_, ' ');
    out_ += text;
    out_ += '\n';
}

void FunctionWriter::open(std::string_view text) {
    line(text);
    indent_ += 4;
    line_ = 0;
}

void FunctionWriter::close(std::string_view text) {
    indent_ -= 4;
    line_ = 0;
    line(text);
}

void FunctionWriter::at(int number) {
    if (number == line_) return;
    line("n.line(" + std::to_string(number) + ");");
    line_ = number;
}

void FunctionWriter::scoped(const std::function<void()>& write) {
    std::string before;
    before.swap(out_);
    const std::size_t names = names_;
    indent_ += 4;
    write();
    indent_ -= 4;
    std::string written;
    written.swap(out_);
    out_ = std::move(before);
    if (names_ != names) {
        line("{");
        out_ += written;
        line("}");
        return;
    }
    // No block is needed: the lines move back to where they belong.
    for (std::size_t begin = 0; begin < written.size();) {
        const std::size_t end = written.find('\n', begin) + 1;
        out_.append(written, begin + 4, end - begin - 4);
        begin = end;
    }
}

void FunctionWriter::write_body(const Body& body) {
    const std::size_t defined = defined_.size();
    for (const Stmt* stmt : body) {
        write_stmt(*stmt);
        // What a statement assigns has a value in those after it.
        if (stmt->kind == StmtKind::Assign) define_target(*stmt->target);
        if (stmt->kind == StmtKind::Macro || stmt->kind == StmtKind::Import)
            defined_.push_back(stmt->location.slot);
        for (const Location location : stmt->locations) defined_.push_back(location.slot);
    }
    defined_.resize(defined);
}

void FunctionWriter::write_stmt(const Stmt& stmt) {
    if (const std::string_view keyword = keyword_of(stmt.kind); !keyword.empty())
        line("// line " + std::to_string(stmt.line) + ": " + std::string(keyword));
    const bool has_own_output = stmt.kind == StmtKind::With || stmt.kind == StmtKind::Scope ||
                                stmt.kind == StmtKind::Autoescape ||
                                stmt.kind == StmtKind::FilterBlock ||
                                stmt.kind == StmtKind::AssignBlock;
    if ((has_own_output && jumps_out(stmt.body)) ||
        (stmt.kind == StmtKind::For && (stmt.loop->is_recursive || jumps_out(stmt.else_body)))) {
        write_by_renderer(stmt);
        return;
    }
    switch (stmt.kind) {
        case StmtKind::Output:
            write_output(stmt);
            break;
        case StmtKind::If:
            line("n.step();");
            write_if(stmt);
            break;
        case StmtKind::For:
            line("n.step();");
            write_for(stmt);
            break;
        case StmtKind::Assign:
            line("n.step();");
            write_assign(stmt);
            break;
        case StmtKind::With:
            line("n.step();");
            write_with(stmt);
            break;
        case StmtKind::Scope:
            line("n.step();");
            write_enter(stmt);
            write_body(stmt.body);
            write_leave(stmt);
            break;
        case StmtKind::Autoescape:
            line("n.step();");
            write_autoescape(stmt);
            break;
        case StmtKind::FilterBlock:
            write_captured(stmt, "finish_filter_block");
            break;
        case StmtKind::AssignBlock:
            write_captured(stmt, "finish_assign_block");
            break;
        case StmtKind::Do:
            line("n.step();");
            scoped([&] {
                at(stmt.line);
                line("static_cast<void>(" + value(*stmt.expr).text + ");");
            });
            break;
        case StmtKind::Break:
            line("n.step();");
            line("break;");
            break;
        case StmtKind::Continue:
            line("n.step();");
            line("continue;");
            break;
        default:
            write_by_renderer(stmt);
            break;
    }
}

void FunctionWriter::write_by_renderer(const Stmt& stmt) {
    const std::string run = "n.run(" + numbers_.of(stmt) + ")";
    line_ = 0;
    const bool jumps = stmt.kind == StmtKind::For
                           ? jumps_out(stmt.else_body)
                           : stmt.kind != StmtKind::CallBlock && stmt.kind != StmtKind::Macro &&
                                 stmt.kind != StmtKind::Block && jumps_out(stmt.body);
    line(pen() + ".close();");
    if (!jumps) {
        line(run + ";");
        line(pen() + ".open();");
        return;
    }
    const std::string flow = new_name('f');
    line("const Native::Flow " + flow + " = " + run + ";");
    line(pen() + ".open();");
    line("if (" + flow + " == Native::Flow::Break) break;");
    line("if (" + flow + " == Native::Flow::Continue) continue;");
}

void FunctionWriter::write_if(const Stmt& stmt) {
    scoped([&] { write_branch(stmt, 0); });
    line_ = 0;
}

/// The condition with that number, what follows it, and the branches after it.
void FunctionWriter::write_branch(const Stmt& stmt, std::size_t branch) {
    const Stmt& arm = branch == 0 ? stmt : *stmt.elifs[branch - 1];
    at(arm.line);
    const std::string condition = truth(*arm.expr);
    open("if (" + condition + ") {");
    write_body(arm.body);
    const bool is_last = branch == stmt.elifs.size();
    if (is_last && stmt.else_body.empty()) {
        close();
        return;
    }
    close("} else {");
    indent_ += 4;
    if (is_last) {
        write_body(stmt.else_body);
    } else {
        write_branch(stmt, branch + 1);
    }
    close();
}

void FunctionWriter::write_for(const Stmt& stmt) {
    const std::string number = numbers_.of(stmt);
    open("{");
    at(stmt.line);
    Operand iterable = value(*stmt.expr);
    if (!iterable.is_own) iterable = define(iterable.text);
    const std::string name = "loop" + std::to_string(++names_);
    line("detail::Loop " + name + " = n.loop(" + number + ", " + iterable.text + ");");
    open("while (" + name + ".next()) {");
    line_ = stmt.line;
    if (stmt.loop->is_private) loops_.push_back({name, stmt.loop->loop_slot});
    const std::size_t defined = defined_.size();
    define_target(*stmt.target);
    if (stmt.loop->is_extended) defined_.push_back(stmt.loop->loop_slot);
    ++loop_depth_;
    write_body(stmt.body);
    --loop_depth_;
    defined_.resize(defined);
    if (stmt.loop->is_private) loops_.pop_back();
    const bool jumps = !stmt.body.empty() && (stmt.body.back()->kind == StmtKind::Break ||
                                              stmt.body.back()->kind == StmtKind::Continue);
    if (!jumps) line(name + ".completed();");
    close();
    at(stmt.line);
    line(name + ".leave();");
    if (!stmt.else_body.empty()) {
        open("if (!" + name + ".has_run()) {");
        line("n.enter_else(" + number + ");");
        write_body(stmt.else_body);
        line("n.leave_else(" + number + ");");
        close();
    }
    close();
}

void FunctionWriter::write_enter(const Stmt& stmt) {
    if (!stmt.scope.loads.empty()) line("n.enter(" + numbers_.of(stmt) + ");");
}

void FunctionWriter::write_leave(const Stmt& stmt) {
    if (!stmt.scope.slots.empty()) line("n.leave(" + numbers_.of(stmt) + ");");
}

void FunctionWriter::write_with(const Stmt& stmt) {
    write_enter(stmt);
    at(stmt.line);
    for (std::size_t i = 0; i < stmt.targets.size(); ++i) {
        scoped([&] {
            const Operand operand = value(*stmt.exprs[i]);
            const Expr& target = *stmt.targets[i];
            if (target.kind == ExprKind::Name) {
                line(slot(target.location) + " = " + operand.moved() + ";");
            } else {
                line("n.assign(" + numbers_.of(target) + ", " + operand.moved() + ");");
            }
        });
    }
    write_body(stmt.body);
    write_leave(stmt);
}

void FunctionWriter::write_autoescape(const Stmt& stmt) {
    open("{");
    at(stmt.line);
    const std::string is_on = truth(*stmt.expr);
    const std::string outer = new_name('a');
    line("const Native::Autoescape " + outer + " = n.set_autoescape(" + is_on + ");");
    write_body(stmt.body);
    line("n.restore(" + outer + ");");
    close();
}

void FunctionWriter::write_captured(const Stmt& stmt, std::string_view finish) {
    line("n.step();");
    write_enter(stmt);
    open("{");
    const std::string text = new_name('t');
    line("std::string " + text + ";");
    open("{");
    line("const Native::Capture " + new_name('c') + "(n, " + text + ");");
    std::string outer = new_name('p');
    line("detail::Pen " + outer + "(n.out());");
    pen_.swap(outer);
    write_body(stmt.body);
    pen_.swap(outer);
    close();
    write_closed("n." + std::string(finish) + "(" + numbers_.of(stmt) + ", " + text + ");");
    close();
    write_leave(stmt);
}

void FunctionWriter::write_assign(const Stmt& stmt) {
    scoped([&] {
        at(stmt.line);
        const Expr& target = *stmt.target;
        if (target.kind == ExprKind::NamespaceRef)
            line("n.check_namespace(" + numbers_.of(stmt) + ");");
        const Operand operand = value(*stmt.expr);
        if (target.kind == ExprKind::Name) {
            line(slot(target.location) + " = " + operand.moved() + ";");
        } else {
            line("n.assign(" + numbers_.of(target) + ", " + operand.moved() + ");");
        }
    });
    if (!stmt.exports.empty()) line("n.export_names(" + numbers_.of(stmt) + ");");
}

}  // namespace indrik::templates::detail
