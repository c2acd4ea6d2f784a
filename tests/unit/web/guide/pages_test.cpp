// Holds the pages of framework/docs to the code that the tests compile. Of each page every block marked as cpp must stand, line by
// line, in one of the sources that the page names; indentation may differ, as blocks are often the inside of a function.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

/// A block of a page. `first_line` is the page's number of the first line.
struct Block {
    std::size_t first_line = 0;
    Lines lines;
};

Lines read_lines(const fs::path& path) {
    std::ifstream file(path);
    Lines lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

std::string trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(" \t") + 1 - begin));
}

/// The lines that say something.
Lines code_of(const Lines& lines) {
    Lines code;
    for (const std::string& line : lines) {
        if (std::string text = trimmed(line); !text.empty()) code.push_back(std::move(text));
    }
    return code;
}

std::vector<Block> cpp_blocks(const Lines& page) {
    std::vector<Block> blocks;
    bool is_inside = false;
    for (std::size_t i = 0; i < page.size(); ++i) {
        const std::string line = trimmed(page[i]);
        if (!is_inside && line == "```cpp") {
            is_inside = true;
            blocks.push_back({i + 2, {}});
        } else if (is_inside && line == "```") {
            is_inside = false;
        } else if (is_inside) {
            blocks.back().lines.push_back(page[i]);
        }
    }
    return blocks;
}

/// The sources that a page names, as `tests/unit/web/guide/routing_test.cpp`.
std::vector<std::string> sources_of(const Lines& page) {
    static const std::regex kSource("`((tests|apps)/[a-z0-9_/]+\\.[ch]pp)`");
    std::vector<std::string> sources;
    for (const std::string& line : page) {
        for (std::sregex_iterator match(line.begin(), line.end(), kSource), end; match != end;
             ++match) {
            sources.push_back((*match)[1]);
        }
    }
    return sources;
}

/// How many lines of `block` stand one behind the other in `source`, at the best place.
std::size_t matching_lines(const Lines& block, const Lines& source) {
    std::size_t best = 0;
    for (std::size_t start = 0; start < source.size(); ++start) {
        std::size_t count = 0;
        while (count < block.size() && start + count < source.size() &&
               block[count] == source[start + count]) {
            ++count;
        }
        best = std::max(best, count);
    }
    return best;
}

/// "" if the block is compiled; otherwise the first line that is not.
std::string find_fault(const Block& block, const std::vector<Lines>& sources) {
    const Lines code = code_of(block.lines);
    std::size_t best = 0;
    for (const Lines& source : sources) best = std::max(best, matching_lines(code, source));
    if (best == code.size()) return "";
    std::size_t line = block.first_line;
    for (std::size_t seen = 0; const std::string& text : block.lines) {
        if (!trimmed(text).empty() && seen++ == best) break;
        ++line;
    }
    return "line " + std::to_string(line) + ": " + code[best];
}

/// Every fault of a page.
Lines faults_of(const Lines& page, const std::vector<Lines>& sources) {
    Lines faults;
    for (const Block& block : cpp_blocks(page)) {
        if (std::string fault = find_fault(block, sources); !fault.empty())
            faults.push_back(std::move(fault));
    }
    return faults;
}

std::vector<std::string> page_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(INDRIK_SOURCE_TREE "/framework/docs")) {
        if (entry.path().extension() == ".md") names.push_back(entry.path().stem());
    }
    std::sort(names.begin(), names.end());
    return names;
}

class Page : public testing::TestWithParam<std::string> {
protected:
    static fs::path tree() { return INDRIK_SOURCE_TREE; }
    static fs::path docs() { return tree() / "framework/docs"; }
    Lines page_ = read_lines(docs() / (GetParam() + ".md"));
};

TEST_P(Page, ShowsOnlyCodeThatTheTestsCompile) {
    std::vector<Lines> sources;
    for (const std::string& source : sources_of(page_)) {
        EXPECT_TRUE(fs::exists(tree() / source)) << source;
        sources.push_back(code_of(read_lines(tree() / source)));
    }
    EXPECT_THAT(faults_of(page_, sources), testing::IsEmpty());
}

TEST_P(Page, LinksToWhatExists) {
    static const std::regex kLink(R"(\]\(([A-Za-z0-9_./-]+\.md)\))");
    for (const std::string& line : page_) {
        for (std::sregex_iterator match(line.begin(), line.end(), kLink), end; match != end;
             ++match) {
            EXPECT_TRUE(fs::exists(docs() / (*match)[1].str())) << line;
        }
    }
}

TEST_P(Page, IsListedInTheIndex) {
    if (GetParam() == "README") return;
    std::string index;
    for (const std::string& line : read_lines(docs() / "README.md")) index += line;
    EXPECT_THAT(index, testing::HasSubstr("(" + GetParam() + ".md)"));
}

/// As GoogleTest wants it: letters, digits and '_'.
std::string test_name(const testing::TestParamInfo<std::string>& page) {
    std::string name = page.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}
INSTANTIATE_TEST_SUITE_P(Guide, Page, testing::ValuesIn(page_names()), test_name);

// --- the check itself ----------------------------------------------------------------------------------------------------

TEST(GuideCheck, NamesTheLineThatNoSourceHas) {
    const Lines page = {"# Page", "", "```cpp", "int a;", "", "int b;", "```"};
    EXPECT_THAT(faults_of(page, {{"int a;", "int b;"}}), testing::IsEmpty());
    EXPECT_THAT(faults_of(page, {{"int b;"}, {"int a;"}}), testing::ElementsAre("line 6: int b;"));
    EXPECT_THAT(faults_of(page, {}), testing::ElementsAre("line 4: int a;"));
}

TEST(GuideCheck, FindsTheSourcesThatAPageNames) {
    EXPECT_THAT(sources_of({"See `tests/unit/a_test.cpp` and `apps/hello/main.cpp`, not `b.cpp`."}),
                testing::ElementsAre("tests/unit/a_test.cpp", "apps/hello/main.cpp"));
}

}  // namespace
