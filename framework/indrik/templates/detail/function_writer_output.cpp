// What statements write: texts, values, and calls of macros.
#include "indrik/templates/detail/cpp_literal.hpp"
#include "indrik/templates/detail/frame.hpp"
#include "indrik/templates/detail/function_writer.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

void FunctionWriter::write_output(const Stmt& stmt) {
    line("n.step();");
    if (stmt.output.empty()) return;
    if (stmt.checks_parent) open("if (!n.has_parent()) {");
    for (const OutputItem& item : stmt.output) write_item(item);
    line("n.check_bytes(" + pen() + ");");
    if (stmt.checks_parent) close();
}

void FunctionWriter::write_text(std::string_view text) {
    for (const std::string_view piece : literal_pieces(text)) {
        const std::string call = pen() + ".text(";
        line(call + cpp_literal(piece, indent_ + call.size()) + ");");
    }
}

void FunctionWriter::write_item(const OutputItem& item) {
    if (!item.expr) {
        write_text(item.text);
        return;
    }
    scoped([&] {
        at(item.line);
        const std::string escapes = item.escaping == Escaping::Dynamic ? "n.escapes()"
                                    : item.escaping == Escaping::On    ? "true"
                                                                       : "false";
        write_value(*item.expr, escapes);
    });
}

/// `loop.cycle('odd', 'even')`: the texts are known.
bool FunctionWriter::write_cycle(const Expr& expr, const std::string& escapes) {
    const std::string* loop = cycled_loop(expr);
    if (!loop || escapes == "n.escapes()") return false;
    for (const Expr* item : expr.items) {
        if (item->kind != ExprKind::Const || !item->value.is_string()) return false;
    }
    line("n.step();");
    open("switch (" + *loop + ".turn(" + std::to_string(expr.items.size()) + ")) {");
    for (std::size_t i = 0; i < expr.items.size(); ++i) {
        std::string text;
        const Value& item = expr.items[i]->value;
        escapes == "true" ? append_escaped(text, item) : append_str(text, item);
        line(i + 1 < expr.items.size() ? "case " + std::to_string(i) + ":" : "default:");
        indent_ += 4;
        write_text(text);
        line("break;");
        indent_ -= 4;
    }
    close();
    return true;
}

void FunctionWriter::write_operand(const std::string& text, const std::string& escapes) {
    line("n.write(" + pen() + ", " + text + ", " + escapes + ");");
}

void FunctionWriter::write_closed(const std::string& call) {
    line(pen() + ".close();");
    line(call);
    line(pen() + ".open();");
}

void FunctionWriter::write_value(const Expr& expr, const std::string& escapes) {
    if (expr.kind == ExprKind::Call && write_cycle(expr, escapes)) return;
    if (expr.kind == ExprKind::Call && write_call(expr, escapes)) return;
    if (expr.kind == ExprKind::Filter && expr.builtin && expr.builtin->print && expr.first &&
        !expr.is_spread && expr.items.empty()) {
        line("n.step();");
        const Operand self = value(*expr.first);
        line("n.write_filter(" + pen() + ", " + numbers_.of(expr) + ", " + self.text + ", " +
             escapes + ");");
        return;
    }
    const Operand operand = value(expr);
    write_operand(operand.text, escapes);
}

/// The argument that names a place for the frames of calls, if this one is in a loop. Places take room on the stack.
std::string FunctionWriter::macro_site(const Expr& expr) {
    constexpr std::size_t kMostSites = 8;
    const bool is_plain =
        !expr.is_spread && !expr.items.empty() && expr.items.size() <= LightFrame::kFew;
    if (!is_plain || loop_depth_ == 0 || sites_ == kMostSites) return "";
    return "k" + std::to_string(sites_++);
}

/// A macro, which writes straight into the output.
bool FunctionWriter::write_call(const Expr& expr, const std::string& escapes) {
    const Expr& callee = *expr.first;
    const bool is_module = callee.kind == ExprKind::Attribute &&
                           callee.first->kind == ExprKind::Name && !callee.methods;
    if (callee.kind != ExprKind::Name && !is_module) return false;
    if (is_module && private_loop(*callee.first)) return false;
    const std::string macro = new_name('m');
    if (is_module) {
        const Operand object = kept(*callee.first);
        const std::string number = numbers_.of(callee);
        line("const Value " + macro + " = n.module_macro(" + number + ", " + object.text + ", " +
             escapes + ");");
        const std::string function = new_name('v');
        line("const Value " + function + " = " + macro + ".is_missing() ? n.find_method(" + number +
             ", " + object.text + ") : Value();");
        const std::string given = arguments(expr);
        open("if (" + macro + ".is_missing()) {");
        write_operand("n.call_method(" + number + ", " + object.text + ", " + function +
                          ", n.arguments(" + given + "))",
                      escapes);
        close("} else {");
        indent_ += 4;
        write_closed("n.write_macro(" + macro + (given.empty() ? "" : ", " + given) + ");");
        close();
        return true;
    }
    const Operand function = kept(callee);
    const std::string site = macro_site(expr);
    const std::string argument = site.empty() ? "" : site + ", ";
    line("const bool " + macro + " = n.is_macro(" + argument + function.text + ", " + escapes +
         ");");
    std::vector<Operand> operands;
    std::string given;
    if (site.empty()) {
        given = arguments(expr);
    } else {
        operands = positional(expr);
    }
    const DirectMacro* const direct =
        site.empty() ? nullptr : direct_.find(callee, operands.size());
    if (direct) {
        open("if (" + macro + " && " + site + ".is_code(" + function.text + ", " +
             direct->code_name + ")) {");
        std::string call = direct->function_name + "(n, " + site + ", " + pen();
        for (const Operand& operand : operands) call += ", " + operand.text;
        line(call + ");");
        close("} else if (" + macro + ") {");
        indent_ += 4;
    } else {
        open("if (" + macro + ") {");
    }
    std::string call = "n.write_macro(" + argument + function.text;
    if (!given.empty()) call += ", " + given;
    for (const Operand& operand : operands) call += ", " + operand.text;
    write_closed(call + ");");
    close("} else {");
    indent_ += 4;
    if (!operands.empty()) given = array(operands);
    write_operand("templates::call(" + function.text + ", n.arguments(" + given + "))", escapes);
    close();
    return true;
}

}  // namespace indrik::templates::detail
