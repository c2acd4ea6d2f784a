#pragma once
// The files of a folder that are asked for often, kept open: most requests need no system call to find theirs.
//
// One per worker. What is in it, absence included, is looked up anew once a second at the most; so a change is seen within a
// second, and a file that is replaced while it is being sent is sent to its end.

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "indrik/web/open_file.hpp"

namespace indrik::web {

/// Resource type; bounded, the least recently used goes first.
class OpenFileCache {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::seconds kFreshFor{1};
    /// Names in it; each holds up to four descriptors.
    static constexpr std::size_t kDefaultCapacity = 256;
    /// Longer names are not kept.
    static constexpr std::size_t kMaxNameBytes = 256;

    /// Lifetime: `folder` outlives it.
    OpenFileCache(const ServedFolder& folder,
                  bool precompressed,
                  std::size_t capacity = kDefaultCapacity)
        : folder_(folder), precompressed_(precompressed), capacity_(capacity) {}

    /// What the name stands for; see ServedFolder::find. Errors: as there.
    std::shared_ptr<const FileVariants> find(std::string_view name, Clock::time_point now);

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::string name;
        std::shared_ptr<const FileVariants> file;
        Clock::time_point checked;
    };

    void refresh(Entry& entry, Clock::time_point now);

    const ServedFolder& folder_;
    bool precompressed_;
    std::size_t capacity_;
    std::list<Entry> entries_;  // the most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
};

}  // namespace indrik::web
