# Every library Lifeboat links, with why, as one interface target `dep_<name>` each.
#
# Distribution packages (installed by scripts/bootstrap) come from find_package; what no distribution carries is
# downloaded once below, pinned by version and SHA-256.

find_package(PkgConfig REQUIRED)

# HTTP server, event loop, JSON model, URL parsing. Kept behind net/ except for Boost.JSON, the one JSON model.
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
add_library(dep_json INTERFACE)
target_link_libraries(dep_json INTERFACE Boost::json)
add_library(dep_asio INTERFACE)
target_link_libraries(dep_asio INTERFACE Boost::headers Boost::url Threads::Threads)

# HTTP client: proxies, TLS and connection reuse that are known to work.
find_package(CURL REQUIRED)
add_library(dep_curl INTERFACE)
target_link_libraries(dep_curl INTERFACE CURL::libcurl)

# Hashes, HMAC, JWT verification, TLS.
find_package(OpenSSL 3 REQUIRED)
add_library(dep_crypto INTERFACE)
target_link_libraries(dep_crypto INTERFACE OpenSSL::Crypto)
add_library(dep_tls INTERFACE)
target_link_libraries(dep_tls INTERFACE OpenSSL::SSL OpenSSL::Crypto)

# The embedded catalog and account store.
find_package(SQLite3 3.40 REQUIRED)
add_library(dep_sqlite INTERFACE)
target_link_libraries(dep_sqlite INTERFACE SQLite::SQLite3)

# The catalog store that several servers share: PostgreSQL's own client library (pipelining needs 14).
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq>=14)
add_library(dep_postgres INTERFACE)
target_link_libraries(dep_postgres INTERFACE PkgConfig::LIBPQ)

# Codecs of Avro blocks, HTTP bodies and metadata: deflate (zlib for streams), zstd, snappy.
find_package(ZLIB REQUIRED)
add_library(dep_zlib INTERFACE)
target_link_libraries(dep_zlib INTERFACE ZLIB::ZLIB)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
add_library(dep_zstd INTERFACE)
target_link_libraries(dep_zstd INTERFACE PkgConfig::ZSTD)
find_package(Snappy REQUIRED)
add_library(dep_snappy INTERFACE)
target_link_libraries(dep_snappy INTERFACE Snappy::snappy)

# Formatting (GCC 12 has no <format>) and logging.
find_package(fmt REQUIRED)
add_library(dep_fmt INTERFACE)
target_link_libraries(dep_fmt INTERFACE fmt::fmt)
find_package(spdlog REQUIRED)
add_library(dep_spdlog INTERFACE)
target_link_libraries(dep_spdlog INTERFACE spdlog::spdlog)

# Configuration files: errors that carry line and column.
find_package(tomlplusplus REQUIRED)
add_library(dep_toml INTERFACE)
target_link_libraries(dep_toml INTERFACE tomlplusplus::tomlplusplus)

# Command line: subcommands with generated help.
find_package(CLI11 REQUIRED)
add_library(dep_cli INTERFACE)
target_link_libraries(dep_cli INTERFACE CLI11::CLI11)

# Tests.
find_package(GTest REQUIRED)
add_library(dep_gtest INTERFACE)
target_link_libraries(dep_gtest INTERFACE GTest::gmock GTest::gtest GTest::gtest_main)

# SQL engine and Parquet reader/writer: the prebuilt library with the headers of the same version.
# scripts/fetch-duckdb downloads both archives, checks their SHA-256 and unpacks what is needed.
set(LIFEBOAT_DUCKDB_DIR ${CMAKE_SOURCE_DIR}/build/third_party/duckdb-1.5.6 CACHE PATH "Unpacked DuckDB")
if(NOT EXISTS ${LIFEBOAT_DUCKDB_DIR}/ok)
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/fetch-duckdb ${LIFEBOAT_DUCKDB_DIR} RESULT_VARIABLE fetched)
  if(NOT fetched EQUAL 0)
    message(FATAL_ERROR "scripts/fetch-duckdb failed; run it by hand to see why")
  endif()
endif()
add_library(duckdb_imported SHARED IMPORTED)
set_target_properties(duckdb_imported PROPERTIES IMPORTED_LOCATION ${LIFEBOAT_DUCKDB_DIR}/lib/libduckdb.so
                                                 INTERFACE_INCLUDE_DIRECTORIES ${LIFEBOAT_DUCKDB_DIR}/include)
add_library(dep_duckdb INTERFACE)
target_link_libraries(dep_duckdb INTERFACE duckdb_imported)
