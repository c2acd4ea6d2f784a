#include "indrik/templates/detail/builtin.hpp"

#include <algorithm>
#include <string>

#include "indrik/templates/operations.hpp"

namespace indrik::templates::detail {

namespace {

[[noreturn]] void refuse(const Builtin& builtin, std::string_view problem) {
    fail(ErrorKind::Type, std::string(builtin.name) + "() " + std::string(problem));
}

struct Parameter {
    std::string_view name;
    bool is_optional;
};

/// The parameters of a table entry, one after the other.
class Parameters {
public:
    explicit Parameters(std::string_view text) : rest_(text) {}
    bool next(Parameter& parameter) {
        if (rest_.empty() || rest_[0] == '*') return false;
        const std::size_t end = std::min(rest_.find(' '), rest_.size());
        std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        parameter.is_optional = word.back() == '=';
        if (parameter.is_optional) word.remove_suffix(1);
        parameter.name = word;
        return true;
    }
    bool takes_rest() const { return rest_.starts_with("*") && rest_ != "**"; }
    bool takes_keywords() const { return rest_.ends_with("**"); }

private:
    std::string_view rest_;
};

const Value* find_keyword(std::span<const Keyword> keywords, std::string_view name) {
    for (const Keyword& keyword : keywords) {
        if (keyword.name.string() == name) return &keyword.value;
    }
    return nullptr;
}

void bind(const Builtin& builtin, const Arguments& arguments, Call& call) {
    Parameters parameters(builtin.parameters);
    Parameter parameter{};
    std::size_t index = 0;
    std::size_t used_keywords = 0;
    while (parameters.next(parameter)) {
        Value& value = call.values[index];
        value = Value::missing();
        const Value* named =
            arguments.keywords.empty() ? nullptr : find_keyword(arguments.keywords, parameter.name);
        if (index < arguments.positional.size()) {
            if (named)
                refuse(builtin,
                       "got multiple values for argument '" + std::string(parameter.name) + "'");
            value = arguments.positional[index];
        } else if (named) {
            value = *named;
            ++used_keywords;
        } else if (!parameter.is_optional) {
            refuse(builtin,
                   "missing 1 required positional argument: '" + std::string(parameter.name) + "'");
        }
        ++index;
    }
    if (arguments.positional.size() > index) {
        if (!parameters.takes_rest()) refuse(builtin, "takes fewer arguments");
        call.rest = arguments.positional.subspan(index);
    }
    if (used_keywords < arguments.keywords.size()) {
        if (!parameters.takes_keywords()) refuse(builtin, "got an unexpected keyword argument");
        call.keywords = arguments.keywords;
    }
}

class BoundMethod final : public Object {
public:
    BoundMethod(const Builtin& builtin, const Value& self) : builtin_(builtin), self_(self) {}
    std::string_view type_name() const override { return "builtin_function_or_method"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override {
        const Value self = self_;
        return call_builtin(builtin_, self, arguments, *arguments.runtime);
    }
    std::string repr() override {
        return "<built-in method " + std::string(builtin_.name) + " of " + owner_name(self_) + ">";
    }
    void clear() override { self_ = Value(); }

private:
    const Builtin& builtin_;
    Value self_;
};

}  // namespace

std::int64_t Call::integer(std::size_t index, std::int64_t otherwise) const {
    return has(index) ? to_index(values[index]) : otherwise;
}

bool Call::flag(std::size_t index, bool otherwise) const {
    return has(index) ? truth(values[index]) : otherwise;
}

std::string_view Call::text(std::size_t index) const {
    if (!has(index)) return {};
    if (!values[index].is_string()) {
        refuse_undefined(values[index]);
        fail(ErrorKind::Type, "must be str, not " + std::string(type_name(values[index])));
    }
    return values[index].string();
}

Value call_builtin(const Builtin& builtin,
                   const Value& self,
                   const Arguments& arguments,
                   Runtime& runtime) {
    Call call(runtime, self);
    if (!builtin.parameters.empty() || !arguments.positional.empty() ||
        !arguments.keywords.empty()) {
        bind(builtin, arguments, call);
    }
    return builtin.function(call);
}

const Builtin* find_builtin(std::span<const Builtin> table, std::string_view name) {
    const auto found = std::lower_bound(
        table.begin(), table.end(), name, [](const Builtin& b, std::string_view n) {
            return b.name < n;
        });
    return found != table.end() && found->name == name ? &*found : nullptr;
}

Value bind_method(const Builtin& builtin, const Value& self) {
    return make_object<BoundMethod>(builtin, self);
}

}  // namespace indrik::templates::detail
