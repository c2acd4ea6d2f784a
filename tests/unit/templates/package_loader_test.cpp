#include "indrik/templates/package_loader.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace indrik::templates {
namespace {

namespace fs = std::filesystem;

int something_of_ours() {
    return 1;
}

TEST(PackageLoader, KnowsWhereCodeComesFrom) {
    const fs::path program = fs::canonical("/proc/self/exe");
    EXPECT_EQ(file_of_code(reinterpret_cast<const void*>(&something_of_ours)), program);
    const fs::path library = file_of_code(reinterpret_cast<const void*>(&std::abort));
    EXPECT_NE(library, program);
    EXPECT_TRUE(fs::is_regular_file(library));
    EXPECT_EQ(file_of_code(nullptr), fs::path());
}

TEST(PackageLoader, LooksAboveTheFile) {
    test::TemporaryFolder folder;
    folder.write("usr/share/shop/templates/a.html", "a");
    folder.write("usr/lib/x86_64-linux-gnu/shop/shop.so", "");
    folder.write("usr/bin/shop", "");
    const fs::path root = folder / "";
    const fs::path expected = root / "usr/share/shop/templates";
    for (const char* file :
         {"usr/bin/shop", "usr/lib/shop.so", "usr/lib/x86_64-linux-gnu/shop/shop.so"})
        EXPECT_EQ(find_share_folder(root / file, "shop", "templates"), expected) << file;
    EXPECT_FALSE(find_share_folder(root / "usr/bin/shop", "shop", "pages"));
    EXPECT_FALSE(find_share_folder(root / "usr/bin/shop", "another", "templates"));
    EXPECT_FALSE(find_share_folder("", "shop", "templates"));
    folder.write("usr/lib/share/shop/templates/a.html", "nearer");
    EXPECT_EQ(find_share_folder(root / "usr/lib/shop.so", "shop", "templates"),
              root / "usr/lib/share/shop/templates");
}

TEST(PackageLoader, LoadsWhatIsBesideTheProgram) {
    const fs::path share =
        fs::canonical("/proc/self/exe").parent_path() / "share/package-loader-test";
    fs::create_directories(share / "pages");
    { std::ofstream(share / "pages/a.html") << "Hello"; }
    const PackageLoader loader("package-loader-test", &something_of_ours, "pages");
    const auto source = loader.load("a.html");
    EXPECT_FALSE(loader.load("../pages/a.html"));
    EXPECT_EQ(loader.names(), std::vector<std::string>{"a.html"});
    EXPECT_EQ(loader.folders(), std::vector<std::string>{(share / "pages").string()});
    fs::remove_all(share);
    ASSERT_TRUE(source);
    EXPECT_EQ(source->text, "Hello");
}

TEST(PackageLoader, SaysWhatIsMissing) {
    try {
        const PackageLoader loader("no-such-package", &something_of_ours);
        FAIL();
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("share/no-such-package/templates"), std::string::npos) << text;
        EXPECT_NE(text.find(fs::canonical("/proc/self/exe").string()), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace indrik::templates
