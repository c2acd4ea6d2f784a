#include "indrik/templates/check.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "indrik/templates/compiler.hpp"
#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/detail/visit.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/parser.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

using Names = std::set<std::string, std::less<>>;

/// What templates::setup() gives to every template of a web application.
constexpr std::string_view kWebNames[] = {
    "app", "csrf_token", "get_flashed_messages", "request", "static", "url"};

/// What one template says about itself.
struct Facts {
    Program program;
    std::vector<const Expr*> unresolved;
    std::set<const Expr*> with_default;
    Names tested;     // by `is defined`
    Names exported;   // assigned at the top: blocks, parents and children see them
    Names assigned;   // anywhere: included templates may see them
    Names relatives;  // parents
    Names included;   // with context
    Names context;    // what other templates give to this one
    std::vector<Problem> problems;
};

std::string text_of(const Value& value) {
    return value.is_string() ? std::string(value.string()) : std::string();
}

Value do_nothing(const Arguments&) {
    return {};
}

/// Stands in for the filters and tests that nobody knows, so that the templates which use them can be compiled.
class Stubs {
public:
    explicit Stubs(Environment& environment) : environment_(environment) {}
    bool knows_filter(const std::string& name) {
        if (filters_.contains(name)) return false;
        if (environment_.find_filter(name) || detail::find_filter(name)) return true;
        environment_.add_filter(name, do_nothing);
        filters_.insert(name);
        return false;
    }
    bool knows_test(const std::string& name) {
        if (tests_.contains(name)) return false;
        if (environment_.find_test(name) || detail::find_test(name)) return true;
        environment_.add_test(name, do_nothing);
        tests_.insert(name);
        return false;
    }

private:
    Environment& environment_;
    Names filters_;
    Names tests_;
};

/// Reads a parsed template.
class Reader {
public:
    Reader(Facts& facts, Stubs& stubs, const Loader& loader)
        : facts_(facts), stubs_(stubs), loader_(loader) {}

    void operator()(const Stmt& stmt) {
        switch (stmt.kind) {
            case StmtKind::Extends:
                refer(*stmt.expr, false, &facts_.relatives);
                break;
            case StmtKind::Include:
                refer(*stmt.expr, stmt.ignores_missing, stmt.flag ? &facts_.included : nullptr);
                break;
            case StmtKind::Import:
            case StmtKind::FromImport:
                refer(*stmt.expr, false, stmt.flag ? &facts_.included : nullptr);
                break;
            default:
                break;
        }
        if (stmt.name.is_string() && stmt.kind != StmtKind::Block)
            facts_.assigned.insert(text_of(stmt.name));
        for (const auto& [name, alias] : stmt.names) facts_.assigned.insert(text_of(alias));
        detail::for_each_child(stmt, *this);
    }

    void operator()(const Expr& expr) {
        if (expr.kind == ExprKind::Name && expr.usage != Usage::Load)
            facts_.assigned.insert(text_of(expr.value));
        if (expr.kind == ExprKind::Filter) look_up(expr, "filter");
        if (expr.kind == ExprKind::Test) look_up(expr, "test");
        detail::for_each_child(expr, *this);
    }

private:
    void look_up(const Expr& expr, std::string_view what) {
        const std::string name = text_of(expr.value);
        const bool is_filter = expr.kind == ExprKind::Filter;
        if (expr.first && expr.first->kind == ExprKind::Name) {
            if (is_filter && (name == "default" || name == "d"))
                facts_.with_default.insert(expr.first);
            if (!is_filter && (name == "defined" || name == "undefined"))
                facts_.tested.insert(text_of(expr.first->value));
        }
        if (!(is_filter ? stubs_.knows_filter(name) : stubs_.knows_test(name)))
            report(expr.line, "No " + std::string(what) + " named '" + name + "'.");
    }

    /// The templates that an expression may name, as far as it is known without rendering.
    void refer(const Expr& expr, bool may_be_missing, Names* into) {
        const auto begin = facts_.problems.size();
        std::size_t found = 0, tried = 0;
        const auto try_name = [&](const Value& value, int line) {
            if (!value.is_string()) return;
            ++tried;
            if (loader_.load(value.string())) {
                ++found;
                if (into) into->insert(text_of(value));
            } else if (!may_be_missing) {
                report(line, "template " + to_repr(value) + " is not found");
            }
        };
        switch (expr.kind) {
            case ExprKind::Const:
                try_name(expr.value, expr.line);
                break;
            case ExprKind::Conditional:
                refer(*expr.second, may_be_missing, into);
                if (expr.third) refer(*expr.third, may_be_missing, into);
                break;
            case ExprKind::List:
            case ExprKind::Tuple:
                // The first that exists counts.
                for (const Expr* item : expr.items) {
                    if (item->kind == ExprKind::Const) try_name(item->value, expr.line);
                }
                if (found > 0 || tried < expr.items.size()) facts_.problems.resize(begin);
                break;
            default:
                break;
        }
    }

    void report(int line, std::string message) {
        facts_.problems.push_back({facts_.program.name, line, std::move(message)});
    }

    Facts& facts_;
    Stubs& stubs_;
    const Loader& loader_;
};

Names exported_by(const Program& program) {
    Names names;
    for (const Stmt& stmt : program.stmts) {
        for (const auto& [name, location] : stmt.exports) names.insert(text_of(name));
        if (stmt.is_toplevel && stmt.name.is_string()) names.insert(text_of(stmt.name));
        if (stmt.is_toplevel) {
            for (const auto& [name, alias] : stmt.names) names.insert(text_of(alias));
        }
        if (stmt.kind == StmtKind::Block && stmt.flag) {
            for (const auto& [name, location] : stmt.locals) names.insert(text_of(name));
        }
    }
    return names;
}

/// All templates that are looked at.
class Inspection {
public:
    Inspection(Environment& environment, const Loader& loader)
        : environment_(environment), loader_(loader), stubs_(environment) {}

    /// The template and what it refers to.
    void read(const std::string& name) {
        std::vector<std::string> waiting{name};
        while (!waiting.empty()) {
            const std::string next = std::move(waiting.back());
            waiting.pop_back();
            const auto [found, is_new] = all_.try_emplace(next);
            if (!is_new) continue;
            read_one(next, found->second);
            const Facts& facts = found->second;
            waiting.insert(waiting.end(), facts.relatives.begin(), facts.relatives.end());
            waiting.insert(waiting.end(), facts.included.begin(), facts.included.end());
        }
    }

    /// What templates know from each other.
    void connect() {
        for (bool has_changed = true; has_changed;) {
            has_changed = false;
            for (auto& [name, facts] : all_) {
                for (const std::string& other : facts.relatives) {
                    Facts& parent = all_.at(other);
                    has_changed = give(facts.exported, parent) || has_changed;
                    has_changed = give(facts.context, parent) || has_changed;
                    has_changed = give(parent.exported, facts) || has_changed;
                    has_changed = give(parent.context, facts) || has_changed;
                }
                for (const std::string& other : facts.included) {
                    Facts& inner = all_.at(other);
                    has_changed = give(facts.assigned, inner) || has_changed;
                    has_changed = give(facts.context, inner) || has_changed;
                }
            }
        }
    }

    void report(const std::string& name, const Names& known, std::vector<Problem>& problems) const {
        const Facts& facts = all_.at(name);
        problems.insert(problems.end(), facts.problems.begin(), facts.problems.end());
        for (const Expr* expr : facts.unresolved) {
            const std::string text = text_of(expr->value);
            if (known.contains(text) || facts.exported.contains(text) ||
                facts.context.contains(text) || facts.tested.contains(text) ||
                facts.with_default.contains(expr) ||
                environment_.globals().find(std::string_view(text)))
                continue;
            problems.push_back({name, expr->line, "undefined name '" + text + "'"});
        }
    }

private:
    static bool give(const Names& names, Facts& to) {
        const std::size_t before = to.context.size();
        to.context.insert(names.begin(), names.end());
        return to.context.size() != before;
    }

    void read_one(const std::string& name, Facts& facts) {
        facts.program.name = name;
        const auto source = loader_.load(name);
        if (!source || source->text.find('\0') != std::string::npos) return;  // no text
        facts.program.source = source->text;
        try {
            if (!detail::is_utf8(source->text)) fail(ErrorKind::UnicodeDecode, "not UTF-8");
            Parser(facts.program, environment_.syntax(), Extensions()).parse();
            detail::check_depth(facts.program);
            Reader reader(facts, stubs_, loader_);
            for (const Stmt* stmt : facts.program.root.body) reader(*stmt);
            Compiler(facts.program, environment_, &facts.unresolved).compile();
            facts.exported = exported_by(facts.program);
        } catch (const TemplateError& error) {
            facts.problems.push_back(
                {name,
                 std::max(error.line(), 1),
                 std::string(error_name(error.kind())) + ": " + error.message()});
            facts.unresolved.clear();
        }
    }

    Environment& environment_;
    const Loader& loader_;
    Stubs stubs_;
    std::map<std::string, Facts> all_;
};

}  // namespace

Check::Check() {
    for (const std::string_view name : kWebNames) names_.emplace(name);
}

std::vector<Problem> Check::run(std::shared_ptr<const Loader> loader,
                                const std::vector<std::string>& names) const {
    Environment environment;
    environment.install_null_translations();
    for (const std::string& name : filters_) environment.add_filter(name, do_nothing);
    for (const std::string& name : tests_) environment.add_test(name, do_nothing);
    std::vector<Problem> problems;
    Inspection inspection(environment, *loader);
    for (const std::string& name : names) inspection.read(name);
    inspection.connect();
    for (const std::string& name : names) inspection.report(name, names_, problems);
    std::ranges::sort(problems);
    const auto [first, last] = std::ranges::unique(problems);
    problems.erase(first, last);
    return problems;
}

}  // namespace indrik::templates
