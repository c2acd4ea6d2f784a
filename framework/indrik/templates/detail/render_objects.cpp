#include "indrik/templates/detail/render_objects.hpp"

#include <new>

#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

Frame* Frame::make(std::uint32_t count) {
    return make_at(::operator new(sizeof(Frame) + count * sizeof(Value)), count);
}

void Frame::destroy(Frame* frame) {
    frame->unset();
    frame->~Frame();
    ::operator delete(static_cast<void*>(frame));
}

Value MacroObject::attribute(std::string_view name) {
    if (name == "name") return info_.name;
    if (name == "arguments") return Value::tuple(info_.parameters);
    if (name == "catch_kwargs") return info_.uses_kwargs;
    if (name == "catch_varargs") return info_.uses_varargs;
    if (name == "caller") return info_.uses_caller;
    if (name == "explicit_caller") return info_.has_explicit_caller;
    return Value::missing();
}

std::string MacroObject::repr() {
    return "<Macro " + (info_.name.is_none() ? std::string("anonymous") : to_repr(info_.name)) +
           ">";
}

LoopObject::LoopObject(Value iterable,
                       std::unique_ptr<Iterator> iterator,
                       bool has_length,
                       int depth)
    : Object(kTag),
      iterable_(std::move(iterable)),
      list_(iterator ? nullptr : &iterable_.items()),
      iterator_(std::move(iterator)),
      has_length_(has_length),
      depth_(depth) {}

void LoopObject::finish() {
    iterator_.reset();
    list_ = nullptr;
    is_at_end_ = true;
    after_ = before_ = current_ = last_changed_ = Value::missing();
    outer_ = nullptr;
}

std::int64_t LoopObject::count() {
    if (count_ >= 0) return count_;
    if (has_length_) {
        if (const auto size = try_length(iterable_))
            return count_ = static_cast<std::int64_t>(*size);
    }
    Values rest;
    if (iterator_) {
        for (Value item; iterator_->next(item);) rest.push_back(std::move(item));
    }
    count_ = static_cast<std::int64_t>(rest.size()) + index_ + 1 + (after_.is_missing() ? 0 : 1);
    iterator_ = templates::iterate(Value::list(std::move(rest)));
    return count_;
}

const Value& LoopObject::peek() {
    if (after_.is_missing() && !is_at_end_ && !fetch(after_)) {
        after_ = Value::missing();
        is_at_end_ = true;
    }
    return after_;
}

Value LoopObject::undefined(std::string hint) const {
    return Value::undefined(undefined_, Value(), Value::missing(), std::move(hint));
}

namespace {

Value loop_cycle(Call& call) {
    return call.self.as<LoopObject>()->cycle({call.rest, {}, &call.runtime});
}
Value loop_changed(Call& call) {
    return call.self.as<LoopObject>()->changed({call.rest, {}, &call.runtime});
}
constexpr Builtin kCycle{"cycle", "*", loop_cycle};
constexpr Builtin kChanged{"changed", "*", loop_changed};

}  // namespace

Value LoopObject::attribute(std::string_view name) {
    if (name == "index") return index_ + 1;
    if (name == "index0") return index_;
    if (name == "first") return index_ == 0;
    if (name == "last") return peek().is_missing();
    if (name == "length") return count();
    if (name == "revindex") return count() - index_;
    if (name == "revindex0") return count() - index_ - 1;
    if (name == "depth") return depth_ + 1;
    if (name == "depth0") return depth_;
    if (name == "previtem") {
        return index_ == 0 || before_.is_missing() ? undefined("there is no previous item")
                                                   : before_;
    }
    if (name == "nextitem") {
        const Value& next = peek();
        return next.is_missing() ? undefined("there is no next item") : next;
    }
    if (name == "cycle" || name == "changed") {
        ++references;
        return bind_method(name == "cycle" ? kCycle : kChanged, Value::object(this));
    }
    return Value::missing();
}

std::optional<Value> LoopObject::call_method(std::string_view name, const Arguments& arguments) {
    if (!arguments.keywords.empty()) return std::nullopt;
    if (name == "cycle") return cycle(arguments);
    if (name == "changed") return changed(arguments);
    return std::nullopt;
}

Value LoopObject::cycle(const Arguments& arguments) const {
    if (arguments.positional.empty()) fail(ErrorKind::Type, "no items for cycling given");
    return arguments.positional[turn(arguments.positional.size())];
}

Value LoopObject::changed(const Arguments& arguments) {
    Value now = Value::tuple(Values(arguments.positional.begin(), arguments.positional.end()));
    if (!last_changed_.is_missing() && templates::equals(last_changed_, now)) return false;
    last_changed_ = std::move(now);
    return true;
}

Value LoopObject::call(const Arguments& arguments) {
    if (!stmt_ || !outer_) {
        fail(ErrorKind::Type,
             "The loop must have the 'recursive' marker to be called recursively.");
    }
    if (arguments.positional.size() != 1 || !arguments.keywords.empty()) {
        fail(ErrorKind::Type, "LoopContext.__call__() takes one argument");
    }
    return static_cast<Renderer&>(*arguments.runtime)
        .call_loop(*stmt_, *outer_, arguments.positional[0], depth_ + 1);
}

std::string LoopObject::repr() {
    return "<LoopContext " + std::to_string(index_ + 1) + "/" + std::to_string(count()) + ">";
}

Value SelfObject::item(const Value& key) {
    BlockStack* stack =
        key.is_string() && context_.get() ? context_->find_blocks(key.string()) : nullptr;
    return stack ? make_object<BlockObject>(key, *context_, *stack, 0) : Value::missing();
}

Value BlockObject::call(const Arguments& arguments) {
    if (!arguments.positional.empty() || !arguments.keywords.empty()) {
        fail(ErrorKind::Type, "BlockReference.__call__() takes no arguments");
    }
    return static_cast<Renderer&>(*arguments.runtime).call_block(*context_, stack_, depth_);
}

Value BlockObject::attribute(std::string_view name) {
    if (name == "name") return name_;
    if (name != "super") return Value::missing();
    if (depth_ + 1 >= stack_.size()) {
        return Value::undefined(UndefinedKind::Default,
                                Value("super"),
                                Value::missing(),
                                "there is no parent block called " + to_repr(name_) + ".");
    }
    return make_object<BlockObject>(name_, *context_, stack_, depth_ + 1);
}

Value super_block(const Runtime& runtime,
                  const Value& name,
                  Context& context,
                  const BlockStack& stack,
                  std::size_t depth) {
    if (depth + 1 < stack.size()) return make_object<BlockObject>(name, context, stack, depth + 1);
    return runtime.undefined(
        Value("super"), Value::missing(), "there is no parent block called " + to_repr(name) + ".");
}

}  // namespace indrik::templates::detail
