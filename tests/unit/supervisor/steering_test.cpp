#include "supervisor/listeners/steering.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/bpf_common.h>
#include <sys/socket.h>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

using ::testing::ElementsAre;

/// What the kernel's machine would return if it drew this random number; nothing for a program that it would refuse.
std::optional<std::uint32_t> run(const std::vector<sock_filter>& program, std::uint32_t random) {
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0; at < program.size(); ++at) {
        const sock_filter& step = program[at];
        switch (step.code) {
            case BPF_LD | BPF_W | BPF_ABS:
                if (step.k != static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM)) return {};
                accumulator = random;
                break;
            case BPF_ALU | BPF_MOD | BPF_K:
                accumulator %= step.k;
                break;
            case BPF_ALU | BPF_ADD | BPF_K:
                accumulator += step.k;
                break;
            case BPF_JMP | BPF_JGE | BPF_K:
                at += accumulator >= step.k ? step.jt : step.jf;
                break;
            case BPF_JMP | BPF_JA:
                at += step.k;
                break;
            case BPF_RET | BPF_A:
                return accumulator;
            default:
                return {};
        }
    }
    return {};
}

void expect_each_once(const std::vector<unsigned>& indexes) {
    const std::vector<sock_filter> program = steering_program(indexes);
    EXPECT_LE(program.size(), static_cast<std::size_t>(BPF_MAXINSNS));
    const auto count = static_cast<std::uint32_t>(indexes.size());
    for (std::uint32_t value = 0; value < count; ++value) {
        ASSERT_EQ(run(program, value), indexes[value]) << value << " of " << count;
        ASSERT_EQ(run(program, value + 7 * count), indexes[value]);
    }
}

TEST(SteeringProgram, ReturnsEachIndexForOneRemainder) {
    expect_each_once({0});
    expect_each_once({5});
    expect_each_once({0, 1, 2, 3});
    expect_each_once({3, 4, 5});
    expect_each_once({0, 2, 4, 6, 8});
    expect_each_once({0, 1, 3, 4, 7, 9});
    expect_each_once({9, 3, 4, 0});
}

TEST(SteeringProgram, IsShortForConsecutiveIndexes) {
    EXPECT_EQ(steering_program(std::vector<unsigned>{0, 1, 2, 3}).size(), 3u);
    EXPECT_EQ(steering_program(std::vector<unsigned>{2, 3}).size(), 4u);
}

TEST(SteeringProgram, HasRoomForAThousandSlotsInAnyPattern) {
    std::vector<unsigned> all(1000);
    std::iota(all.begin(), all.end(), 0u);
    expect_each_once(all);
    std::vector<unsigned> gaps;  // no two are consecutive
    for (unsigned index = 0; index < 1000; ++index) gaps.push_back(2 * index + 1);
    expect_each_once(gaps);
    std::ranges::reverse(gaps);
    expect_each_once(gaps);
}

TEST(GroupOrder, TheLastMovesToThePlaceOfOneThatGoes) {
    GroupOrder order;
    for (unsigned slot = 0; slot < 5; ++slot) order.add(slot);
    order.remove(1);
    EXPECT_THAT(order.slots(), ElementsAre(0, 4, 2, 3));
    order.remove(3);
    EXPECT_THAT(order.slots(), ElementsAre(0, 4, 2));
    order.remove(9);
    order.add(1);
    EXPECT_THAT(order.indexes(std::vector<unsigned>{1, 4}), ElementsAre(1, 3));
    EXPECT_THAT(order.indexes({}), ElementsAre());
}

/// A group of sockets that listen on one port of the loopback.
class Group {
public:
    explicit Group(unsigned size) {
        for (unsigned count = 0; count < size; ++count) add();
    }
    void add() {
        const Address address = Address::parse("127.0.0.1:0");
        sockets_.push_back(bind_tcp(address, port_));
        if (port_ == 0) port_ = bound_port(sockets_.back().get());
        start_listening(sockets_.back().get(), address, 200);
    }
    void close(std::size_t index) {
        sockets_[index] = std::move(sockets_.back());
        sockets_.pop_back();
    }
    int any() const { return sockets_.back().get(); }

    /// How many of `count` new connections each got.
    std::vector<int> connect(int count) {
        const SocketAddress there = resolve(Address::parse("127.0.0.1:" + std::to_string(port_)));
        std::vector<UniqueFd> clients;
        for (; count > 0; --count) {
            clients.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
            EXPECT_EQ(::connect(clients.back().get(), there.data(), there.size), 0);
        }
        std::vector<int> accepted;
        for (const UniqueFd& socket : sockets_) {
            int here = 0;
            while (UniqueFd(::accept(socket.get(), nullptr, nullptr))) ++here;
            accepted.push_back(here);
        }
        return accepted;
    }

private:
    std::uint16_t port_ = 0;
    std::vector<UniqueFd> sockets_;
};

#define REQUIRE_STEERING(group, ...)                                                  \
    if (const auto error = steer((group).any(), std::vector<unsigned> __VA_ARGS__)) { \
        GTEST_SKIP() << "not here: " << error.message();                              \
    }

TEST(Steering, NewConnectionsGoToTheNamedSocketsOnly) {
    Group group(4);
    REQUIRE_STEERING(group, {2});
    EXPECT_THAT(group.connect(20), ElementsAre(0, 0, 20, 0));
    REQUIRE_STEERING(group, {0, 3});
    const std::vector<int> both = group.connect(60);
    EXPECT_THAT(both, ElementsAre(testing::Gt(0), 0, 0, testing::Gt(0)));
    EXPECT_EQ(both[0] + both[3], 60);
}

TEST(Steering, OneThatListensLaterGetsNothingUntilItIsNamed) {
    Group group(2);
    REQUIRE_STEERING(group, {0, 1});
    group.add();
    EXPECT_EQ(group.connect(40).at(2), 0);
    REQUIRE_STEERING(group, {2});
    EXPECT_THAT(group.connect(10), ElementsAre(0, 0, 10));
}

TEST(Steering, TheKernelMovesTheLastToThePlaceOfOneThatGoes) {
    Group group(4);
    group.close(1);
    REQUIRE_STEERING(group, {1});
    EXPECT_THAT(group.connect(10), ElementsAre(0, 10, 0));
}

}  // namespace
}  // namespace indrik::supervisor
