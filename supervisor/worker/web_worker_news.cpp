// What masters of web workers tell each other in an upgrade: the secret of the session tickets, so that clients resume what the
// old workers began, and the addresses of workers, so that all are on one bus.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "supervisor/bus/packet.hpp"
#include "supervisor/worker/web_worker.hpp"

namespace indrik::supervisor {
namespace {

constexpr char kTickets = 'T';
constexpr char kSeats = 'B';
constexpr std::uint32_t kTicketsVersion = 1;
constexpr std::size_t kSeatsInPiece = 200;

/// A letter, the version of what follows, and that: for seats their numbers, in the order of the descriptors.
struct News {
    char kind;
    std::uint32_t version;
    std::string_view rest;
};

std::string begin(char kind, std::uint32_t version) {
    std::string bytes(1 + sizeof version, kind);
    std::memcpy(bytes.data() + 1, &version, sizeof version);
    return bytes;
}

News parse(std::string_view bytes) {
    News news{'\0', 0, {}};
    if (bytes.size() < 1 + sizeof news.version) return news;
    news.kind = bytes.front();
    std::memcpy(&news.version, bytes.data() + 1, sizeof news.version);
    news.rest = bytes.substr(1 + sizeof news.version);
    return news;
}

MasterNews news_of(std::span<const BusAddress> seats) {
    MasterNews news{begin(kSeats, kBusVersion), {}};
    for (const BusAddress& seat : seats) {
        char number[sizeof seat.number];
        std::memcpy(number, &seat.number, sizeof number);
        news.bytes.append(number, sizeof number);
        news.descriptors.push_back(seat.socket.get());
    }
    return news;
}

}  // namespace

std::vector<MasterNews> WebWorker::news_for_successor() {
    std::vector<MasterNews> news{{begin(kTickets, kTicketsVersion) + ticket_keys_.save(), {}}};
    bus_.forget_the_dead();
    for (std::span<const BusAddress> rest(bus_.addresses()); !rest.empty();) {
        const std::size_t count = std::min(rest.size(), kSeatsInPiece);
        news.push_back(news_of(rest.first(count)));
        rest = rest.subspan(count);
    }
    return news;
}

std::vector<MasterNews> WebWorker::news_of_fork() {
    if (bus_.newest() == nullptr) return {};
    return {news_of({bus_.newest(), 1})};
}

void WebWorker::hear(std::string_view bytes, std::vector<UniqueFd> descriptors) {
    const News news = parse(bytes);
    if (news.kind == kTickets && news.version == kTicketsVersion) ticket_keys_.restore(news.rest);
    if (news.kind != kSeats || news.version != kBusVersion) return;
    if (news.rest.size() != descriptors.size() * sizeof(SeatNumber)) return;  // too many were open
    for (std::size_t index = 0; index < descriptors.size(); ++index) {
        BusAddress seat;
        std::memcpy(
            &seat.number, news.rest.data() + index * sizeof seat.number, sizeof seat.number);
        seat.socket = std::move(descriptors[index]);
        bus_.introduce(std::move(seat));
    }
}

}  // namespace indrik::supervisor
