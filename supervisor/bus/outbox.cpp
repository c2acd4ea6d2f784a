#include "supervisor/bus/outbox.hpp"

#include <string_view>
#include <utility>

namespace indrik::supervisor {

bool Outbox::push(Record record) {
    const std::size_t size = record->size() + kRecordOverhead;
    if (!entries_.empty() && waiting_ + size > limit_) {
        lose(1);
        return false;
    }
    note_gap();
    entries_.emplace_back(PacketKind::Data).record = std::move(record);
    waiting_ += size;
    return true;
}

void Outbox::push_control(PacketKind kind, int passed) {
    note_gap();
    entries_.emplace_back(kind).passed = passed;
}

void Outbox::lose(std::uint64_t count) {
    missed_ += count;
    dropped_ += count;
    has_lost_ = true;
}

/// What was lost so far gets its place in the queue.
void Outbox::note_gap() {
    if (missed_ != 0) entries_.emplace_back(PacketKind::Gap).missed = std::exchange(missed_, 0);
}

Outbox::Flush Outbox::flush() {
    for (;;) {
        if (entries_.empty()) note_gap();
        if (entries_.empty()) return Flush::Done;
        Entry& first = entries_.front();
        const SendOutcome outcome = send(first);
        if (outcome == SendOutcome::Full) return Flush::Full;
        if (outcome == SendOutcome::Gone) {
            while (!entries_.empty()) pop();
            return Flush::Gone;
        }
        const bool is_data = first.kind == PacketKind::Data;
        if (outcome == SendOutcome::Sent && is_data) first.offset += kPacketBytes;
        if (outcome == SendOutcome::Sent && is_data && first.offset < first.record->size())
            continue;
        pop();
        if (is_data && outcome == SendOutcome::Sent) ++sent_;
        if (is_data && outcome == SendOutcome::Lost)
            lose(1);  // of which the gap clears the beginning
    }
}

SendOutcome Outbox::send(Entry& entry) const {
    PacketHeader header;
    header.kind = entry.kind;
    header.from = self_;
    std::string_view payload;
    if (entry.kind == PacketKind::Gap) {
        payload = {reinterpret_cast<const char*>(&entry.missed), sizeof entry.missed};
    } else if (entry.kind == PacketKind::Data) {
        payload = std::string_view(*entry.record).substr(entry.offset);
        header.is_first = entry.offset == 0 ? 1 : 0;
        header.is_last = payload.size() <= kPacketBytes ? 1 : 0;
        payload = payload.substr(0, kPacketBytes);
    }
    return send_packet(fd(), header, payload, entry.passed);
}

void Outbox::pop() {
    const Entry& first = entries_.front();
    if (first.record) waiting_ -= first.record->size() + kRecordOverhead;
    entries_.pop_front();
}

bool Outbox::take_recovered() {
    if (!has_lost_ || missed_ != 0 || !entries_.empty()) return false;
    return std::exchange(has_lost_, false);
}

}  // namespace indrik::supervisor
