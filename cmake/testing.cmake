# LIFEBOAT_TEST_VENVS: where scripts/test-venv made its environments. Without it the tests that run real Python clients
# are left out (`make test` always sets it).
set(LIFEBOAT_TEST_VENVS "" CACHE PATH "Folder of Python environments made by scripts/test-venv")
foreach(entry IN ITEMS LIFEBOAT_TEST_PYTHON=iceberg/bin/python LIFEBOAT_TEST_PYTHON_SF4=sf4/bin/python
                       LIFEBOAT_TEST_PYTHON_SF5=sf5/bin/python LIFEBOAT_TEST_SNOW=snow/bin/snow)
  string(REPLACE "=" ";" entry ${entry})
  list(GET entry 0 variable)
  list(GET entry 1 path)
  if(LIFEBOAT_TEST_VENVS)
    set(${variable} ${LIFEBOAT_TEST_VENVS}/${path} CACHE FILEPATH "Set by LIFEBOAT_TEST_VENVS" FORCE)
  else()
    set(${variable} "" CACHE FILEPATH "A Python (or snow) to run client tests with")
  endif()
endforeach()
find_program(LIFEBOAT_PYTHON3 python3 REQUIRED)

# LIFEBOAT_TEST_S3: where scripts/test-s3 put the S3 servers. Tests with the label s3 exist for those that are there.
set(LIFEBOAT_TEST_S3 "" CACHE PATH "Folder of S3 servers made by scripts/test-s3")
foreach(server IN ITEMS minio versitygw)
  string(TOUPPER LIFEBOAT_TEST_${server} variable)
  if(LIFEBOAT_TEST_S3 AND EXISTS ${LIFEBOAT_TEST_S3}/${server})
    set(${variable} ${LIFEBOAT_TEST_S3}/${server} CACHE FILEPATH "Set by LIFEBOAT_TEST_S3" FORCE)
  else()
    set(${variable} "" CACHE FILEPATH "An S3 server to test with")
  endif()
endforeach()

# LIFEBOAT_INTEROP_CLIENTS: where scripts/interop-clients put Iceberg's compatibility kit and the engines. Tests with the
# label interop-engine exist for those that are there.
set(LIFEBOAT_INTEROP_CLIENTS "" CACHE PATH "Folder of clients made by scripts/interop-clients")
