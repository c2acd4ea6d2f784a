#pragma once
// What Python compares and subtracts as sets: dict.keys(), dict.items(), and the sets that come of subtracting.

#include <memory>

#include "indrik/templates/detail/methods.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/operations.hpp"

namespace indrik::templates::detail {

/// An object that may take part in the operators of sets, if is_set().
class SetLike : public Object {
public:
    virtual bool is_set() const { return true; }
    Value attribute(std::string_view name) override;
    bool equals(const Value& other) const override;
};

/// The value as a set, or nullptr.
SetLike* as_set(const Value& value);
/// REQUIRES: as_set() of both; an order, no equality.
bool order_sets(Comparison comparison, const Value& a, const Value& b);
/// Whether both are sets, or one is a view of a dictionary, which takes whatever can be iterated.
bool can_subtract(const Value& a, const Value& b);
/// Errors: TypeError for what cannot be iterated.
Value subtract(const Value& a, const Value& b, Runtime& runtime);

class DictView final : public SetLike {
public:
    DictView(const Value& dict, DictPart part) : dict_(dict), part_(part) {}
    std::string_view type_name() const override;
    bool is_set() const override { return part_ != DictPart::Values; }
    std::optional<std::size_t> length() override { return dict_.dictionary().size(); }
    std::optional<bool> contains(const Value& item) override;
    std::unique_ptr<Iterator> iterate() override;
    std::string repr() override;
    void clear() override { dict_ = Value::dict(); }

private:
    Value dict_;
    DictPart part_;
};

/// Python's set, in the order in which it was made.
class Set final : public SetLike {
public:
    explicit Set(Dict items) : items_(Value::dict(std::move(items))) {}
    std::string_view type_name() const override { return "set"; }
    std::optional<std::size_t> length() override { return items_.dictionary().size(); }
    std::optional<bool> contains(const Value& item) override {
        return items_.dictionary().contains(item);
    }
    std::unique_ptr<Iterator> iterate() override;
    std::string repr() override;
    void clear() override { items_ = Value::dict(); }

private:
    Value items_;
};

}  // namespace indrik::templates::detail
