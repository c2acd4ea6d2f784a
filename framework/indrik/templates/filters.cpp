// Where filters are found, and what several of them share.
#include "indrik/templates/detail/filters.hpp"

#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/detail/text.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

const Builtin* find_filter(std::string_view name) {
    for (const auto table :
         {text_filters(), markup_filters(), number_filters(), sequence_filters(), item_filters()}) {
        if (const Builtin* found = find_builtin(table, name)) return found;
    }
    return nullptr;
}

namespace {

Value apply(Runtime& runtime,
            const Value& name,
            const Value& value,
            const Arguments& arguments,
            bool is_filter) {
    const std::string_view text = name.is_string() ? name.string() : std::string_view();
    const Environment& environment = runtime.environment();
    if (const Value* custom =
            is_filter ? environment.find_filter(text) : environment.find_test(text)) {
        Values all{value};
        all.insert(all.end(), arguments.positional.begin(), arguments.positional.end());
        return call(*custom, {all, arguments.keywords, &runtime});
    }
    if (const Builtin* builtin = is_filter ? find_filter(text) : find_test(text)) {
        return call_builtin(*builtin, value, arguments, runtime);
    }
    fail(ErrorKind::Runtime,
         "No " + std::string(is_filter ? "filter" : "test") + " named " + to_repr(name) + ".");
}

}  // namespace

Value apply_filter(Runtime& runtime,
                   const Value& name,
                   const Value& value,
                   const Arguments& arguments) {
    return apply(runtime, name, value, arguments, true);
}

bool apply_test(Runtime& runtime,
                const Value& name,
                const Value& value,
                const Arguments& arguments) {
    return truth(apply(runtime, name, value, arguments, false));
}

AttributeGetter::AttributeGetter(const Value& attribute, Value otherwise, bool ignores_case)
    : otherwise_(std::move(otherwise)), ignores_case_(ignores_case) {
    if (attribute.is_missing() || attribute.is_none()) return;
    if (!attribute.is_string()) {
        parts_.push_back(attribute);
        return;
    }
    for (const std::string_view part : split(attribute.string(), ".", -1)) {
        const bool is_index =
            !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
        parts_.push_back(is_index ? Value(parse_integer(part, 10).value_or(0)) : Value(part));
    }
}

Value AttributeGetter::operator()(Runtime& runtime, const Value& item) const {
    Value value = item;
    for (const Value& part : parts_) {
        value = get_item(runtime, value, part);
        if (!otherwise_.is_missing() && !otherwise_.is_none() && value.is_undefined())
            value = otherwise_;
    }
    return ignores_case_ ? fold_case(value) : value;
}

Value fold_case(const Value& value) {
    return value.is_string() ? like(value, lower(value.string())) : value;
}

}  // namespace indrik::templates::detail
