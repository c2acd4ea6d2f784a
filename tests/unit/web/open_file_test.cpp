// Files as they are looked up beneath a folder, and what is kept of them.

#include "indrik/web/open_file.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

#include <sys/stat.h>

#include "indrik/web/open_file_cache.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::web {
namespace {

using namespace std::chrono_literals;
using test::TemporaryFolder;

TEST(PlainName, RefusesWhateverIsNoNameBeneathAFolder) {
    for (const char* name :
         {"", "a", "a/b", "a/..b", "...", ".hidden", "a b", "a\\..\\b", "%2e%2e"})
        EXPECT_TRUE(is_plain_name(name)) << name;
    for (const char* name : {"..", ".", "/", "/a", "a/", "a//b", "../a", "a/..", "a/../b", "./a"})
        EXPECT_FALSE(is_plain_name(name)) << name;
    EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3)));
}

class ServedFolderTest : public testing::Test {
protected:
    ServedFolderTest() {
        outside.write("secret.txt", "secret");
        folder.write("a.txt", "hello");
        folder.write("sub/b.txt", "there");
        folder.link("inner", "sub/b.txt");
        folder.link("inner_folder", "sub");
        folder.link("outer", outside / "secret.txt");
        folder.link("outer_folder", outside.path());
        folder.link("climb", "../" + outside.path().filename().string() + "/secret.txt");
    }
    TemporaryFolder outside;
    TemporaryFolder folder;
};

TEST_F(ServedFolderTest, OpensWhatIsBeneathIt) {
    const ServedFolder served(folder.path(), false);
    for (const char* name : {"", "a.txt", "sub", "sub/b.txt"})
        EXPECT_TRUE(served.open(name)) << name;
    for (const char* name : {"b.txt", "a.txt/", "a.txt/b", "sub/../..", "..", "/etc/passwd"})
        EXPECT_FALSE(served.open(name)) << name;
    EXPECT_FALSE(served.open(std::string(5000, 'x')));
}

TEST_F(ServedFolderTest, OpensNoLinkUnlessAllowed) {
    const ServedFolder served(folder.path(), false);
    for (const char* name : {"inner",
                             "inner_folder",
                             "inner_folder/b.txt",
                             "outer",
                             "outer_folder/secret.txt",
                             "climb"})
        EXPECT_FALSE(served.open(name)) << name;
}

TEST_F(ServedFolderTest, FollowsNoLinkOutEvenIfLinksAreAllowed) {
    const ServedFolder served(folder.path(), true);
    for (const char* name : {"inner", "inner_folder", "inner_folder/b.txt"})
        EXPECT_TRUE(served.open(name)) << name;
    for (const char* name : {"outer", "outer_folder", "outer_folder/secret.txt", "climb"})
        EXPECT_FALSE(served.open(name)) << name;
}

TEST_F(ServedFolderTest, OpensTheSameWithoutTheKernelsHelp) {
    const ServedFolder served(folder.path(), true);
    for (const char* name : {".", "a.txt", "sub", "sub/b.txt"}) {
        EXPECT_TRUE(served.open_by_steps(name)) << name;
    }
    for (const char* name : {"",
                             "b.txt",
                             "a.txt/",
                             "a.txt/b",
                             "sub/../..",
                             "..",
                             "/etc/passwd",
                             "../a.txt",
                             "inner",
                             "inner_folder/b.txt",
                             "outer",
                             "outer_folder/secret.txt",
                             "climb"}) {
        EXPECT_FALSE(served.open_by_steps(name)) << name;
    }
}

TEST_F(ServedFolderTest, IsAnExistingFolder) {
    EXPECT_THROW(ServedFolder(folder / "nothing", false), std::invalid_argument);
    EXPECT_THROW(ServedFolder(folder / "a.txt", false), std::invalid_argument);
}

TEST_F(ServedFolderTest, DoesNotWaitForAFifo) {
    ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
    const ServedFolder served(folder.path(), false);
    const FileVariants found = served.find("fifo", true);
    EXPECT_FALSE(found.original);
    EXPECT_FALSE(found.is_folder);
}

TEST_F(ServedFolderTest, FindsSiblingsThatAreNotOlder) {
    folder.write("app.js", "original");
    folder.write("app.js.gz", "gzip");
    folder.write("app.js.br", "brotli");
    folder.age("app.js.br", 10);
    folder.link("app.js.zst", outside / "secret.txt");  // CVE-2024-42367
    const ServedFolder served(folder.path(), false);
    const FileVariants found = served.find("app.js", true);
    EXPECT_EQ(found.media_type, "text/javascript");
    EXPECT_FALSE(found.siblings[0]);
    EXPECT_FALSE(found.siblings[1]);
    ASSERT_TRUE(found.siblings[2]);
    EXPECT_EQ(found.siblings[2]->size_bytes(), 4u);
    EXPECT_NE(found.siblings[2]->etag(), found.original->etag());
    EXPECT_FALSE(served.find("app.js", false).has_siblings());
}

TEST_F(ServedFolderTest, TellsVersionsApart) {
    const ServedFolder served(folder.path(), false);
    const FileVariants before = served.find("a.txt", false);
    const FileVariants again = served.find("a.txt", false);
    EXPECT_EQ(before.original->etag(), again.original->etag());
    EXPECT_TRUE(before.original->is_same_as(*again.original));
    folder.replace("a.txt", "HELLO");
    const FileVariants after = served.find("a.txt", false);
    EXPECT_NE(before.original->etag(), after.original->etag());
    EXPECT_FALSE(before.original->is_same_as(*after.original));
    EXPECT_NE(before.original->content_hash(), after.original->content_hash());
    EXPECT_EQ(after.original->content_hash(), "3733cd977ff8eb18");  // of SHA-256
}

class OpenFileCacheTest : public ServedFolderTest {
protected:
    ServedFolder served{folder.path(), false};
    OpenFileCache::Clock::time_point now{};
};

TEST_F(OpenFileCacheTest, KeepsWhatItFoundForASecond) {
    OpenFileCache cache(served, true);
    const auto first = cache.find("a.txt", now);
    const auto absent = cache.find("later.txt", now);
    folder.replace("a.txt", "changed");
    folder.write("later.txt", "now");
    EXPECT_EQ(cache.find("a.txt", now + 999ms), first);
    EXPECT_FALSE(cache.find("later.txt", now + 999ms)->original);
    EXPECT_EQ(cache.find("a.txt", now + 1s)->original->size_bytes(), 7u);
    EXPECT_TRUE(cache.find("later.txt", now + 1s)->original);
    std::filesystem::remove(folder / "a.txt");
    EXPECT_FALSE(cache.find("a.txt", now + 3s)->original);
}

TEST_F(OpenFileCacheTest, KeepsTheHashOfWhatHasNotChanged) {
    OpenFileCache cache(served, true);
    cache.find("a.txt", now)->original->content_hash();
    EXPECT_TRUE(cache.find("a.txt", now + 5s)->original->has_content_hash());
    folder.write("a.txt.gz", "a new sibling");
    EXPECT_TRUE(cache.find("a.txt", now + 10s)->has_siblings());
}

TEST_F(OpenFileCacheTest, ForgetsTheLeastRecentlyUsed) {
    OpenFileCache cache(served, true, 2);
    const auto first = cache.find("a.txt", now);
    const auto second = cache.find("sub/b.txt", now);
    EXPECT_EQ(cache.find("a.txt", now), first);
    cache.find("nothing", now);
    EXPECT_EQ(cache.size(), 2u);
    EXPECT_EQ(cache.find("a.txt", now), first);
    EXPECT_NE(cache.find("sub/b.txt", now), second);
}

TEST_F(OpenFileCacheTest, DoesNotKeepLongNames) {
    OpenFileCache cache(served, true);
    cache.find(std::string(OpenFileCache::kMaxNameBytes + 1, 'x'), now);
    EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace indrik::web
