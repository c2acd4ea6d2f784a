#pragma once
// Typed keys and the storage they open: state of an application or of a request, without globals and without casts.
//
//   inline const web::AppKey<Projects> kProjects{"projects"};
//   app.set(kProjects, Projects(...));
//   request.app().get(kProjects).find(id);

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace indrik::web {

/// Identifies a value by its own address: declare it once, `inline const` in a header. `T` may be any type, moveable or not.
template <class T>
class StorageKey {
public:
    explicit constexpr StorageKey(const char* name) : name_(name) {}
    StorageKey(const StorageKey&) = delete;
    StorageKey& operator=(const StorageKey&) = delete;
    /// For messages only.
    constexpr const char* name() const { return name_; }

private:
    const char* name_;
};

template <class T>
using AppKey = StorageKey<T>;
template <class T>
using RequestKey = StorageKey<T>;

/// Owns one value per key; a handful of them, found by a short walk.
class TypedStorage {
public:
    /// Builds the value in place, or replaces the one that was there.
    template <class T, class... Args>
    T& emplace(const StorageKey<T>& key, Args&&... args) {
        auto value = std::make_shared<T>(std::forward<Args>(args)...);
        T& reference = *value;
        for (Slot& slot : slots_) {
            if (slot.key == &key) {
                slot.value = std::move(value);
                return reference;
            }
        }
        slots_.push_back({&key, key.name(), std::move(value)});
        return reference;
    }

    /// The value, or nullptr.
    template <class T>
    T* find(const StorageKey<T>& key) const {
        for (const Slot& slot : slots_) {
            if (slot.key == &key) return static_cast<T*>(slot.value.get());
        }
        return nullptr;
    }

    /// Errors: std::out_of_range that names the key.
    template <class T>
    T& get(const StorageKey<T>& key) const {
        if (T* const value = find(key)) return *value;
        throw std::out_of_range(std::string("nothing is stored under the key '") + key.name() +
                                "'");
    }

    /// Of what is stored, the oldest first; for people.
    std::vector<std::string_view> names() const {
        std::vector<std::string_view> names;
        for (const Slot& slot : slots_) names.emplace_back(slot.name);
        return names;
    }

    void clear() {
        while (!slots_.empty()) slots_.pop_back();  // newest first: values may use older ones
    }
    TypedStorage() = default;
    TypedStorage(TypedStorage&&) = default;
    TypedStorage& operator=(TypedStorage&&) = default;
    ~TypedStorage() { clear(); }

private:
    struct Slot {
        const void* key;
        const char* name;
        std::shared_ptr<void> value;  // remembers how to destroy a T
    };
    std::vector<Slot> slots_;
};

}  // namespace indrik::web
