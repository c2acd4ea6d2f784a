#include "supervisor/reload/watch_list.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace indrik::supervisor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Glob, MatchesAsAShellDoes) {
    const Glob glob("/srv/conf/*.to[mn]l");
    EXPECT_EQ(glob.folder(), "/srv/conf");
    EXPECT_TRUE(glob.matches("/srv/conf/a.toml"));
    EXPECT_TRUE(glob.matches("/srv/conf/a.tonl"));
    EXPECT_FALSE(glob.matches("/srv/conf/.toml"));
    EXPECT_FALSE(glob.matches("/srv/conf/a/b.toml"));
    EXPECT_FALSE(glob.matches("/srv/conf"));
    EXPECT_FALSE(glob.reaches_into("/srv/conf/a"));
}

TEST(Glob, TwoStarsAreAnyFolders) {
    const Glob glob("/srv/**/conf/**/*.toml");
    EXPECT_EQ(glob.folder(), "/srv");
    for (const char* const path :
         {"/srv/conf/a.toml", "/srv/x/y/conf/a.toml", "/srv/conf/p/q/a.toml"})
        EXPECT_TRUE(glob.matches(path)) << path;
    for (const char* const path : {"/srv/a.toml", "/conf/a.toml", "/srv/conf/a.json", "/srv/conf"})
        EXPECT_FALSE(glob.matches(path)) << path;
    EXPECT_TRUE(glob.reaches_into("/srv/anything/at/all"));
    EXPECT_TRUE(Glob("/srv/**").matches("/srv/a/b/c"));
}

TEST(Glob, WithoutWildcardsIsOneFile) {
    const Glob glob("/srv/app/one.txt");
    EXPECT_EQ(glob.folder(), "/srv/app");
    EXPECT_TRUE(glob.matches("/srv/app/one.txt"));
    EXPECT_FALSE(glob.matches("/srv/app/other.txt"));
    EXPECT_EQ(Glob("/*").folder(), "/");
}

TEST(IsScratchName, KnowsWhatEditorsLeave) {
    for (const char* const name : {"a~", ".a.swp", "#a#", ".#a", "4913", "a.tmp", "a.orig"})
        EXPECT_TRUE(is_scratch_name(name)) << name;
    for (const char* const name : {"a.html", ".htaccess", "a.b.c", "tmp"})
        EXPECT_FALSE(is_scratch_name(name)) << name;
}

class WatchListTest : public testing::Test {
protected:
    std::vector<std::string> changes() {
        const Snapshot fresh = list.scan();
        std::vector<std::string> result;
        for (const FileChange& change : compare(snapshot, fresh))
            result.push_back(change.path.substr(root.size() + 1));
        snapshot = fresh;
        return result;
    }
    test::TemporaryFolder folder;
    std::string root = std::filesystem::absolute(folder / "x").parent_path().string();
    WatchList list;
    Snapshot snapshot;
};

TEST_F(WatchListTest, SeesWhatCameWentAndChanged) {
    list.folders = {root + "/templates"};
    folder.write("templates/a.html", "a");
    folder.write("templates/sub/b.html", "b");
    EXPECT_THAT(changes(), ElementsAre("templates/a.html", "templates/sub/b.html"));
    EXPECT_THAT(changes(), IsEmpty());
    folder.write("templates/a.html", "longer");
    folder.write("templates/a.html~", "scratch");
    std::filesystem::remove_all(root + "/templates/sub");
    EXPECT_THAT(changes(), ElementsAre("templates/a.html", "templates/sub/b.html"));
}

TEST_F(WatchListTest, WatchesWhatIsNotThereYet) {
    list.module = root + "/out/build/app.so";
    list.folders = {root + "/later"};
    EXPECT_THAT(list.scan().folders, ElementsAre(root));
    folder.write("out/build/app.so", "x");
    EXPECT_THAT(changes(), ElementsAre("out/build/app.so"));
    EXPECT_THAT(snapshot.folders, UnorderedElementsAre(root, root + "/out/build"));
}

TEST_F(WatchListTest, PassesOverWhatIsBuilt) {
    list.module = root + "/out/app.so";
    list.source_roots = {root};
    for (const char* const name : {"src/main.cpp",
                                   "src/main.o",
                                   "build/CMakeCache.txt",
                                   "build/x.cpp",
                                   "out/app.so",
                                   "out/gen.cpp",
                                   ".git/index",
                                   ".cache/x.cpp",
                                   "node_modules/x.js"})
        folder.write(name, "x");
    EXPECT_THAT(changes(), ElementsAre("out/app.so", "src/main.cpp"));
}

TEST_F(WatchListTest, SurvivesFoldersInCircles) {
    list.folders = {root + "/static"};
    folder.write("static/a.css", "x");
    std::filesystem::create_directory_symlink(root + "/static", root + "/static/self");
    EXPECT_FALSE(changes().empty());
}

}  // namespace
}  // namespace indrik::supervisor
