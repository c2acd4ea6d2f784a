# cmake -D build=... -D consumer=... -D scratch=... -D compiler=... -D sanitize=... -D libdir=... -P package_test.cmake
cmake_minimum_required(VERSION 3.24)

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}: ${status}\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${scratch}")
run("${CMAKE_COMMAND}" --install "${build}" --prefix "${scratch}/installed")
# Moved afterwards: nothing in the package may remember where it was put.
file(RENAME "${scratch}/installed" "${scratch}/moved")
set(prefix "${scratch}/moved")
set(sanitizers "")
if(sanitize)
    set(sanitizers "-fsanitize=${sanitize}")
endif()

run("${CMAKE_COMMAND}" -G Ninja -S "${consumer}" -B "${scratch}/consumer"
    -D "CMAKE_PREFIX_PATH=${prefix}" -D "CMAKE_CXX_COMPILER=${compiler}" -D "CMAKE_CXX_FLAGS=${sanitizers}")
run("${CMAKE_COMMAND}" --build "${scratch}/consumer")
foreach(program IN ITEMS with_shared with_static with_templates)
    run("${scratch}/consumer/${program}")
    message(STATUS "find_package, ${program}: ${output}")
endforeach()

set(ENV{PKG_CONFIG_PATH} "${prefix}/${libdir}/pkgconfig")
run(pkg-config --cflags --libs indrik)
separate_arguments(flags UNIX_COMMAND "${output}")
run("${compiler}" ${sanitizers} "${consumer}/main.cpp" -o "${scratch}/with_pkg_config" ${flags}
    "-Wl,-rpath,${prefix}/${libdir}")
run("${scratch}/with_pkg_config")
message(STATUS "pkg-config: ${output}")
