#include "indrik/sessions/detail/session_data.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/json/reader.hpp"
#include "indrik/json/text_writer.hpp"
#include "indrik/sessions/detail/value_text.hpp"

namespace indrik::sessions::detail {

bool SessionData::load(std::string text) {
    reset();
    text_ = std::move(text);
    json::Reader reader(text_, json::kMaxDepth);
    if (reader.peek() != json::Kind::Map || !reader.begin_object()) return false;
    std::string space;
    members_.reserve(8);
    while (const auto name = reader.next_member(space)) {
        if (members_.size() == kMaxMembers) break;
        Member& member = find_or_add(*name);
        reader.peek();
        const std::size_t begin = reader.position();
        if (!reader.skip()) break;
        member.loaded = std::string_view(text_).substr(begin, reader.position() - begin);
    }
    if (members_.size() < kMaxMembers && reader.finish()) return true;
    reset();
    return false;
}

void SessionData::reset() {
    members_.clear();
    erased_.clear();
    text_.clear();
    is_marked_ = false;
}

SessionData::Member* SessionData::find(std::string_view name) {
    const auto found = std::find_if(
        members_.begin(), members_.end(), [name](const Member& one) { return one.name == name; });
    return found == members_.end() ? nullptr : &*found;
}

SessionData::Member& SessionData::find_or_add(std::string_view name) {
    if (Member* const member = find(name)) return *member;
    Member& added = members_.emplace_back();
    added.name.assign(name);
    return added;
}

std::optional<std::string_view> SessionData::text(std::string_view name) {
    Member* const member = find(name);
    if (member == nullptr) return std::nullopt;
    settle(*member);
    return member->text();
}

void SessionData::set_text(std::string_view name, std::string text) {
    Member& member = find_or_add(name);
    settle(member);
    member.value.reset();
    member.is_lent = false;
    if (!member.loaded.empty() || member.own) {
        if (member.text() == text) return;
    }
    member.own = std::move(text);
    member.is_changed = true;
}

json::Value& SessionData::value_of(Member& member) {
    if (!member.value) {
        Result<json::Value> parsed = json::parse(member.text());
        member.value =
            std::make_unique<json::Value>(parsed ? std::move(*parsed) : json::Value(nullptr));
    }
    return *member.value;
}

const json::Value* SessionData::value(std::string_view name) {
    Member* const member = find(name);
    return member == nullptr ? nullptr : &value_of(*member);
}

json::Value& SessionData::lend(std::string_view name) {
    if (find(name) == nullptr) set_text(name, "null");
    Member& member = *find(name);
    member.is_lent = true;
    return value_of(member);
}

bool SessionData::erase(std::string_view name) {
    Member* const member = find(name);
    if (member == nullptr) return false;
    erased_.push_back(member->name);
    members_.erase(members_.begin() + (member - members_.data()));
    return true;
}

void SessionData::clear() {
    for (Member& member : members_) erased_.push_back(std::move(member.name));
    members_.clear();
}

std::vector<std::string> SessionData::names() const {
    std::vector<std::string> names;
    for (const Member& member : members_) names.push_back(member.name);
    return names;
}

/// Texts of the same value may differ in blanks and escapes, so it is values that count.
void SessionData::settle(Member& member) {
    if (!member.is_lent) return;
    std::string text;
    append_value(text, *member.value);
    if (text == member.text()) return;
    const Result<json::Value> before = json::parse(member.text());
    if (before && *before == *member.value) return;
    member.own = std::move(text);
    member.is_changed = true;
}

void SessionData::settle() {
    for (Member& member : members_) settle(member);
}

bool SessionData::is_changed() {
    settle();
    return is_marked_ || !erased_.empty() ||
           std::any_of(
               members_.begin(), members_.end(), [](const Member& one) { return one.is_changed; });
}

std::string SessionData::to_text() {
    settle();
    std::size_t size = 2;
    for (const Member& member : members_) size += member.name.size() + member.text().size() + 4;
    std::string text;
    text.reserve(size);
    text += '{';
    for (const Member& member : members_) {
        if (text.size() > 1) text += ',';
        json::append_string(text, member.name);
        text += ':';
        text += member.text();
    }
    text += '}';
    return text;
}

std::vector<SessionData::Change> SessionData::changes() {
    settle();
    std::vector<Change> changes;
    for (const std::string& name : erased_) {
        if (find(name) == nullptr) changes.emplace_back(name, std::nullopt);
    }
    for (const Member& member : members_) {
        if (member.is_changed) changes.emplace_back(member.name, std::string(member.text()));
    }
    return changes;
}

void SessionData::apply(std::vector<Change> changes) {
    for (auto& [name, text] : changes) {
        if (text) {
            set_text(name, std::move(*text));
        } else {
            erase(name);
        }
    }
}

void SessionData::mark_saved() {
    settle();
    erased_.clear();
    is_marked_ = false;
    for (Member& member : members_) member.is_changed = false;
}

}  // namespace indrik::sessions::detail
