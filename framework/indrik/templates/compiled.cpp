#include "indrik/templates/compiled.hpp"

#include <bit>
#include <unordered_map>

#include "indrik/templates/detail/frame.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

/// Changes when the generated code and this library would no longer mean the same.
constexpr std::uint64_t kFormat = 2;

/// Hashes a program, node by node in the order in which they were made.
class Fingerprint {
public:
    explicit Fingerprint(const Program& program) {
        std::uint64_t number = 0;
        for (const Expr& expr : program.exprs) numbers_.emplace(&expr, ++number);
        for (const Stmt& stmt : program.stmts) numbers_.emplace(&stmt, ++number);
        add(kFormat);
        add(program.uses_self, program.self_slot, program.has_extends);
        add(program.root);
        add(program.blocks.size());
        for (const Program::Block& block : program.blocks) {
            add(block.name);
            add(block.uses_self, block.uses_super, block.self_slot, block.super_slot, block.line);
            add(block.function);
        }
        for (const Expr& expr : program.exprs) add(expr);
        for (const Stmt& stmt : program.stmts) add(stmt);
    }

    std::uint64_t result() const { return state_; }

private:
    template <class... Numbers>
    requires(sizeof...(Numbers) > 1) void add(Numbers... numbers) { (add(numbers), ...); }
    template <class T>
    requires std::integral<T> || std::is_enum_v<T>
    void add(T number) {
        state_ = (std::rotl(state_, 5) ^ static_cast<std::uint64_t>(number)) * 0x9E3779B97F4A7C15;
    }
    void add(std::string_view text) {
        add(text.size());
        for (const char c : text) add(static_cast<unsigned char>(c));
    }
    void add(const Value& value) {
        add(value.kind(), value.is_markup());
        switch (value.kind()) {
            case Kind::Bool:
            case Kind::Int:
                add(value.integer());
                break;
            case Kind::Float:
                add(std::bit_cast<std::uint64_t>(value.floating()));
                break;
            case Kind::String:
                add(value.string());
                break;
            case Kind::Tuple:
                add(value.items());
                break;
            default:
                break;  // constants are of no other kind
        }
    }
    void add(Location location) { add(location.hops, location.slot); }
    void add(const Expr* expr) { add(expr ? numbers_.at(expr) : 0); }
    void add(const Stmt* stmt) { add(numbers_.at(stmt)); }
    template <class First, class Second>
    void add(const std::pair<First, Second>& pair) {
        add(pair.first);
        add(pair.second);
    }
    template <class T>
    void add(const std::vector<T>& items) {
        add(items.size());
        for (const T& item : items) add(item);
    }
    void add(const Load& load) {
        add(load.action, load.slot);
        add(load.name);
        add(load.source);
    }
    void add(const Scope& scope) {
        add(scope.loads);
        add(scope.slots);
    }
    void add(const Function& function) {
        add(function.slots, function.is_captured, function.keeps_frame);
        add(function.scope);
        add(function.body);
    }
    void add(const OutputItem& item) {
        add(std::string_view(item.text));
        add(item.expr);
        add(item.line, item.escaping);
    }
    void add(const KeywordExpr& keyword) {
        add(keyword.name);
        add(keyword.value);
    }
    void add(const Expr& expr) {
        add(expr.kind, expr.op, expr.usage, expr.escaping, expr.is_spread, expr.line);
        add(expr.location);
        add(expr.value);
        for (const Expr* child : {expr.first, expr.second, expr.third}) add(child);
        add(expr.items);
        add(expr.comparisons);
        if (expr.call) {
            add(expr.call->keywords);
            add(expr.call->rest);
            add(expr.call->rest_keywords);
        }
        add(expr.builtin ? expr.builtin->name : std::string_view());
        add(expr.builtin && expr.builtin->print, expr.callable.is_none());
        for (std::size_t i = 0; expr.methods && i < std::size(expr.methods->by_kind); ++i)
            add(expr.methods->by_kind[i] != nullptr);
        if (expr.kind == ExprKind::NamespaceRef) add(std::string_view(expr.text));
    }
    void add(const Stmt& stmt) {
        add(stmt.kind, stmt.line, stmt.flag, stmt.is_required, stmt.ignores_missing);
        add(stmt.checks_parent, stmt.is_toplevel, stmt.is_rootlevel);
        for (const Expr* expr : {stmt.expr, stmt.target, stmt.test}) add(expr);
        add(stmt.targets);
        if (stmt.kind == StmtKind::With) add(stmt.exprs);
        add(stmt.body);
        add(stmt.else_body);
        add(stmt.elifs);
        add(stmt.name);
        add(stmt.location);
        add(stmt.names);
        add(stmt.locations);
        add(stmt.output);
        add(stmt.exports);
        add(stmt.locals);
        add(stmt.scope);
        if (stmt.macro) add(*stmt.macro);
        if (stmt.loop) add(*stmt.loop);
    }
    void add(const MacroInfo& macro) {
        add(macro.name);
        add(macro.parameters);
        add(macro.arguments);
        add(macro.defaults);
        add(macro.slots);
        add(macro.uses_caller, macro.uses_kwargs, macro.uses_varargs, macro.has_explicit_caller);
        add(macro.function);
    }
    void add(const LoopInfo& loop) {
        add(loop.filter_target);
        add(loop.filter_scope);
        add(loop.outer_loads);
        add(loop.body_scope);
        add(loop.else_scope);
        add(loop.is_extended, loop.is_recursive, loop.is_private, loop.loop_slot);
        if (loop.function) add(*loop.function);
    }

    std::uint64_t state_ = 0;
    std::unordered_map<const void*, std::uint64_t> numbers_;
};

}  // namespace

std::uint64_t fingerprint(const Program& program) {
    return Fingerprint(program).result();
}

std::vector<Function*> functions_of(Program& program) {
    std::vector<Function*> functions{&program.root};
    for (Program::Block& block : program.blocks) functions.push_back(&block.function);
    for (Stmt& stmt : program.stmts) {
        if (stmt.macro) functions.push_back(&stmt.macro->function);
        if (stmt.loop && stmt.loop->function) functions.push_back(stmt.loop->function.get());
    }
    return functions;
}

bool attach(Program& program, const CompiledTemplate& compiled) {
    if (compiled.functions.empty() || compiled.fingerprint != fingerprint(program)) return false;
    const std::vector<Function*> functions = functions_of(program);
    if (functions.size() != compiled.functions.size()) return false;
    for (std::size_t i = 0; i < functions.size(); ++i) functions[i]->native = compiled.functions[i];
    for (const Expr& expr : program.exprs) program.numbered_exprs.push_back(&expr);
    for (const Stmt& stmt : program.stmts) program.numbered_stmts.push_back(&stmt);
    for (Stmt& stmt : program.stmts) {
        if (!stmt.macro) continue;
        MacroInfo& macro = *stmt.macro;
        const Function& function = macro.function;
        bool is_light = macro.is_plain && !macro.parameters.empty() &&
                        function.native.size() == 1 && function.scope.loads.empty() &&
                        !function.keeps_frame && function.slots <= detail::LightFrame::kFew;
        for (std::size_t i = 0; i < macro.slots.size(); ++i)
            is_light = is_light && macro.slots[i] == i;
        macro.is_light = is_light;
        if (is_light) macro.light_line = macro.arguments[0]->line;
    }
    program.is_native = true;
    return true;
}

CompiledLoader::CompiledLoader(std::span<const CompiledTemplate> templates) {
    for (const CompiledTemplate& compiled : templates) templates_.emplace(compiled.name, &compiled);
}

std::optional<TemplateSource> CompiledLoader::load(std::string_view name) const {
    const auto found = templates_.find(name);
    if (found == templates_.end()) return std::nullopt;
    TemplateSource source;
    for (const std::string_view piece : found->second->source) source.text += piece;
    source.compiled = found->second;
    return source;
}

std::vector<std::string> CompiledLoader::names() const {
    std::vector<std::string> result;
    for (const auto& [name, compiled] : templates_) result.emplace_back(name);
    return result;
}

}  // namespace indrik::templates
