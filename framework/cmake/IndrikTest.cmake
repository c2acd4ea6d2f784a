# What all test programs share: GoogleTest, and precompiled headers with it. Tests are compiled without optimisation, what they
# test is not: templates in headers aside, it is the library.
set(INDRIK_TEST_OPTIONS -O0 CACHE STRING "Compiler options of the unit tests")
add_library(indrik_test_headers OBJECT "${CMAKE_CURRENT_LIST_DIR}/test_headers.cpp")
target_link_libraries(indrik_test_headers PRIVATE indrik::indrik indrik_build_settings GTest::gmock GTest::gtest_main)
target_compile_options(indrik_test_headers PRIVATE ${INDRIK_TEST_OPTIONS} -fPIE)
indrik_precompile(indrik_test_headers HEADERS ${INDRIK_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)

# indrik_unit_test(<module> SOURCES file... [LIBRARIES target...])
#
# The unit tests of one module as one program, unit_<module>, and one ctest entry.
function(indrik_unit_test module)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
    set(target unit_${module})
    add_executable(${target} ${arg_SOURCES})
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE
        indrik::indrik indrik_build_settings GTest::gmock GTest::gtest_main ${arg_LIBRARIES})
    target_compile_options(${target} PRIVATE ${INDRIK_TEST_OPTIONS})
    indrik_precompile(${target} FROM indrik_test_headers)
    add_dependencies(unit_tests ${target})
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES LABELS unit TIMEOUT 180)
endfunction()
