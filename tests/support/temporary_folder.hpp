#pragma once
// A folder of a test's own, gone with it.
//
//   TemporaryFolder folder;
//   folder.write("css/app.css", "body{}");
//   folder.link("css/link.css", "app.css");

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace indrik::test {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "indrik-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    /// Makes or overwrites a file, with the folders that lead to it.
    void write(std::string_view name, std::string_view content) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << content;
    }
    /// Puts a new file in the place of another at once, as deployments do.
    void replace(std::string_view name, std::string_view content) const {
        write("replacement", content);
        std::filesystem::rename(path_ / "replacement", path_ / name);
    }
    void link(std::string_view name, const std::filesystem::path& target) const {
        std::filesystem::create_symlink(target, path_ / name);
    }
    /// Moves the time of the last change by so many seconds.
    void age(std::string_view name, int seconds) const {
        std::filesystem::last_write_time(
            path_ / name,
            std::filesystem::last_write_time(path_ / name) - std::chrono::seconds(seconds));
    }

private:
    std::filesystem::path path_;
};

}  // namespace indrik::test
