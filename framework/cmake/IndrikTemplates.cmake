# indrik_compile_templates(<target> FOLDER dir [FILES name...] [NAMESPACE name] [PREFIX text] [UNITS count] [AUTOESCAPE on|off]
#     [FILTERS name...] [TESTS name...] [TRIM_BLOCKS] [LSTRIP_BLOCKS] [KEEP_TRAILING_NEWLINE] [KEEP_BROKEN])
#
# Compiles templates into C++, which becomes a part of the target. FILES are names below FOLDER (default: all files there); a
# mistake in one of them is an error of the build, except with KEEP_BROKEN. The program includes "<namespace>.hpp" (of a namespace
# a::b: "a_b.hpp"; default: templates) and gives <namespace>::templates() to indrik::templates::CompiledLoader. Names of templates
# begin with PREFIX. UNITS is the number of C++ files, for builds in parallel.
#
# The other options say what the program's environment will be like: what is escaped (default: by the ending of the name), how
# white space is treated, and which filters and tests of its own are called as builtin ones. Templates are interpreted in an
# environment that differs.
#
# The work is done by the `indrik` command. INDRIK_COMMAND names one that runs here when the package was built for another machine.
function(indrik_compile_templates target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "TRIM_BLOCKS;LSTRIP_BLOCKS;KEEP_TRAILING_NEWLINE;KEEP_BROKEN"
        "FOLDER;NAMESPACE;PREFIX;UNITS;AUTOESCAPE" "FILES;FILTERS;TESTS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_FOLDER)
        message(FATAL_ERROR "indrik_compile_templates(${target} FOLDER dir ...): cannot use '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    cmake_path(ABSOLUTE_PATH arg_FOLDER NORMALIZE)
    if(NOT arg_NAMESPACE)
        set(arg_NAMESPACE templates)
    endif()
    if(NOT arg_UNITS)
        set(arg_UNITS 1)
    endif()
    if(NOT arg_FILES)
        file(GLOB_RECURSE arg_FILES CONFIGURE_DEPENDS RELATIVE "${arg_FOLDER}" "${arg_FOLDER}/*")
    endif()
    list(SORT arg_FILES)

    string(REGEX REPLACE "[^A-Za-z0-9]+" "_" base "${arg_NAMESPACE}")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${target}_templates")
    set(generated "${output}/${base}.hpp" "${output}/${base}.cpp")
    math(EXPR last "${arg_UNITS} - 1")
    foreach(unit RANGE ${last})
        list(APPEND generated "${output}/${base}_${unit}.cpp")
    endforeach()

    set(options --output "${output}" --namespace "${arg_NAMESPACE}" --units ${arg_UNITS})
    foreach(option IN ITEMS PREFIX AUTOESCAPE)
        if(arg_${option})
            string(TOLOWER "--${option}" flag)
            list(APPEND options "${flag}" "${arg_${option}}")
        endif()
    endforeach()
    foreach(option IN ITEMS TRIM_BLOCKS LSTRIP_BLOCKS KEEP_TRAILING_NEWLINE KEEP_BROKEN)
        if(arg_${option})
            string(TOLOWER "--${option}" flag)
            string(REPLACE "_" "-" flag "${flag}")
            list(APPEND options "${flag}")
        endif()
    endforeach()
    foreach(filter IN LISTS arg_FILTERS)
        list(APPEND options --filter "${filter}")
    endforeach()
    foreach(test IN LISTS arg_TESTS)
        list(APPEND options --test "${test}")
    endforeach()
    set(sources "")
    foreach(file IN LISTS arg_FILES)
        list(APPEND options --file "${file}")
        list(APPEND sources "${arg_FOLDER}/${file}")
    endforeach()

    if(INDRIK_COMMAND)
        set(command "${INDRIK_COMMAND}")
    else()
        set(command indrik::command)
    endif()
    add_custom_command(
        OUTPUT ${generated}
        COMMAND "${command}" templates compile "${arg_FOLDER}" ${options}
        DEPENDS "${command}" ${sources}
        COMMENT "Compiling the templates of ${target}"
        VERBATIM)
    target_sources(${target} PRIVATE ${generated})
    target_include_directories(${target} PRIVATE "${output}")
endfunction()
