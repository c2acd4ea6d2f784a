// The sockets between workers, and what the master makes of them, in one process.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/bus/outbox.hpp"
#include "supervisor/bus/packet.hpp"
#include "supervisor/bus/seats.hpp"

namespace indrik::supervisor {
namespace {

/// All packets in an inbox: "data(text) ", with < and > for pieces that are not first or last.
std::string drain(const UniqueFd& inbox) {
    std::vector<char> space(kPacketBytes);
    std::string text;
    for (;;) {
        Received packet = receive_packet(inbox.get(), space);
        if (packet.outcome == ReceiveOutcome::End) return text + "end ";
        if (packet.outcome == ReceiveOutcome::Nothing) return text;
        const std::string payload = packet.payload.size() > 50
                                        ? std::to_string(packet.payload.size())
                                        : std::string(packet.payload);
        switch (packet.header.kind) {
            case PacketKind::Join:
                text += packet.passed ? "join " : "join without address ";
                break;
            case PacketKind::Welcome:
                text += "welcome ";
                break;
            case PacketKind::Introduce:
                text += packet.passed ? "introduce " : "introduce without address ";
                break;
            case PacketKind::Data:
                text += std::string(packet.header.is_first != 0 ? "" : "<") + "data(" + payload +
                        ")" + (packet.header.is_last != 0 ? " " : "> ");
                break;
            case PacketKind::Gap:
                text += "gap(" + std::to_string(static_cast<int>(payload[0])) + ") ";
                break;
        }
    }
}

/// A seat's two ends.
struct Line {
    UniqueFd inbox;
    std::unique_ptr<Outbox> outbox;
    explicit Line(std::size_t limit = Outbox::kLimitBytes) {
        BusSeats seats;
        seats.open_seat();
        BusSeat seat = seats.take();
        inbox = std::move(seat.inbox);
        outbox = std::make_unique<Outbox>(7, std::move(seat.own), limit);
    }
    bool push(const std::string& text) {
        return outbox->push(std::make_shared<const std::string>(text));
    }
};

TEST(BusSeats, AreNumberedAndForgottenWithTheirWorkers) {
    BusSeats seats;
    seats.open_seat();
    seats.open_seat();
    seats.open_seat();  // the two before it have no inbox any more: as if their workers had died
    BusSeat seat = seats.take();
    EXPECT_TRUE(seat.inbox);
    EXPECT_TRUE(seat.others.empty());
    EXPECT_EQ(seat.own.number & 0xffff, 3u);
    EXPECT_TRUE(seats.take().others.empty());
}

TEST(BusSeats, NewcomersInheritTheAddressesOfTheOthers) {
    BusSeats seats;
    seats.open_seat();
    UniqueFd kept;  // the worker's copy of its inbox
    {
        BusSeat first = seats.take();
        kept = std::move(first.inbox);
        EXPECT_EQ(send_packet(first.own.socket.get(), PacketHeader(), "x"), SendOutcome::Sent);
    }
    EXPECT_EQ(drain(kept), "data(x) end ") << "nobody has its address any more";
}

TEST(BusSeats, StrangersAreIntroducedOnceAndInherited) {
    BusSeats seats;
    seats.open_seat();
    UniqueFd inbox(::dup(seats.descriptors().front()));  // the worker's
    seats.close_inbox();
    BusSeats other;  // of another master: in this process only the number tells
    other.open_seat();
    const UniqueFd strangers_inbox(::dup(other.descriptors().front()));
    const SeatNumber number = other.newest()->number ^ (SeatNumber{1} << 40);
    for (int i = 0; i < 2; ++i) {
        BusAddress stranger;
        stranger.number = number;
        stranger.socket.reset(::dup(other.newest()->socket.get()));
        seats.introduce(std::move(stranger));
    }
    EXPECT_EQ(drain(inbox), "introduce ");
    EXPECT_EQ(drain(strangers_inbox), "") << "it hears of others from its own master";
    seats.open_seat();
    const BusSeat newcomer = seats.take();
    ASSERT_EQ(newcomer.others.size(), 2u);
    EXPECT_EQ(newcomer.others.front().number, number);
    EXPECT_NE(newcomer.own.number, number);
    EXPECT_EQ(send_packet(newcomer.others.front().socket.get(), PacketHeader(), "hello"),
              SendOutcome::Sent);
    EXPECT_EQ(drain(strangers_inbox), "data(hello) ");
}

TEST(BusPacket, PassesDescriptors) {
    Line line;
    Line other;
    line.outbox->push_control(PacketKind::Join, other.outbox->fd());
    line.outbox->push_control(PacketKind::Welcome);
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Done);
    std::vector<char> space(kPacketBytes);
    Received packet = receive_packet(line.inbox.get(), space);
    EXPECT_EQ(packet.header.kind, PacketKind::Join);
    EXPECT_EQ(packet.header.from, 7u);
    ASSERT_TRUE(packet.passed);
    PacketHeader header;
    EXPECT_EQ(send_packet(packet.passed.get(), header, "by another hand"), SendOutcome::Sent);
    EXPECT_EQ(drain(other.inbox), "data(by another hand) ");
    EXPECT_EQ(drain(line.inbox), "welcome ");
}

TEST(Outbox, SplitsWhatIsLarge) {
    Line line;
    line.push(std::string(kPacketBytes, 'a'));
    line.push(std::string(2 * kPacketBytes + 100, 'b'));
    line.push("small");
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Done);
    EXPECT_EQ(drain(line.inbox), "data(32768) data(32768)> <data(32768)> <data(100) data(small) ");
    EXPECT_EQ(line.outbox->sent(), 3u);
    EXPECT_EQ(line.outbox->waiting_bytes(), 0u);
}

TEST(Outbox, NeverWaitsForAReceiverThatIsSlow) {
    Line line(10'000);
    int taken = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (line.push(std::string(100, 'x'))) ++taken;
        line.outbox->flush();
    }
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Full);
    EXPECT_LT(taken, 20'000);
    EXPECT_LE(line.outbox->waiting_bytes(), 10'000u);
    EXPECT_EQ(line.outbox->dropped(), static_cast<std::uint64_t>(20'000 - taken));
    EXPECT_FALSE(line.outbox->take_recovered());
    std::string received;
    while (line.outbox->flush() == Outbox::Flush::Full) received += drain(line.inbox);
    received += drain(line.inbox);
    EXPECT_EQ(static_cast<std::uint64_t>(taken), line.outbox->sent());
    EXPECT_NE(received.find("gap("), std::string::npos);
    EXPECT_EQ(received.rfind("gap("), received.find("gap(")) << "one gap, at the end";
    EXPECT_TRUE(line.outbox->take_recovered());
    EXPECT_FALSE(line.outbox->take_recovered());
}

TEST(Outbox, SaysWhereItLeftOutMessages) {
    Line line(300);
    while (line.outbox->flush() != Outbox::Flush::Full) line.push(std::string(5'000, 'f'));
    drain(line.inbox);
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Done);
    drain(line.inbox);
    ASSERT_TRUE(line.push("1"));
    ASSERT_TRUE(line.push("2"));
    ASSERT_TRUE(line.push("3"));
    EXPECT_TRUE(line.push("4"));
    EXPECT_FALSE(line.push(std::string(100, '5')));
    EXPECT_FALSE(line.push(std::string(100, '6')));
    line.outbox->push_control(PacketKind::Welcome);
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Done);
    EXPECT_TRUE(line.push("7"));
    line.outbox->flush();
    EXPECT_EQ(drain(line.inbox), "data(1) data(2) data(3) data(4) gap(2) welcome data(7) ");
}

TEST(Outbox, OneRecordIsAlwaysTaken) {
    Line line(100);
    EXPECT_TRUE(line.push(std::string(100'000, 'x')));
    EXPECT_FALSE(line.push("y"));
}

TEST(Outbox, NoticesThatItsPeerHasGone) {
    Line line;
    line.inbox.reset();
    line.push("x");
    EXPECT_EQ(line.outbox->flush(), Outbox::Flush::Gone);
    EXPECT_EQ(line.outbox->waiting_bytes(), 0u);
}

}  // namespace
}  // namespace indrik::supervisor
