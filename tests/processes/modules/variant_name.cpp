// What makes the builds of variant.cpp differ.
#include <cstdlib>
#include <stdexcept>
#include <string>

#ifdef TEST_UNRESOLVED
void nobody_has_defined_this();
#endif

// The module of a real application has megabytes, which are not written at once.
extern const char ballast[2 * 1024 * 1024];
const char ballast[2 * 1024 * 1024] = {1};

std::string variant_name();
std::string variant_name() {
    const std::string name = TEST_VARIANT;
    if (name == "throws") throw std::runtime_error("this build is broken");
    if (name == "crashes") std::abort();
#ifdef TEST_UNRESOLVED
    nobody_has_defined_this();
#endif
    return name;
}
