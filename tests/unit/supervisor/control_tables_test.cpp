#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "supervisor/control/socket_path.hpp"
#include "supervisor/control/tables.hpp"
#include "supervisor/system/process_usage.hpp"

namespace indrik::supervisor {
namespace {

TEST(FormatTable, AlignsColumns) {
    EXPECT_EQ(format_table({"NAME", "N>"}, {{"a", "1"}, {"long name", "1000"}}),
              "NAME          N\n"
              "a             1\n"
              "long name  1000\n");
    EXPECT_EQ(format_table({"A"}, {{"x\x1b[2J\n"}}), "A\nx?[2J?\n");
}

TEST(FormatAge, IsShort) {
    EXPECT_EQ(format_age(0), "0ms");
    EXPECT_EQ(format_age(0.85), "850ms");
    EXPECT_EQ(format_age(59.9), "59s");
    EXPECT_EQ(format_age(125), "2m05s");
    EXPECT_EQ(format_age(11520), "3h12m");
    EXPECT_EQ(format_age(4 * 86400 + 7 * 3600), "4d07h");
}

TEST(FormatSize, IsShort) {
    EXPECT_EQ(format_size(0), "0");
    EXPECT_EQ(format_size(1023), "1023");
    EXPECT_EQ(format_size(1536), "1.5K");
    EXPECT_EQ(format_size(200.0 * 1024 * 1024), "200M");
    EXPECT_EQ(format_size(1.5 * 1024 * 1024 * 1024), "1.5G");
}

TEST(FormatData, TakesAnyAnswer) {
    EXPECT_EQ(format_data({{"done", "reloading"}}), "reloading\n");
    EXPECT_EQ(format_data({{"workers", "nonsense"}, {"listeners", 7}}),
              "ADDRESS  SOCKETS  QUEUE\n");
    EXPECT_EQ(format_data(7), "7\n");
    EXPECT_NE(format_data({{"workers", json::Array{json::Object()}}}).find("PID"),
              std::string::npos);
}

TEST(InstanceName, ComesFromTheModule) {
    EXPECT_EQ(instance_name("build/polls.so"), "polls");
    EXPECT_EQ(instance_name("/srv/my app.so:admin"), "my_app");
    EXPECT_EQ(instance_name(""), "indrik");
    EXPECT_EQ(instance_name(std::string(300, 'x')).size(), 40u);
    EXPECT_EQ(control_file("polls", 42), "polls-42.sock");
}

TEST(ProcessUsage, IsReadBehindTheName) {
    const ProcessUsage usage = parse_process_stat(
        "42 (indrik: w) x) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 1000 9000000 300 "
        "18446744073709551615");
    EXPECT_EQ(usage.cpu_time.count(), 2000);
    EXPECT_EQ(usage.rss_bytes, 300u * 4096u);
    EXPECT_EQ(parse_process_stat("").rss_bytes, 0u);
    EXPECT_EQ(parse_process_stat("42 (x) S 1").rss_bytes, 0u);
    EXPECT_GT(process_usage(::getpid()).rss_bytes, 0u);
}

}  // namespace
}  // namespace indrik::supervisor
