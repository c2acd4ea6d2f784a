#pragma once
// Where templates come from.
//
//   FileSystemLoader files("templates");          // names that leave the folder are not found
//   DictLoader pages({{"hello.html", "Hello {{ name }}"}});
//   ChoiceLoader both({loader_a, loader_b});       // the first that knows the name
//   PrefixLoader sites({{"admin", loader}});       // "admin/index.html" is "index.html" of that loader

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::templates {

struct CompiledTemplate;

struct TemplateSource {
    std::string text;
    /// Whether the text is still what the loader would give; empty: always.
    std::function<bool()> is_fresh;
    /// The code that was made of this text when the program was built (compiled.hpp), or nullptr.
    const CompiledTemplate* compiled = nullptr;
};

class Loader {
public:
    Loader() = default;
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    virtual ~Loader() = default;
    /// Nothing if there is no such template.
    virtual std::optional<TemplateSource> load(std::string_view name) const = 0;
    /// The names of all templates, sorted.
    virtual std::vector<std::string> names() const = 0;
    /// Where its files are: what a development server watches.
    virtual std::vector<std::string> folders() const { return {}; }
};

class DictLoader final : public Loader {
public:
    explicit DictLoader(std::map<std::string, std::string, std::less<>> templates)
        : templates_(std::move(templates)) {}
    std::optional<TemplateSource> load(std::string_view name) const override;
    std::vector<std::string> names() const override;
    void set(std::string name, std::string text);

private:
    std::map<std::string, std::string, std::less<>> templates_;
};

/// Files of one or several folders; the first that has the file counts. Changed files are read again.
class FileSystemLoader final : public Loader {
public:
    explicit FileSystemLoader(std::string folder) : folders_{std::move(folder)} {}
    explicit FileSystemLoader(std::vector<std::string> folders) : folders_(std::move(folders)) {}
    std::optional<TemplateSource> load(std::string_view name) const override;
    std::vector<std::string> names() const override;
    /// The path of the file that `name` means; nothing if there is none.
    std::optional<std::string> find(std::string_view name) const;
    std::vector<std::string> folders() const override { return folders_; }

private:
    std::vector<std::string> folders_;
};

class ChoiceLoader final : public Loader {
public:
    explicit ChoiceLoader(std::vector<std::shared_ptr<const Loader>> loaders)
        : loaders_(std::move(loaders)) {}
    std::optional<TemplateSource> load(std::string_view name) const override;
    std::vector<std::string> names() const override;
    std::vector<std::string> folders() const override;

private:
    std::vector<std::shared_ptr<const Loader>> loaders_;
};

class PrefixLoader final : public Loader {
public:
    explicit PrefixLoader(std::map<std::string, std::shared_ptr<const Loader>, std::less<>> loaders,
                          char delimiter = '/')
        : loaders_(std::move(loaders)), delimiter_(delimiter) {}
    std::optional<TemplateSource> load(std::string_view name) const override;
    std::vector<std::string> names() const override;
    std::vector<std::string> folders() const override;

private:
    std::map<std::string, std::shared_ptr<const Loader>, std::less<>> loaders_;
    char delimiter_;
};

}  // namespace indrik::templates
