#include "indrik/templates/loader.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace {

using namespace indrik::templates;
namespace fs = std::filesystem;

class FileSystemLoaderTest : public testing::Test {
protected:
    FileSystemLoaderTest() {
        std::string pattern = (fs::temp_directory_path() / "indrik-templates-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        fs::create_directories(folder_ / "site/sub");
        std::ofstream(folder_ / "secret.txt") << "secret";
        std::ofstream(folder_ / "site/a.html") << "A";
        std::ofstream(folder_ / "site/sub/b.html") << "B";
    }
    ~FileSystemLoaderTest() override { fs::remove_all(folder_); }
    fs::path folder_;
};

TEST_F(FileSystemLoaderTest, FindsFilesBelowItsFolder) {
    const FileSystemLoader loader((folder_ / "site").string());
    EXPECT_EQ(loader.load("a.html")->text, "A");
    EXPECT_EQ(loader.load("./sub//b.html")->text, "B");
    EXPECT_EQ(loader.names(), (std::vector<std::string>{"a.html", "sub/b.html"}));
}

TEST_F(FileSystemLoaderTest, NeverLeavesItsFolder) {
    const FileSystemLoader loader((folder_ / "site").string());
    for (const std::string_view name :
         std::initializer_list<std::string_view>{"../secret.txt",
                                                 "sub/../../secret.txt",
                                                 "/etc/passwd",
                                                 "..",
                                                 "",
                                                 "sub",
                                                 std::string_view("a.html\0x", 8)}) {
        EXPECT_FALSE(loader.load(name)) << name;
    }
    EXPECT_FALSE(loader.load((folder_ / "secret.txt").string()));
}

TEST_F(FileSystemLoaderTest, NoticesChanges) {
    const FileSystemLoader loader((folder_ / "site").string());
    const auto source = loader.load("a.html");
    EXPECT_TRUE(source->is_fresh());
    fs::last_write_time(folder_ / "site/a.html",
                        fs::file_time_type::clock::now() + std::chrono::hours(1));
    EXPECT_FALSE(source->is_fresh());
    fs::remove(folder_ / "site/a.html");
    EXPECT_FALSE(source->is_fresh());
}

TEST(Loader, ChoosesAndPrefixes) {
    const auto one =
        std::make_shared<DictLoader>(std::map<std::string, std::string, std::less<>>{{"a", "1"}});
    const auto two = std::make_shared<DictLoader>(
        std::map<std::string, std::string, std::less<>>{{"a", "2"}, {"b", "2"}});
    const ChoiceLoader choice({one, two});
    EXPECT_EQ(choice.load("a")->text, "1");
    EXPECT_EQ(choice.load("b")->text, "2");
    EXPECT_FALSE(choice.load("c"));
    const PrefixLoader prefix({{"x", two}});
    EXPECT_EQ(prefix.load("x/b")->text, "2");
    EXPECT_FALSE(prefix.load("b"));
    EXPECT_EQ(prefix.names(), (std::vector<std::string>{"x/a", "x/b"}));
}

TEST(Loader, TellsItsFolders) {
    const auto files = std::make_shared<FileSystemLoader>(std::vector<std::string>{"a", "b"});
    const auto pages =
        std::make_shared<DictLoader>(std::map<std::string, std::string, std::less<>>{});
    const auto prefixed = std::make_shared<PrefixLoader>(
        std::map<std::string, std::shared_ptr<const Loader>, std::less<>>{
            {"x", std::make_shared<FileSystemLoader>("c")}});
    EXPECT_EQ(ChoiceLoader({files, pages, prefixed}).folders(),
              (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(pages->folders().empty());
}

}  // namespace
