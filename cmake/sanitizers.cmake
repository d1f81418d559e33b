# LIFEBOAT_SANITIZE=address|thread|"" — presets asan and tsan set it.
set(LIFEBOAT_SANITIZE "" CACHE STRING "address (with undefined), thread, or empty")
if(LIFEBOAT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(LIFEBOAT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(NOT LIFEBOAT_SANITIZE STREQUAL "")
  message(FATAL_ERROR "LIFEBOAT_SANITIZE must be address, thread or empty, not '${LIFEBOAT_SANITIZE}'")
endif()

# The preset fuzz: every library tells libFuzzer which branches an input took. Needs clang.
option(LIFEBOAT_LIBFUZZER "Build tests/fuzz as libFuzzer programs" OFF)
if(LIFEBOAT_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
