#include "indrik/templates/symbols.hpp"

#include "indrik/templates/detail/visit.hpp"

namespace indrik::templates {

namespace {
std::string text_of(const Value& name) {
    return std::string(name.string());
}
}  // namespace

std::uint32_t FunctionScope::slot(int level, const std::string& name) {
    const auto [found, is_new] = slots_.try_emplace({level, name}, function_.slots);
    if (is_new) ++function_.slots;
    return found->second;
}

const Variable* Symbols::find(const std::string& name) const {
    for (const Symbols* symbols = this; symbols; symbols = symbols->parent_) {
        if (const auto found = symbols->refs_.find(name); found != symbols->refs_.end())
            return &found->second;
    }
    return nullptr;
}

Variable Symbols::define(const std::string& name, LoadInfo load) {
    const Variable variable{function_, function_->slot(slot_level_, name)};
    refs_[name] = variable;
    loads_.insert_or_assign(variable.slot, std::move(load));
    return variable;
}

bool Symbols::is_unresolved(const std::string& name) const {
    for (const Symbols* symbols = this; symbols; symbols = symbols->parent_) {
        if (symbols->stores(name)) return false;
        const auto found = symbols->refs_.find(name);
        if (found == symbols->refs_.end()) continue;
        const auto load = symbols->loads_.find(found->second.slot);
        return load != symbols->loads_.end() && load->second.action == Action::Resolve;
    }
    return false;
}

void Symbols::store(const std::string& name) {
    stores_.insert(name);
    if (refs_.contains(name)) return;
    if (const Variable* outer = parent_ ? parent_->find(name) : nullptr) {
        define(name, {Action::Alias, name, *outer});
    } else {
        define(name, {Action::Undefined, name, {}});
    }
}

Variable Symbols::declare_parameter(const std::string& name) {
    stores_.insert(name);
    return define(name, {Action::Parameter, name, {}});
}

void Symbols::load(const std::string& name) {
    if (!find(name)) define(name, {Action::Resolve, name, {}});
}

void Symbols::merge(const std::vector<Symbols>& branches) {
    std::map<std::string, std::size_t> counts;
    for (const Symbols& branch : branches) {
        for (const std::string& name : branch.stores_) {
            if (!stores_.contains(name)) ++counts[name];
        }
    }
    for (const Symbols& branch : branches) {
        for (const auto& [name, variable] : branch.refs_) refs_[name] = variable;
        for (const auto& [slot, load] : branch.loads_) loads_.insert_or_assign(slot, load);
        stores_.insert(branch.stores_.begin(), branch.stores_.end());
    }
    for (const auto& [name, count] : counts) {
        if (count == branches.size()) continue;
        const Variable* outer = parent_ ? parent_->find(name) : nullptr;
        loads_.insert_or_assign(
            refs_.at(name).slot,
            outer ? LoadInfo{Action::Alias, name, *outer} : LoadInfo{Action::Resolve, name, {}});
    }
}

std::vector<std::pair<std::string, Variable>> Symbols::all_stores() const {
    std::vector<std::pair<std::string, Variable>> result;
    std::set<std::string> seen;
    for (const Symbols* symbols = this; symbols; symbols = symbols->parent_) {
        for (const std::string& name : symbols->stores_) {
            if (seen.insert(name).second) result.emplace_back(name, *find(name));
        }
    }
    return result;
}

Scope Symbols::scope(const FunctionScope& from) const {
    Scope scope;
    for (const auto& [slot, load] : loads_) {
        scope.slots.push_back(slot);
        switch (load.action) {
            case Action::Parameter:
                break;
            case Action::Resolve:
                scope.loads.push_back({LoadAction::Resolve, slot, Value(load.name), {}});
                break;
            case Action::Undefined:
                scope.loads.push_back({LoadAction::Undefined, slot, {}, {}});
                break;
            case Action::Alias:
                scope.loads.push_back(
                    {LoadAction::Alias,
                     slot,
                     {},
                     {from.depth() - load.source.function->depth(), load.source.slot}});
                break;
        }
    }
    return scope;
}

void Symbols::analyze(const Body& body) {
    for (const Stmt* stmt : body) visit(*stmt);
}

void Symbols::analyze_exprs(const Exprs& exprs) {
    for (const Expr* expr : exprs) visit(*expr);
}

void Symbols::visit_parameters(const Expr& target) {
    if (target.kind == ExprKind::Name) declare_parameter(text_of(target.value));
    for (const Expr* item : target.items) visit_parameters(*item);
}

void Symbols::visit(const Expr& expr) {
    if (expr.kind == ExprKind::Name) {
        switch (expr.usage) {
            case Usage::Parameter:
                declare_parameter(text_of(expr.value));
                break;
            case Usage::Store:
                store(text_of(expr.value));
                break;
            case Usage::Load:
                load(text_of(expr.value));
                break;
        }
        return;
    }
    if (expr.kind == ExprKind::NamespaceRef) load(text_of(expr.value));
    detail::for_each_child(expr, [this](const Expr& child) { visit(child); });
}

void Symbols::visit_branches(const Stmt& stmt) {
    visit(*stmt.expr);
    std::vector<Symbols> branches;
    for (int i = 0; i < 3; ++i) {
        Symbols branch = *this;
        if (i == 0) branch.analyze(stmt.body);
        if (i == 1) branch.analyze(stmt.elifs);
        if (i == 2) branch.analyze(stmt.else_body);
        branches.push_back(std::move(branch));
    }
    merge(branches);
}

void Symbols::visit(const Stmt& stmt) {
    switch (stmt.kind) {
        case StmtKind::If:
            visit_branches(stmt);
            break;
        case StmtKind::Macro:
            store(text_of(stmt.name));
            break;
        case StmtKind::Import:
            visit(*stmt.expr);
            store(text_of(stmt.name));
            break;
        case StmtKind::FromImport:
            visit(*stmt.expr);
            for (const auto& [name, alias] : stmt.names) store(text_of(alias));
            break;
        case StmtKind::Assign:
            visit(*stmt.expr);
            visit(*stmt.target);
            break;
        case StmtKind::AssignBlock:
            visit(*stmt.target);
            break;
        case StmtKind::For:
        case StmtKind::CallBlock:
        case StmtKind::FilterBlock:
            visit(*stmt.expr);
            break;
        case StmtKind::With:
            analyze_exprs(stmt.exprs);
            break;
        case StmtKind::Scope:
        case StmtKind::Block:
            break;
        case StmtKind::Autoescape:
            visit(*stmt.expr);
            analyze(stmt.body);
            break;
        default:
            if (stmt.expr) visit(*stmt.expr);
            analyze_exprs(stmt.exprs);
            break;
    }
}

}  // namespace indrik::templates
