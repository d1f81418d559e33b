# How every target is compiled: warnings, ccache when present, mold when present.
include(CheckCXXCompilerFlag)

add_compile_options(-Wall -Wextra -Werror=return-type -Wno-missing-field-initializers)
# GCC 12 reports false positives of these through optimised std::string and std::variant code.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
option(LIFEBOAT_WERROR "Treat warnings as errors" OFF)
if(LIFEBOAT_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

find_program(LIFEBOAT_CCACHE ccache)
if(LIFEBOAT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
                                  CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${LIFEBOAT_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

find_program(LIFEBOAT_MOLD mold)
if(LIFEBOAT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
