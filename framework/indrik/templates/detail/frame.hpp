#pragma once
// The variables of running functions, and the context that the templates of one rendering share.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/templates/ast.hpp"
#include "indrik/templates/dict.hpp"

namespace indrik::templates::detail {

/// Owns a T with a count of references.
template <class T>
class Ref {
public:
    Ref() noexcept = default;
    /// Takes over the reference that `new` made.
    explicit Ref(T* object) noexcept : object_(object) {}
    static Ref share(T& object) noexcept {
        ++object.references;
        return Ref(&object);
    }
    Ref(const Ref& other) noexcept : object_(other.object_) {
        if (object_) ++object_->references;
    }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_ && --object_->references == 0) T::destroy(object_);
    }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    T* get() const noexcept { return object_; }

private:
    T* object_ = nullptr;
};

struct BlockRef {
    const Program* program;
    const Program::Block* block;
};
/// The block of the template that is rendered, then those of its parents.
using BlockStack = std::vector<BlockRef>;

/// Dictionaries that names are looked up in, mostly two.
class Parents {
public:
    void set(std::initializer_list<const Dict*> first) {
        size_ = 0;
        more_.clear();
        for (const Dict* const one : first) add(one);
    }
    void add(const Dict* one) {
        if (size_ < first_.size()) {
            first_[size_++] = one;
        } else {
            more_.push_back(one);
        }
    }
    void add(const Parents& others) {
        others.for_each([this](const Dict* one) { add(one); });
    }
    template <class Function>
    void for_each(Function function) const {
        for (std::size_t i = 0; i < size_; ++i) function(first_[i]);
        for (const Dict* const one : more_) function(one);
    }
    const Value* find(const Value& name) const {
        for (std::size_t i = 0; i < size_; ++i) {
            if (const Value* const found = first_[i]->find(name)) return found;
        }
        for (const Dict* const one : more_) {
            if (const Value* const found = one->find(name)) return found;
        }
        return nullptr;
    }

private:
    std::array<const Dict*, 2> first_{};
    std::size_t size_ = 0;
    std::vector<const Dict*> more_;
};

/// Jinja2's Context.
struct Context : Shared {
    std::shared_ptr<const Program> program;
    bool autoescape = false;
    Dict variables;
    std::vector<Value> exported;
    /// Looked through in this order after `variables`.
    Parents parents;
    Values kept;  // dictionaries that `parents` points to
    Ref<Context> outer;
    std::vector<std::pair<std::string_view, BlockStack>> blocks;

    const Value* find(const Value& name) const {
        if (const Value* found = variables.find(name)) return found;
        return parents.find(name);
    }
    BlockStack* find_blocks(std::string_view name) {
        for (auto& [known, stack] : blocks) {
            if (known == name) return &stack;
        }
        return nullptr;
    }
    void add_blocks(const Program& of) {
        for (const Program::Block& block : of.blocks) {
            BlockStack* stack = find_blocks(block.name.string());
            if (!stack) stack = &blocks.emplace_back(block.name.string(), BlockStack()).second;
            stack->push_back({&of, &block});
        }
    }
    /// All variables in one dictionary.
    Dict all() const {
        Dict result;
        std::vector<const Dict*> all;
        parents.for_each([&all](const Dict* one) { all.push_back(one); });
        for (auto parent = all.rbegin(); parent != all.rend(); ++parent) {
            for (const Dict::Entry& entry : (*parent)->entries())
                result.set(entry.key, entry.value);
        }
        for (const Dict::Entry& entry : variables.entries()) result.set(entry.key, entry.value);
        return result;
    }
    static void destroy(Context* context) { delete context; }
};

/// The variables of a running function.
struct Frame : Shared {
    Ref<Frame> parent;
    Ref<Context> context;
    const Program* program = nullptr;
    const Program* parent_template = nullptr;
    int line = 1;
    std::uint32_t count = 0;

    Value& operator[](std::uint32_t slot) { return reinterpret_cast<Value*>(this + 1)[slot]; }
    static Frame* make(std::uint32_t count);
    static Frame* make_at(void* memory, std::uint32_t count);
    static void destroy(Frame* frame);
    void unset() noexcept;
};

/// The frame of one call: on the stack if nothing can refer to it later.
class CallFrame {
public:
    explicit CallFrame(const Function& function)
        : is_local_(!function.keeps_frame && function.slots <= kFew) {
        frame_ = is_local_ ? Frame::make_at(memory_, function.slots) : Frame::make(function.slots);
    }
    ~CallFrame() {
        if (is_local_) {
            frame_->unset();
            frame_->~Frame();
        } else {
            const Ref<Frame> last(frame_);
        }
    }
    CallFrame(const CallFrame&) = delete;
    CallFrame& operator=(const CallFrame&) = delete;
    Frame& operator*() const noexcept { return *frame_; }
    Frame* operator->() const noexcept { return frame_; }

private:
    static constexpr std::uint32_t kFew = 8;
    Frame* frame_;
    bool is_local_;
    alignas(Frame) std::byte memory_[sizeof(Frame) + kFew * sizeof(Value)];
};

/// The frame of a macro on the stack, when nothing can refer to it later and it has few variables.
class LightFrame {
public:
    static constexpr std::uint32_t kFew = 4;
    /// The first variables are the parameters, which are moved from.
    /// Lifetime: the frame around the macro outlives it. REQUIRES: Size <= slots <= kFew
    template <std::size_t Size>
    LightFrame(Frame& outer, std::uint32_t slots, Value (&parameters)[Size])
        : frame_(new (memory_) Frame()) {
        frame_->parent = Ref<Frame>::share(outer);
        frame_->context = outer.context;
        frame_->program = outer.program;
        frame_->count = slots;
        std::uint32_t slot = 0;
        for (; slot < Size; ++slot) new (&(*frame_)[slot]) Value(std::move(parameters[slot]));
        for (; slot < slots; ++slot) new (&(*frame_)[slot]) Value(Value::missing());
    }
    ~LightFrame() {
        frame_->unset();
        frame_->~Frame();
    }
    LightFrame(const LightFrame&) = delete;
    LightFrame& operator=(const LightFrame&) = delete;
    Frame& operator*() const noexcept { return *frame_; }
    Frame* operator->() const noexcept { return frame_; }

private:
    Frame* frame_;
    alignas(Frame) std::byte memory_[sizeof(Frame) + kFew * sizeof(Value)];
};

inline Frame* Frame::make_at(void* memory, std::uint32_t count) {
    Frame* frame = new (memory) Frame();
    frame->count = count;
    for (std::uint32_t i = 0; i < count; ++i) new (&(*frame)[i]) Value(Value::missing());
    return frame;
}

inline void Frame::unset() noexcept {
    for (std::uint32_t i = 0; i < count; ++i) (*this)[i].~Value();
}

}  // namespace indrik::templates::detail
