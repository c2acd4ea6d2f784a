#include "indrik/templates/detail/set_like.hpp"

#include "indrik/templates/errors.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/templates/runtime.hpp"

namespace indrik::templates::detail {

namespace {

class DictViewIterator final : public Iterator {
public:
    DictViewIterator(const Value& dict, DictPart part)
        : dict_(dict), part_(part), size_(dict.dictionary().size()) {}
    bool next(Value& item) override {
        const Dict& dict = dict_.dictionary();
        if (dict.size() != size_)
            fail(ErrorKind::State, "dictionary changed size during iteration");
        if (index_ >= size_) return false;
        const Dict::Entry& entry = dict.entries()[index_++];
        item = part_ == DictPart::Keys     ? entry.key
               : part_ == DictPart::Values ? entry.value
                                           : Value::tuple({entry.key, entry.value});
        return true;
    }

private:
    Value dict_;
    DictPart part_;
    std::size_t size_;
    std::size_t index_ = 0;
};

bool is_subset(const Value& a, const Value& b) {
    const auto items = a.object().iterate();
    for (Value item; items->next(item);) {
        if (!contains(b, item)) return false;
    }
    return true;
}

std::size_t size_of(const Value& set) {
    return set.object().length().value_or(0);
}

Value is_disjoint(const Value& set, const Arguments& arguments) {
    if (arguments.positional.size() != 1 || !arguments.keywords.empty())
        fail(ErrorKind::Type, "isdisjoint() takes exactly one argument");
    for (const Value& item : collect(arguments.positional[0], *arguments.runtime)) {
        if (contains(set, item)) return false;
    }
    return true;
}

}  // namespace

SetLike* as_set(const Value& value) {
    auto* const set = value.as<SetLike>();
    return set && set->is_set() ? set : nullptr;
}

bool order_sets(Comparison comparison, const Value& a, const Value& b) {
    switch (comparison) {
        case Comparison::Less:
            return size_of(a) < size_of(b) && is_subset(a, b);
        case Comparison::LessEqual:
            return size_of(a) <= size_of(b) && is_subset(a, b);
        case Comparison::Greater:
            return size_of(b) < size_of(a) && is_subset(b, a);
        default:
            return size_of(b) <= size_of(a) && is_subset(b, a);
    }
}

bool can_subtract(const Value& a, const Value& b) {
    const auto is_view = [](const Value& value) { return as_set(value) && value.as<DictView>(); };
    return is_view(a) || is_view(b) || (as_set(a) && as_set(b));
}

Value subtract(const Value& a, const Value& b, Runtime& runtime) {
    Dict removed;
    for (const Value& item : collect(b, runtime)) removed.set(item, Value());
    Dict rest;
    for (Value& item : collect(a, runtime)) {
        if (!removed.contains(item)) rest.set(std::move(item), Value());
    }
    return make_object<Set>(std::move(rest));
}

Value SetLike::attribute(std::string_view name) {
    if (name != "isdisjoint" || !is_set()) return Value::missing();
    ++references;
    return function([self = Value::object(this)](
                        const Arguments& arguments) { return is_disjoint(self, arguments); },
                    "isdisjoint");
}

bool SetLike::equals(const Value& other) const {
    if (!is_set() || !as_set(other)) return Object::equals(other);
    auto& self =
        const_cast<SetLike&>(*this);  // counting its references changes nothing that can be seen
    ++self.references;
    const Value value = Value::object(&self);
    return size_of(value) == size_of(other) && is_subset(value, other);
}

std::string_view DictView::type_name() const {
    return part_ == DictPart::Keys     ? "dict_keys"
           : part_ == DictPart::Values ? "dict_values"
                                       : "dict_items";
}

std::optional<bool> DictView::contains(const Value& item) {
    if (part_ == DictPart::Keys) return dict_.dictionary().contains(item);
    if (part_ == DictPart::Values) return std::nullopt;
    if (!item.is(Kind::Tuple) || item.items().size() != 2) return false;
    const Value* value = dict_.dictionary().find(item.items()[0]);
    return value && templates::equals(*value, item.items()[1]);
}

std::unique_ptr<Iterator> DictView::iterate() {
    return std::make_unique<DictViewIterator>(dict_, part_);
}

std::string DictView::repr() {
    Values items;
    const auto iterator = iterate();
    for (Value item; iterator->next(item);) items.push_back(std::move(item));
    return std::string(type_name()) + "(" + to_repr(Value::list(std::move(items))) + ")";
}

std::unique_ptr<Iterator> Set::iterate() {
    return std::make_unique<DictViewIterator>(items_, DictPart::Keys);
}

std::string Set::repr() {
    if (items_.dictionary().empty()) return "set()";
    std::string text = "{";
    for (const auto& entry : items_.dictionary().entries()) {
        if (text.size() > 1) text += ", ";
        append_repr(text, entry.key);
    }
    return text + "}";
}

}  // namespace indrik::templates::detail
