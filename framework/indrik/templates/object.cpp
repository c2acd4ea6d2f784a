#include "indrik/templates/object.hpp"

#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

__extension__ typedef __int128 Wide;

class Function final : public Object {
public:
    Function(std::function<Value(const Arguments&)> callable, std::string name)
        : callable_(std::move(callable)), name_(std::move(name)) {}
    std::string_view type_name() const override { return "function"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override { return callable_(arguments); }
    std::string repr() override { return "<function " + name_ + ">"; }

private:
    std::function<Value(const Arguments&)> callable_;
    std::string name_;
};

class FunctionIterator final : public Iterator {
public:
    explicit FunctionIterator(std::function<bool(Value&)> next) : next_(std::move(next)) {}
    bool next(Value& item) override {
        if (!next_) return false;
        if (next_(item)) return true;
        next_ = nullptr;
        return false;
    }

private:
    std::function<bool(Value&)> next_;
};

/// Goes on where the generator is: several loops over one share its items.
class GeneratorIterator final : public Iterator {
public:
    explicit GeneratorIterator(Generator& generator) : generator_(generator) {
        ++generator.references;
    }
    ~GeneratorIterator() override { Value::object(&generator_); }
    bool next(Value& item) override { return generator_.next(item); }

private:
    Generator& generator_;
};

class RangeIterator final : public Iterator {
public:
    explicit RangeIterator(const Range& range)
        : next_(range.start()), step_(range.step()), left_(range.count()) {}
    bool next(Value& item) override {
        if (left_ <= 0) return false;
        item = Value(next_);
        if (--left_ > 0) next_ += step_;
        return true;
    }

private:
    std::int64_t next_, step_, left_;
};

}  // namespace

Value Object::attribute(std::string_view) {
    return Value::missing();
}
Value Object::item(const Value&) {
    return Value::missing();
}

Value Object::call(const Arguments&) {
    fail(ErrorKind::Type, "'" + std::string(type_name()) + "' object is not callable");
}

std::string Object::repr() {
    return "<" + std::string(type_name()) + " object>";
}

bool Object::equals(const Value& other) const {
    return other.is(Kind::Object) && &other.object() == this;
}

Value function(std::function<Value(const Arguments&)> callable, std::string name) {
    return make_object<Function>(std::move(callable), std::move(name));
}

std::unique_ptr<Iterator> Generator::iterate() {
    return std::make_unique<GeneratorIterator>(*this);
}

Value generate(std::function<bool(Value&)> next, std::string_view type) {
    return make_object<Generator>(std::make_unique<FunctionIterator>(std::move(next)), type);
}

Range::Range(std::int64_t start, std::int64_t stop, std::int64_t step)
    : start_(start), stop_(stop), step_(step), count_(0) {
    if (step == 0) fail(ErrorKind::Value, "range() arg 3 must not be zero");
    const auto wide = [](std::int64_t n) { return static_cast<Wide>(n); };
    const Wide span = step > 0 ? wide(stop) - wide(start) : wide(start) - wide(stop);
    const Wide by = step > 0 ? wide(step) : -wide(step);
    if (span > 0) {
        const Wide count = (span - 1) / by + 1;
        if (count > INT64_MAX)
            fail(ErrorKind::Overflow, "Python int too large to convert to C ssize_t");
        count_ = static_cast<std::int64_t>(count);
    }
}

Value Range::item(const Value& key) {
    if (!key.is_integer()) return Value::missing();
    const std::int64_t index = key.integer() < 0 ? key.integer() + count_ : key.integer();
    return index < 0 || index >= count_ ? Value::missing() : Value(at(index));
}

std::unique_ptr<Iterator> Range::iterate() {
    return std::make_unique<RangeIterator>(*this);
}

std::optional<bool> Range::contains(const Value& value) {
    if (!value.is_number() || count_ == 0) return false;
    if (value.is(Kind::Float) &&
        value.floating() != static_cast<double>(static_cast<std::int64_t>(value.floating()))) {
        return false;
    }
    const std::int64_t number =
        value.is_integer() ? value.integer() : static_cast<std::int64_t>(value.floating());
    const std::int64_t last = at(count_ - 1);
    if (step_ > 0 ? number < start_ || number > last : number > start_ || number < last)
        return false;
    return (static_cast<Wide>(number) - start_) % step_ == 0;
}

std::string Range::repr() {
    std::string text = "range(" + std::to_string(start_) + ", " + std::to_string(stop_);
    if (step_ != 1) text += ", " + std::to_string(step_);
    return text + ")";
}

bool Range::equals(const Value& other) const {
    const Range* range = other.as<Range>();
    if (!range || range->count_ != count_) return false;
    return count_ == 0 || (range->start_ == start_ && (count_ == 1 || range->step_ == step_));
}

Namespace::Namespace() : attributes_(std::make_unique<Dict>()) {}
Namespace::~Namespace() = default;

Value Namespace::attribute(std::string_view name) {
    const Value* found = attributes_->find(name);
    return found ? *found : Value::missing();
}

std::string Namespace::repr() {
    std::string text = "<Namespace {";
    bool is_first = true;
    for (const Dict::Entry& entry : attributes_->entries()) {
        if (!is_first) text += ", ";
        is_first = false;
        append_repr(text, entry.key);
        text += ": ";
        append_repr(text, entry.value);
    }
    return text + "}>";
}

void Namespace::clear() {
    attributes_->clear();
}
void Namespace::set(const Value& name, Value value) {
    attributes_->set(name, std::move(value));
}

}  // namespace indrik::templates
