#pragma once
// What the compiler knows about the place where it is.

#include "indrik/templates/compiler.hpp"

namespace indrik::templates {

struct Compiler::Frame {
    explicit Frame(Symbols the_symbols) : symbols(std::move(the_symbols)) {}

    Symbols symbols;
    bool is_toplevel = false;
    bool is_rootlevel = false;
    bool is_loop = false;
    bool is_block = false;
    bool is_soft = false;        // may never run: unknown filters are found when it does
    bool checks_parent = false;  // output ends where the template begins to extend another
    int loop_depth = 0;          // of the function
};

}  // namespace indrik::templates
