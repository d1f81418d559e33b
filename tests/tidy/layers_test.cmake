# The layer table refuses what it must: each pair is checked by running lifeboat_check_dependency in a child CMake.
function(expect outcome name dep)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${SOURCE} -DNAME=${name} -DDEP=${dep} -P ${SOURCE}/tests/tidy/check_one_dependency.cmake
    RESULT_VARIABLE result ERROR_VARIABLE error OUTPUT_QUIET)
  if(outcome STREQUAL "allowed" AND NOT result EQUAL 0)
    message(FATAL_ERROR "${name} -> ${dep} should be allowed:\n${error}")
  endif()
  if(outcome STREQUAL "refused" AND NOT error MATCHES "layering: '${name}'")
    message(FATAL_ERROR "${name} -> ${dep} should be refused, got:\n${error}")
  endif()
endfunction()

expect(allowed storage base)
expect(allowed account/wire account/engine)
expect(allowed account/engine account/sql)
expect(allowed catalog/server catalog/store)
expect(allowed iceberg iceberg/model)
expect(refused base storage)              # upward
expect(refused storage net)               # sideways
expect(refused catalog/store catalog/client)
expect(refused account/sql account/engine)
expect(refused account/wire bcdr/gateway) # same layer, other folder
expect(refused bcdr/gateway catalog/server)
