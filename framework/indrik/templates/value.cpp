#include "indrik/templates/value.hpp"

#include <cstring>
#include <functional>
#include <new>

#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/object.hpp"

namespace indrik::templates {

namespace {

constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
constexpr int kMaxNestedDestruction = 64;

/// Values whose destruction waits because the stack is deep already (a list in a list in a list ...).
struct Pending {
    int depth = 0;
    Values values;
};
thread_local Pending pending;

void destroy_container(Kind kind, detail::Shared* shared) noexcept {
    switch (kind) {
        case Kind::Undefined:
            delete static_cast<detail::UndefinedData*>(shared);
            break;
        case Kind::List:
        case Kind::Tuple:
            delete static_cast<detail::ListData*>(shared);
            break;
        case Kind::Dict:
            delete static_cast<detail::DictData*>(shared);
            break;
        default:
            delete static_cast<Object*>(shared);
            break;
    }
}

}  // namespace

std::size_t detail::hash_text(std::string_view text) noexcept {
    constexpr std::size_t kExactBytes = 7;
    if (text.size() > kExactBytes) {
        const std::size_t hash = std::hash<std::string_view>()(text) & ~std::size_t{1};
        return hash != 0 ? hash : 2;
    }
    std::uint64_t bits = 0;
    if (!text.empty()) std::memcpy(&bits, text.data(), text.size());
    bits ^= static_cast<std::uint64_t>(text.size()) << 56;
    // Each step can be undone within 63 bits, so that no two texts share a result.
    constexpr std::uint64_t kMask = ~std::uint64_t{0} >> 1;
    bits ^= bits >> 32;
    bits = bits * 0xD6E8FEB86659FD93 & kMask;
    bits ^= bits >> 32;
    bits = bits * 0xD6E8FEB86659FD93 & kMask;
    bits ^= bits >> 32;
    return static_cast<std::size_t>(bits << 1 | 1);
}

Value::Value(std::string_view text, bool is_markup)
    : head_(head(Kind::String) | (is_markup ? kMarkup : 0)) {
    void* memory = ::operator new(sizeof(detail::Text) + text.size());
    text_ = new (memory) detail::Text{{}, text.size(), kUnknown, 0};
    if (!text.empty()) std::memcpy(text_->data(), text.data(), text.size());
}

Value Value::list(Values items) {
    Value value(Kind::List);
    value.list_ = new detail::ListData{{}, std::move(items)};
    return value;
}

Value Value::tuple(Values items) {
    Value value = list(std::move(items));
    value.head_ = head(Kind::Tuple);
    return value;
}

Value Value::dict() {
    return dict(Dict());
}

Value Value::dict(Dict entries) {
    Value value(Kind::Dict);
    value.dict_ = new detail::DictData{{}, std::move(entries)};
    return value;
}

Value Value::dict(std::initializer_list<std::pair<std::string_view, Value>> entries) {
    Dict result;
    for (const auto& [key, value] : entries) result.set(Value(key), value);
    return dict(std::move(result));
}

Value Value::object(Object* object) noexcept {
    Value value(Kind::Object);
    value.shared_ = object;
    return value;
}

Value Value::undefined(UndefinedKind kind, Value name, Value owner, std::string hint) {
    Value value(Kind::Undefined);
    value.undefined_ =
        new detail::UndefinedData{{}, kind, std::move(name), std::move(owner), std::move(hint)};
    return value;
}

void Value::destroy() noexcept {
    if (is_string()) {
        ::operator delete(static_cast<void*>(text_));
        return;
    }
    if (pending.depth >= kMaxNestedDestruction) {
        shared_->references = 1;
        pending.values.push_back(Value(Kind::None));
        Value& kept = pending.values.back();
        kept.head_ = head_;
        kept.shared_ = shared_;
        return;
    }
    ++pending.depth;
    destroy_container(kind(), shared_);
    --pending.depth;
    if (pending.depth == 0) {
        while (!pending.values.empty()) {
            Value last = std::move(pending.values.back());
            pending.values.pop_back();
        }
        // Nothing is kept of what a deep structure needed.
        if (pending.values.capacity() != 0) Values().swap(pending.values);
    }
}

std::size_t Value::length() const noexcept {
    if (text_->length == kUnknown) text_->length = detail::count_points(string());
    return text_->length;
}

std::size_t Value::make_text_hash() const noexcept {
    return text_->hash = detail::hash_text(string());
}

}  // namespace indrik::templates
