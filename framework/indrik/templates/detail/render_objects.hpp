#pragma once
// The objects that running templates make: macros, loops, blocks, imported modules.

#include <memory>
#include <string>

#include "indrik/templates/detail/frame.hpp"
#include "indrik/templates/object.hpp"
#include "indrik/templates/renderer.hpp"

namespace indrik::templates::detail {

/// A macro, or the body of a call block.
class MacroObject final : public Object {
public:
    static constexpr ObjectTag kTag = ObjectTag::Macro;
    MacroObject(const MacroInfo& info, Ref<Frame> frame)
        : Object(kTag), info_(info), frame_(std::move(frame)), program_(frame_->context->program) {}
    const MacroInfo& info() const { return info_; }
    Frame& frame() const { return *frame_; }
    std::string_view type_name() const override { return "jinja2.runtime.Macro"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override {
        return static_cast<Renderer&>(*arguments.runtime).call_macro(*this, arguments);
    }
    Value attribute(std::string_view name) override;
    std::string repr() override;

private:
    const MacroInfo& info_;
    Ref<Frame> frame_;
    std::shared_ptr<const Program> program_;
};

/// Large tables are rows all over the memory: the next ones are fetched while one is rendered.
inline void fetch_early(const Values& items, std::size_t next) {
    constexpr std::size_t kAhead = 4;
    if (next + kAhead >= items.size()) return;
    items[next + kAhead].prefetch();
    if (items[next].is(Kind::Dict)) items[next].dictionary().prefetch();
}

/// `loop` in a for loop.
class LoopObject final : public Object {
public:
    static constexpr ObjectTag kTag = ObjectTag::Loop;
    /// Without an iterator: of a list or tuple.
    LoopObject(Value iterable, std::unique_ptr<Iterator> iterator, bool has_length, int depth);
    bool next(Value& item) {
        if (!after_.is_missing()) [[unlikely]] {
            item = std::exchange(after_, Value::missing());
        } else if (is_at_end_ || !fetch(item)) {
            is_at_end_ = true;
            return false;
        }
        ++index_;
        if (remembers_) before_ = std::exchange(current_, item);
        return true;
    }
    /// Nobody will ask for the item before the current one.
    void forget_items() { remembers_ = false; }
    void set_recursion(const Stmt& stmt, Frame& outer) { stmt_ = &stmt, outer_ = &outer; }
    void set_undefined(UndefinedKind kind) { undefined_ = kind; }
    /// Lets go of everything when the loop has ended.
    void finish();

    std::string_view type_name() const override { return "jinja2.runtime.LoopContext"; }
    Value attribute(std::string_view name) override;
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override;
    std::optional<Value> call_method(std::string_view name, const Arguments& arguments) override;
    std::optional<std::size_t> length() override { return static_cast<std::size_t>(count()); }
    std::string repr() override;
    void clear() override { finish(); }

    std::int64_t index() const { return index_; }
    Value cycle(const Arguments& arguments) const;
    /// Which of so many things is the turn's.
    std::size_t turn(std::size_t count) const {
        const auto size = static_cast<std::int64_t>(count);
        return static_cast<std::size_t>((index_ % size + size) % size);
    }
    Value changed(const Arguments& arguments);

private:
    std::int64_t count();
    const Value& peek();
    Value undefined(std::string hint) const;
    bool fetch(Value& item) {
        if (!list_) return iterator_ && iterator_->next(item);
        if (position_ >= list_->size()) return false;
        item = (*list_)[position_++];
        fetch_early(*list_, position_);
        return true;
    }

    Value iterable_;
    const Values* list_;
    std::size_t position_ = 0;
    std::unique_ptr<Iterator> iterator_;
    bool has_length_;
    bool remembers_ = true;
    int depth_;
    std::int64_t index_ = -1;
    std::int64_t count_ = -1;
    Value after_ = Value::missing();
    bool is_at_end_ = false;
    Value before_ = Value::missing();
    Value current_ = Value::missing();
    Value last_changed_ = Value::missing();
    const Stmt* stmt_ = nullptr;
    Frame* outer_ = nullptr;
    UndefinedKind undefined_ = UndefinedKind::Default;
};

/// What passes a loop's condition.
class FilteredIterator final : public Iterator {
public:
    FilteredIterator(Renderer& renderer,
                     const Stmt& stmt,
                     Frame& frame,
                     std::unique_ptr<Iterator> items)
        : renderer_(renderer), stmt_(stmt), frame_(frame), items_(std::move(items)) {}
    bool next(Value& item) override {
        while (items_->next(item)) {
            renderer_.step();
            if (renderer_.passes(stmt_, frame_, item)) return true;
        }
        return false;
    }

private:
    Renderer& renderer_;
    const Stmt& stmt_;
    Frame& frame_;
    std::unique_ptr<Iterator> items_;
};

/// `self` in a template with blocks.
class SelfObject final : public Object {
public:
    explicit SelfObject(Context& context) : context_(Ref<Context>::share(context)) {}
    std::string_view type_name() const override { return "jinja2.runtime.TemplateReference"; }
    Value item(const Value& key) override;
    std::string repr() override {
        return "<TemplateReference '" + (context_.get() ? context_->program->name : std::string()) +
               "'>";
    }
    void clear() override { context_ = {}; }

private:
    Ref<Context> context_;
};

/// `self.name` and `super`: renders when it is called.
class BlockObject final : public Object {
public:
    BlockObject(Value name, Context& context, BlockStack stack, std::size_t depth)
        : name_(std::move(name)),
          context_(Ref<Context>::share(context)),
          stack_(std::move(stack)),
          depth_(depth) {}
    std::string_view type_name() const override { return "jinja2.runtime.BlockReference"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override;
    Value attribute(std::string_view name) override;
    void clear() override { context_ = {}; }

private:
    Value name_;
    Ref<Context> context_;
    BlockStack stack_;
    std::size_t depth_;
};

Value super_block(const Runtime& runtime,
                  const Value& name,
                  Context& context,
                  const BlockStack& stack,
                  std::size_t depth);

/// What `{% import %}` makes.
class ModuleObject final : public Object {
public:
    static constexpr ObjectTag kTag = ObjectTag::Module;
    ModuleObject(std::string name, Dict exports, std::string text)
        : Object(kTag),
          name_(std::move(name)),
          exports_(std::move(exports)),
          text_(std::move(text)) {}
    const std::string& name() const { return name_; }
    std::string_view type_name() const override { return "jinja2.environment.TemplateModule"; }
    Value attribute(std::string_view name) override {
        const Value* found = exports_.find(name);
        return found ? *found : Value::missing();
    }
    std::string str() override { return text_; }
    std::string repr() override { return "<TemplateModule '" + name_ + "'>"; }
    bool has_html() const override { return true; }
    void clear() override { exports_.clear(); }

private:
    std::string name_;
    Dict exports_;
    std::string text_;
};

/// The values of a call: a few on the stack, more on the heap.
class CallValues {
public:
    Value& add() {
        if (count_ < few_.size()) return few_[count_++];
        if (many_.empty()) many_.assign(few_.begin(), few_.end());
        ++count_;
        return many_.emplace_back();
    }
    std::span<const Value> positional() const {
        return many_.empty() ? std::span<const Value>(few_.data(), count_)
                             : std::span<const Value>(many_);
    }
    std::span<Value> mutable_positional() {
        return many_.empty() ? std::span<Value>(few_.data(), count_) : std::span<Value>(many_);
    }
    std::vector<Keyword> keywords;

private:
    std::array<Value, 4> few_;
    std::size_t count_ = 0;
    Values many_;
};

}  // namespace indrik::templates::detail
