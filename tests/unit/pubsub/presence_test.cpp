#include "indrik/pubsub/presence.hpp"

#include <string>

#include <gtest/gtest.h>

namespace indrik::pubsub {
namespace {

std::string describe(const TopicPresence& presence) {
    std::string text = std::to_string(presence.count);
    for (const auto& [name, count] : presence.names)
        text += " " + name + "*" + std::to_string(count);
    return text;
}

TEST(PresenceTable, CountsOwnSubscribers) {
    PresenceTable table;
    EXPECT_EQ(describe(table.of("room")), "0");
    table.change_own("room", "anna", 1);
    table.change_own("room", "anna", 1);
    table.change_own("room", "", 1);
    table.change_own("hall", "ben", 1);
    EXPECT_EQ(describe(table.of("room")), "3 anna*2");
    table.change_own("room", "anna", -1);
    EXPECT_EQ(describe(table.of("room")), "2 anna*1");
    table.change_own("room", "anna", -1);
    table.change_own("room", "", -1);
    EXPECT_EQ(describe(table.of("room")), "0");
    EXPECT_EQ(table.take_changed_topics(), (std::set<std::string>{"hall", "room"}));
    EXPECT_TRUE(table.take_changed_topics().empty());
}

TEST(PresenceTable, OthersFollowByChangesAndBySnapshots) {
    PresenceTable here;
    PresenceTable there;
    here.change_own("room", "anna", 1);
    here.change_own("room", "", 1);
    EXPECT_TRUE(there.apply(7, here.take_changes()));
    EXPECT_EQ(describe(there.of("room")), "2 anna*1");
    there.change_own("room", "ben", 1);
    here.change_own("room", "anna", -1);
    EXPECT_TRUE(there.apply(7, here.take_changes()));
    EXPECT_EQ(describe(there.of("room")), "2 ben*1");
    EXPECT_EQ(here.take_changes(), "");

    here.change_own("hall", "anna", 1);
    here.take_changes();  // lost
    EXPECT_TRUE(there.apply(7, here.snapshot()));
    EXPECT_EQ(describe(there.of("room")), "2 ben*1");
    EXPECT_EQ(describe(there.of("hall")), "1 anna*1");
}

TEST(PresenceTable, ANodeThatGoesTakesItsSubscribersAlong) {
    PresenceTable here;
    PresenceTable there;
    here.change_own("room", "anna", 1);
    here.change_own("room", "", 1);
    there.apply(7, here.snapshot());
    there.apply(8, here.snapshot());
    there.take_changed_topics();
    there.remove(7);
    EXPECT_EQ(describe(there.of("room")), "2 anna*1");
    EXPECT_EQ(there.take_changed_topics(), std::set<std::string>{"room"});
    there.remove(8);
    there.remove(9);
    EXPECT_EQ(describe(there.of("room")), "0");
}

TEST(PresenceTable, NonsenseIsRefusedAtEveryCut) {
    PresenceTable here;
    here.change_own("room", "anna", 1);
    here.change_own("hall", "", 1);
    const std::string whole = here.snapshot();
    EXPECT_FALSE(PresenceTable().apply(1, ""));
    EXPECT_FALSE(PresenceTable().apply(1, "x"));
    int complete = 0;
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        PresenceTable there;
        if (there.apply(1, whole.substr(0, size))) ++complete;
    }
    EXPECT_EQ(complete, 3) << "none, one, and two entries";
}

}  // namespace
}  // namespace indrik::pubsub
