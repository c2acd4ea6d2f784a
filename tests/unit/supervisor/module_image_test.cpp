#include "supervisor/reload/module_image.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/reload/notice.hpp"
#include "tests/support/temporary_folder.hpp"

namespace indrik::supervisor {
namespace {

using testing::HasSubstr;

// A shared object that is there in any case, and may be loaded twice: the mathematical library.
std::string library() {
    Dl_info info{};
    ::dladdr(reinterpret_cast<const void*>(static_cast<double (*)(double)>(&::cos)), &info);
    return info.dli_fname;
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(CheckSharedObject, TellsWholeFromCut) {
    const std::string bytes = bytes_of(library());
    EXPECT_EQ(check_shared_object(bytes), "");
    for (const std::size_t size : {std::size_t{0},
                                   std::size_t{10},
                                   std::size_t{64},
                                   std::size_t{5000},
                                   bytes.size() / 2,
                                   bytes.size() - 1}) {
        EXPECT_THAT(check_shared_object(std::string_view(bytes).substr(0, size)),
                    HasSubstr("not whole"))
            << size;
    }
    EXPECT_EQ(check_shared_object(std::string(100, 'x')), "it is no shared object");
    std::string foreign = bytes;
    foreign[4] = 1;  // of 32 bits
    EXPECT_THAT(check_shared_object(foreign), HasSubstr("of this machine"));
}

TEST(ModuleImage, IsLoadedWhateverBecomesOfTheFile) {
    const test::TemporaryFolder folder;
    const std::string path = std::filesystem::path(folder / "app.so").string();
    std::filesystem::copy_file(library(), path);
    const auto image = ModuleImage::copy(path);
    std::filesystem::resize_file(path, 0);
    void* const loaded = ::dlopen(image->path().c_str(), RTLD_LAZY | RTLD_LOCAL);
    ASSERT_NE(loaded, nullptr) << ::dlerror();
    ::dlclose(loaded);
}

TEST(ModuleImage, StaysBesideTheModuleIfThatLooksForLibrariesThere) {
    const test::TemporaryFolder folder;
    folder.write("app.so", bytes_of(library()) + "$ORIGIN/lib");
    auto image = ModuleImage::copy(std::filesystem::path(folder / "app.so").string());
    const std::string path = image->path();
    EXPECT_EQ(path.find(std::filesystem::path(folder / ".app.so.").string()), 0u);
    EXPECT_TRUE(std::filesystem::exists(path));
    image.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ModuleImage, TellsWhetherWaitingMayHelp) {
    const test::TemporaryFolder folder;
    const std::string path = std::filesystem::path(folder / "app.so").string();
    const auto is_incomplete = [&] {
        try {
            ModuleImage::copy(path);
        } catch (const ImageError& error) {
            EXPECT_THAT(error.what(), HasSubstr("app.so"));
            return error.is_incomplete();
        }
        ADD_FAILURE() << "it was copied";
        return false;
    };
    EXPECT_TRUE(is_incomplete());  // it is not there
    folder.write("app.so", bytes_of(library()).substr(0, 10'000));
    EXPECT_TRUE(is_incomplete());
    folder.write("app.so", std::string(10'000, 'x'));
    EXPECT_FALSE(is_incomplete());
}

TEST(ReloadNotice, HoldsTheEndOfLongTexts) {
    ReloadNotice notice;
    EXPECT_FALSE(notice.is_set());
    notice.set("broken");
    EXPECT_TRUE(notice.is_set());
    EXPECT_EQ(notice.text(), "broken");
    notice.set(std::string(100'000, 'x') + "end");
    EXPECT_EQ(notice.text().size(), ReloadNotice::kMaxBytes);
    EXPECT_TRUE(notice.text().ends_with("xend"));
    notice.set("");
    EXPECT_FALSE(notice.is_set());
}

}  // namespace
}  // namespace indrik::supervisor
