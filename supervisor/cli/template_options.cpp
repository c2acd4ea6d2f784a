#include "supervisor/cli/template_options.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include "indrik/templates/errors.hpp"
#include "indrik/templates/json_values.hpp"

namespace po = boost::program_options;

namespace indrik::supervisor {
namespace {

std::string read_all(const std::string& file) {
    try {
        std::ifstream opened;
        if (file != "-") opened.open(file, std::ios::binary);
        std::istream& stream = file == "-" ? std::cin : opened;
        if (!stream) throw UsageError(fmt::format("cannot read --data {}", file));
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    } catch (const std::ios_base::failure&) {  // a folder
        throw UsageError(fmt::format("cannot read --data {}", file));
    }
}

}  // namespace

po::variables_map parse_template_options(const Texts& arguments,
                                         const po::options_description& visible,
                                         const std::string& argument) {
    po::options_description all;
    all.add(visible).add_options()("argument", po::value<Texts>());
    po::positional_options_description positional;
    positional.add("argument", -1);
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map options;
    try {
        po::store(po::command_line_parser(arguments)
                      .options(all)
                      .positional(positional)
                      .style(style)
                      .run(),
                  options);
        po::notify(options);
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
    if (options.count("help") != 0) return options;
    const std::size_t given = values_of(options, "argument").size();
    if (given == 0)
        throw UsageError(fmt::format("{} is missing; --help lists all options", argument));
    if (given > 1) throw UsageError(fmt::format("more than one {} is given", argument));
    return options;
}

Texts values_of(const po::variables_map& options, const std::string& name) {
    return options.count(name) != 0 ? options[name].as<Texts>() : Texts();
}

void add_data(templates::Dict& data, const std::string& file) {
    const std::string text = read_all(file);
    try {
        const templates::Value value = templates::parse_json(text);
        if (!value.is(templates::Kind::Dict))
            throw UsageError(fmt::format("--data {}: the JSON is no object", file));
        for (const auto& entry : value.dictionary().entries()) data.set(entry.key, entry.value);
    } catch (const templates::TemplateError& error) {
        throw UsageError(fmt::format("--data {}: {}", file, error.message()));
    }
}

}  // namespace indrik::supervisor
