# lifeboat_module(NAME DEPS PRIVATE_DEPS EXTERNAL): one folder below src/ becomes one static library.
#
#   lifeboat_module(catalog/api DEPS base iceberg/model EXTERNAL json)
#
# The folder's *.cc are its sources and *.h its headers (sub-folders included, except those that are modules of their
# own); x_test.cc go into the module's test program and run under ctest with the label `unit`.
# DEPS are other modules whose headers ours include, PRIVATE_DEPS those only our sources use, EXTERNAL the dep_* of
# dependencies.cmake. The layer table refuses an upward or sideways dependency at configure time.

# Layer of each module. A module may use lower layers. Within a layer of ten (50..59) only modules below the same
# top-level folder may see each other, and only downward.
set(LIFEBOAT_LAYERS
    base=0
    storage=10 storage/s3=11 storage/faulty=11
    net=10
    iceberg/model=20 iceberg=21
    catalog/api=30
    catalog/store=40 catalog/client=40 catalog/access=40 catalog/maintenance=40 account/objects=40 bcdr/api=40
    catalog/server=50
    account/sql=50 account/engine=51 account/tasks=52 account/procedures=52 account/wire=53
    bcdr/lease=50 bcdr/group=50 bcdr/replication=50 bcdr/readiness=50 bcdr/failover=51 bcdr/drill=52 bcdr/gateway=53
    console=60
    apps/lifeboat=70)

function(lifeboat_layer_of name out)
  foreach(entry IN LISTS LIFEBOAT_LAYERS)
    if(entry MATCHES "^${name}=([0-9]+)$")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "module '${name}' is not in the layer table of cmake/module.cmake")
endfunction()

function(lifeboat_check_dependency name dep)
  lifeboat_layer_of(${name} mine)
  lifeboat_layer_of(${dep} theirs)
  math(EXPR my_band "${mine} / 10")
  math(EXPR their_band "${theirs} / 10")
  if(their_band LESS my_band)
    return()
  endif()
  string(REGEX REPLACE "/.*" "" my_top ${name})
  string(REGEX REPLACE "/.*" "" their_top ${dep})
  if(my_band EQUAL their_band AND my_top STREQUAL their_top AND theirs LESS mine)
    return()
  endif()
  message(FATAL_ERROR "layering: '${name}' (layer ${mine}) must not depend on '${dep}' (layer ${theirs}). "
                      "Depend downward only; see the layer table in cmake/module.cmake and docs/ARCHITECTURE.md.")
endfunction()

function(lifeboat_target_of name out)
  string(REPLACE "/" "_" target "lifeboat_${name}")
  set(${out} ${target} PARENT_SCOPE)
endfunction()

function(lifeboat_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;PRIVATE_DEPS;EXTERNAL;PRIVATE_EXTERNAL;TEST_DEPS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "lifeboat_module(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  foreach(dep IN LISTS ARG_DEPS ARG_PRIVATE_DEPS)
    lifeboat_check_dependency(${name} ${dep})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LIFEBOAT_MODULES "${name}")

  lifeboat_target_of(${name} target)
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.h)
  # A sub-folder with its own CMakeLists.txt is a module of its own.
  file(GLOB_RECURSE nested CONFIGURE_DEPENDS ${folder}/*/CMakeLists.txt)
  foreach(file IN LISTS nested)
    get_filename_component(sub ${file} DIRECTORY)
    list(FILTER sources EXCLUDE REGEX "^${sub}/")
    list(FILTER headers EXCLUDE REGEX "^${sub}/")
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(s3tests ${sources})
  list(FILTER s3tests INCLUDE REGEX "_s3test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|s3test|bench|fuzz)\\.cc$")

  set(links)
  foreach(dep IN LISTS ARG_DEPS)
    lifeboat_target_of(${dep} dep_target)
    list(APPEND links ${dep_target})
  endforeach()
  foreach(dep IN LISTS ARG_EXTERNAL)
    list(APPEND links dep_${dep})
  endforeach()
  set(private_links)
  foreach(dep IN LISTS ARG_PRIVATE_DEPS)
    lifeboat_target_of(${dep} dep_target)
    list(APPEND private_links ${dep_target})
  endforeach()
  foreach(dep IN LISTS ARG_PRIVATE_EXTERNAL)
    list(APPEND private_links dep_${dep})
  endforeach()

  if(sources)
    add_library(${target} STATIC ${sources})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${headers})
    target_link_libraries(${target} PUBLIC ${links} PRIVATE ${private_links})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  else()
    add_library(${target} INTERFACE)
    target_sources(${target} INTERFACE FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${headers})
    target_link_libraries(${target} INTERFACE ${links} ${private_links})
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()

  if(tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} ${private_links} dep_gtest)
    foreach(dep IN LISTS ARG_TEST_DEPS)
      lifeboat_target_of(${dep} dep_target)
      target_link_libraries(${target}_test PRIVATE ${dep_target})
    endforeach()
    target_include_directories(${target}_test PRIVATE ${CMAKE_SOURCE_DIR})
    add_test(NAME unit/${name} COMMAND ${target}_test)
    set_tests_properties(unit/${name} PROPERTIES LABELS unit TIMEOUT 900)
  endif()

  # x_s3test.cc start real S3 servers; scripts/test-s3 builds those.
  if(s3tests)
    add_executable(${target}_s3test ${s3tests})
    target_link_libraries(${target}_s3test PRIVATE ${target} ${private_links} dep_gtest)
    target_include_directories(${target}_s3test PRIVATE ${CMAKE_SOURCE_DIR})
    if(LIFEBOAT_TEST_MINIO OR LIFEBOAT_TEST_VERSITYGW)
      add_test(NAME s3/${name} COMMAND ${target}_s3test)
      set_tests_properties(s3/${name} PROPERTIES LABELS s3 TIMEOUT 900 ENVIRONMENT
        "LIFEBOAT_TEST_MINIO=${LIFEBOAT_TEST_MINIO};LIFEBOAT_TEST_VERSITYGW=${LIFEBOAT_TEST_VERSITYGW}")
    endif()
  endif()
endfunction()
