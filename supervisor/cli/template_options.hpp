#pragma once
// What the commands about templates have in common: their options, and the data that they read.

#include <stdexcept>
#include <string>
#include <vector>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "indrik/templates/dict.hpp"

namespace indrik::supervisor {

/// A command line, or data that it names, that cannot be used. what() is one line.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Texts = std::vector<std::string>;

/// The options as given; what is no option is "argument", of which there is exactly one unless help is asked for.
/// Errors: UsageError.
boost::program_options::variables_map parse_template_options(
    const Texts& arguments,
    const boost::program_options::options_description& visible,
    const std::string& argument);

/// All values of an option, in the order of the command line.
Texts values_of(const boost::program_options::variables_map& options, const std::string& name);

/// Adds the entries of the JSON object in `file` ("-" is standard input). Errors: UsageError.
void add_data(templates::Dict& data, const std::string& file);

}  // namespace indrik::supervisor
