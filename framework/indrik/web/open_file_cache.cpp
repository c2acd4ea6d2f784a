#include "indrik/web/open_file_cache.hpp"

#include <utility>

namespace indrik::web {
namespace {

bool are_same(const std::shared_ptr<const OpenFile>& left,
              const std::shared_ptr<const OpenFile>& right) {
    return left && right ? left->is_same_as(*right) : left == right;
}

bool are_same(const FileVariants& left, const FileVariants& right) {
    if (left.is_folder != right.is_folder || !are_same(left.original, right.original)) return false;
    for (std::size_t i = 0; i < left.siblings.size(); ++i) {
        if (!are_same(left.siblings[i], right.siblings[i])) return false;
    }
    return true;
}

}  // namespace

std::shared_ptr<const FileVariants> OpenFileCache::find(std::string_view name,
                                                        Clock::time_point now) {
    if (const auto known = index_.find(name); known != index_.end()) {
        entries_.splice(entries_.begin(), entries_, known->second);
        Entry& entry = *known->second;
        if (now - entry.checked >= kFreshFor) refresh(entry, now);
        return entry.file;
    }
    auto file = std::make_shared<const FileVariants>(folder_.find(name, precompressed_));
    if (name.size() > kMaxNameBytes || capacity_ == 0) return file;
    if (entries_.size() >= capacity_) {
        index_.erase(entries_.back().name);
        entries_.pop_back();
    }
    entries_.push_front({std::string(name), file, now});
    index_.emplace(entries_.front().name, entries_.begin());
    return file;
}

/// What has not changed stays, with the hash that may have been made of it.
void OpenFileCache::refresh(Entry& entry, Clock::time_point now) {
    FileVariants found = folder_.find(entry.name, precompressed_);
    if (!are_same(found, *entry.file))
        entry.file = std::make_shared<const FileVariants>(std::move(found));
    entry.checked = now;
}

}  // namespace indrik::web
