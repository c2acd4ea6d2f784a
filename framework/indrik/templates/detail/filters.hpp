#pragma once
// What filters share.

#include "indrik/templates/detail/builtin.hpp"

namespace indrik::templates::detail {

/// By name, as `map("upper")` and `select("odd")` do. Errors: TemplateRuntimeError if there is none.
Value apply_filter(Runtime& runtime,
                   const Value& name,
                   const Value& value,
                   const Arguments& arguments);
bool apply_test(Runtime& runtime,
                const Value& name,
                const Value& value,
                const Arguments& arguments);

/// `attribute="user.name"` of map, sort, groupby and others.
class AttributeGetter {
public:
    /// `otherwise`, unless Missing, stands for undefined attributes.
    explicit AttributeGetter(const Value& attribute,
                             Value otherwise = Value::missing(),
                             bool ignores_case = false);
    Value operator()(Runtime& runtime, const Value& item) const;

private:
    Values parts_;
    Value otherwise_;
    bool ignores_case_;
};

/// In lower case if it is a string.
Value fold_case(const Value& value);

}  // namespace indrik::templates::detail
