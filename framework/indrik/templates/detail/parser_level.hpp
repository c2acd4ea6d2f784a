#pragma once
// The nesting limit of the parser: text from strangers must not exhaust the stack.

#include "indrik/templates/parser.hpp"

namespace indrik::templates {

class Parser::Level {
public:
    explicit Level(Parser& parser) : parser_(parser) {
        if (++parser_.depth_ > kMaxDepth) {
            --parser_.depth_;
            parser_.fail_here("the template is nested too deeply");
        }
    }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

private:
    static constexpr int kMaxDepth = 100;
    Parser& parser_;
};

}  // namespace indrik::templates
