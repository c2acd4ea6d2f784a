// Expressions. Each operand gets a name before the next one is computed, because C++ leaves the order of arguments open and
// errors must come in the order of the template.
#include <algorithm>
#include <array>

#include "indrik/templates/detail/function_writer.hpp"

namespace indrik::templates::detail {

namespace {

constexpr std::array<std::string_view, 7> kOperators = {
    "Add", "Subtract", "Multiply", "Divide", "FloorDivide", "Modulo", "Power"};
constexpr std::array<std::string_view, 8> kComparisons = {
    "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "In", "NotIn"};

template <std::size_t Size, class Enum>
std::string enumerator(const std::array<std::string_view, Size>& names,
                       std::string_view type,
                       Enum value) {
    return std::string(type) + "::" + std::string(names[static_cast<std::size_t>(value)]);
}

}  // namespace

std::string FunctionWriter::slot(Location location) const {
    if (location.hops == 0) {
        const auto parameter = parameters_.find(location.slot);
        if (parameter != parameters_.end()) return parameter->second;
    }
    const std::string index = std::to_string(location.slot);
    return location.hops == 0 ? "n.slot(" + index + ")"
                              : "n.slot(" + index + ", " + std::to_string(location.hops) + ")";
}

bool FunctionWriter::is_defined(Location location) const {
    return location.hops == 0 && std::ranges::find(defined_, location.slot) != defined_.end();
}

void FunctionWriter::define_target(const Expr& target) {
    if (target.kind == ExprKind::Name && target.location.hops == 0)
        defined_.push_back(target.location.slot);
    for (const Expr* inner : target.items) define_target(*inner);
}

FunctionWriter::Operand FunctionWriter::define(const std::string& text) {
    const std::string name = new_name('v');
    line("Value " + name + " = " + text + ";");
    return {name, true, true};
}

const std::string* FunctionWriter::private_loop(const Expr& expr) const {
    if (expr.kind != ExprKind::Name || expr.location.hops != 0) return nullptr;
    for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
        if (loop->slot == expr.location.slot && expr.value.string() == "loop") return &loop->name;
    }
    return nullptr;
}

FunctionWriter::Operand FunctionWriter::value(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::Const:
            return {"n.constant(" + numbers_.of(expr) + ")", false, true};
        case ExprKind::Name: {
            // Expressions assign no variables: the reference stays valid.
            if (is_defined(expr.location)) return {slot(expr.location), false, true};
            const std::string undefined = new_name('u');
            const std::string name = new_name('v');
            line("Value " + undefined + ";");
            line("const Value& " + name + " = n.name(" + slot(expr.location) + ", " +
                 numbers_.of(expr) + ", " + undefined + ");");
            return {name, false, true};
        }
        case ExprKind::Attribute:
            return attribute(expr);
        default:
            return fresh(expr);
    }
}

FunctionWriter::Operand FunctionWriter::kept(const Expr& expr) {
    Operand operand = value(expr);
    return operand.is_kept ? operand : define(operand.text);
}

FunctionWriter::Operand FunctionWriter::attribute(const Expr& expr) {
    if (const std::string* loop = private_loop(*expr.first)) {
        const std::string_view name = expr.value.string();
        if (name == "index" || name == "index0" || name == "first")
            return define(*loop + "." + std::string(name) + "()");
    }
    const Operand object = value(*expr.first);
    const std::string scratch = new_name('s');
    const std::string name = new_name('v');
    line("Value " + scratch + ";");
    line("const Value& " + name + " = n.attribute(" + object.text + ", " + numbers_.of(expr) +
         ", " + scratch + ");");
    return {name};
}

std::string FunctionWriter::truth(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::Not:
            return "!" + truth(*expr.first);
        case ExprKind::And:
        case ExprKind::Or: {
            const std::string name = new_name('b');
            const std::string left = truth(*expr.first);
            line("bool " + name + " = " + left + ";");
            open(std::string("if (") + (expr.kind == ExprKind::Or ? "!" : "") + name + ") {");
            const std::string right = truth(*expr.second);
            line(name + " = " + right + ";");
            close();
            return name;
        }
        case ExprKind::Compare:
            return comparison(expr);
        default:
            return "n.is_true(" + value(expr).text + ")";
    }
}

FunctionWriter::Operand FunctionWriter::fresh(const Expr& expr) {
    const std::string number = numbers_.of(expr);
    const auto operands = [&] {
        std::vector<Operand> result;
        for (const Expr* item : expr.items) result.push_back(kept(*item));
        return result;
    };
    switch (expr.kind) {
        case ExprKind::Tuple:
        case ExprKind::List: {
            const std::string make =
                expr.kind == ExprKind::Tuple ? "Value::tuple(" : "Value::list(";
            if (expr.items.empty()) return define(make + ")");
            return define(make + "n.values(" + array(operands()) + "))");
        }
        case ExprKind::Dict:
            return dict(expr);
        case ExprKind::Binary: {
            const Operand left = kept(*expr.first);
            const Operand right = value(*expr.second);
            return define("binary(" + enumerator(kOperators, "BinaryOperator", expr.op) + ", " +
                          left.text + ", " + right.text + ", n.runtime())");
        }
        case ExprKind::Negate:
        case ExprKind::Positive: {
            const Operand operand = kept(*expr.first);
            return define((expr.kind == ExprKind::Negate ? "negate(" : "positive(") + operand.text +
                          ")");
        }
        case ExprKind::Not:
        case ExprKind::Compare:
            return define("Value(" + truth(expr) + ")");
        case ExprKind::And:
        case ExprKind::Or:
            return choice(expr);
        case ExprKind::Conditional:
            return conditional(expr);
        case ExprKind::Call:
            return call(expr);
        case ExprKind::Filter:
        case ExprKind::Test:
            return filter(expr);
        case ExprKind::Item:
            return item(expr);
        case ExprKind::Concat:
            return define("n.concat(" + number + ", " + array(operands()) + ")");
        case ExprKind::MarkIfAutoescape:
            return define("n.mark_if_autoescape(" + kept(*expr.first).text + ")");
        default:
            return define("n.evaluate(" + number + ")");
    }
}

/// `a and b`, `a or b`
FunctionWriter::Operand FunctionWriter::choice(const Expr& expr) {
    const Operand left = value(*expr.first);
    Operand result = left.is_own ? left : define(left.text);
    open(std::string("if (") + (expr.kind == ExprKind::Or ? "!" : "") + "n.is_true(" + result.text +
         ")) {");
    const Operand right = value(*expr.second);
    line(result.text + " = " + right.moved() + ";");
    close();
    return result;
}

std::string FunctionWriter::comparison(const Expr& expr) {
    const std::string result = new_name('b');
    Operand left = kept(*expr.first);
    const auto compare = [&](std::size_t i) {
        const Operand right = kept(*expr.items[i]);
        line("n.step();");
        const std::string text = "compare(" +
                                 enumerator(kComparisons, "Comparison", expr.comparisons[i]) +
                                 ", " + left.text + ", " + right.text + ")";
        left = right;
        return text;
    };
    const std::string first = compare(0);
    const bool is_chain = expr.items.size() > 1;
    line((is_chain ? "bool " : "const bool ") + result + " = " + first + ";");
    // `a < b < c`: the rest is only looked at while it holds.
    for (std::size_t i = 1; i < expr.items.size(); ++i) {
        open("if (" + result + ") {");
        line(result + " = " + compare(i) + ";");
    }
    for (std::size_t i = 1; i < expr.items.size(); ++i) close();
    return result;
}

FunctionWriter::Operand FunctionWriter::conditional(const Expr& expr) {
    const Operand result = define("Value()");
    const std::string condition = truth(*expr.first);
    open("if (" + condition + ") {");
    const Operand yes = value(*expr.second);
    line(result.text + " = " + yes.moved() + ";");
    close("} else {");
    indent_ += 4;
    const std::string no =
        expr.third ? value(*expr.third).moved() : "n.otherwise(" + numbers_.of(expr) + ")";
    line(result.text + " = " + no + ";");
    close();
    return result;
}

FunctionWriter::Operand FunctionWriter::item(const Expr& expr) {
    if (expr.second->kind == ExprKind::Slice)
        return define("n.evaluate(" + numbers_.of(expr) + ")");
    const Operand object = kept(*expr.first);
    const Operand key = value(*expr.second);
    return define("get_item(n.runtime(), " + object.text + ", " + key.text + ")");
}

FunctionWriter::Operand FunctionWriter::dict(const Expr& expr) {
    const std::string name = new_name('d');
    line("Dict " + name + ";");
    for (std::size_t i = 0; i + 1 < expr.items.size(); i += 2) {
        const Operand key = kept(*expr.items[i]);
        const Operand entry = value(*expr.items[i + 1]);
        line(name + ".set(" + key.moved() + ", " + entry.moved() + ");");
    }
    return define("Value::dict(std::move(" + name + "))");
}

FunctionWriter::Operand FunctionWriter::filter(const Expr& expr) {
    line("n.step();");
    const Operand self = expr.first ? kept(*expr.first) : define("n.filter_input()");
    const bool is_custom = !expr.callable.is_none();
    const std::string given = arguments(expr, is_custom ? &self : nullptr);
    return define("n.filter(" + numbers_.of(expr) + ", " + self.text +
                  (given.empty() ? "" : ", " + given) + ")");
}

const std::string* FunctionWriter::cycled_loop(const Expr& expr) const {
    const Expr& callee = *expr.first;
    const bool is_cycle = callee.kind == ExprKind::Attribute && callee.value.string() == "cycle" &&
                          !expr.items.empty() && !expr.call;
    return is_cycle ? private_loop(*callee.first) : nullptr;
}

/// `loop.cycle(...)`, or nothing.
std::string FunctionWriter::cycle(const Expr& expr) {
    const std::string* loop = cycled_loop(expr);
    if (!loop) return {};
    line("n.step();");
    std::string items;
    for (const Expr* one : expr.items) items += (items.empty() ? "" : ", ") + kept(*one).text;
    return *loop + ".cycle(" + items + ")";
}

FunctionWriter::Operand FunctionWriter::call(const Expr& expr) {
    if (const std::string text = cycle(expr); !text.empty()) {
        const std::string name = new_name('v');
        line("const Value& " + name + " = " + text + ";");
        return {name, false, true};
    }
    line("n.step();");
    const Expr& callee = *expr.first;
    if (callee.kind == ExprKind::Attribute) {
        const Operand object = kept(*callee.first);
        const Operand function =
            define("n.find_method(" + numbers_.of(callee) + ", " + object.text + ")");
        const std::string given = arguments(expr);
        return define("n.call_method(" + numbers_.of(callee) + ", " + object.text + ", " +
                      function.text + ", n.arguments(" + given + "))");
    }
    const Operand function = kept(callee);
    const std::string given = arguments(expr);
    return define("templates::call(" + function.text + ", n.arguments(" + given + "))");
}

std::string FunctionWriter::array(const std::vector<Operand>& operands) {
    const std::string name = new_name('a');
    std::string items;
    for (const Operand& operand : operands) items += (items.empty() ? "" : ", ") + operand.moved();
    line("Value " + name + "[] = {" + items + "};");
    return name;
}

std::vector<FunctionWriter::Operand> FunctionWriter::positional(const Expr& expr) {
    std::vector<Operand> operands;
    // Nothing is computed after the last one that could make it invalid.
    for (const Expr* one : expr.items)
        operands.push_back(one == expr.items.back() ? value(*one) : kept(*one));
    return operands;
}

std::string FunctionWriter::arguments(const Expr& expr, const Operand* self) {
    if (!expr.is_spread) {
        std::vector<Operand> operands;
        if (self) {
            operands.push_back(*self);
            operands.back().is_own = false;  // it is looked at once more
        }
        const std::vector<Operand> given = positional(expr);
        operands.insert(operands.end(), given.begin(), given.end());
        return operands.empty() ? std::string() : array(operands);
    }
    const std::string number = numbers_.of(expr);
    const std::string name = new_name('c');
    line("Native::CallValues " + name + ";");
    if (self) line(name + ".add() = " + self->text + ";");
    for (const Expr* one : expr.items) {
        const Operand operand = value(*one);
        line(name + ".add() = " + operand.moved() + ";");
    }
    for (std::size_t i = 0; i < expr.call->keywords.size(); ++i) {
        const Operand operand = value(*expr.call->keywords[i].value);
        line("n.keyword(" + name + ", " + number + ", " + std::to_string(i) + ", " +
             operand.moved() + ");");
    }
    if (expr.call->rest) line("n.rest(" + name + ", " + value(*expr.call->rest).text + ");");
    if (expr.call->rest_keywords) {
        const Operand rest = value(*expr.call->rest_keywords);
        line("n.rest_keywords(" + name + ", " + rest.text + ");");
    }
    return name;
}

}  // namespace indrik::templates::detail
