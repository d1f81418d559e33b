// What a fuzz target gives its driver. The entry point is libFuzzer's, so that the same file can be built
// with `clang++ -fsanitize=fuzzer`; run_mutations.cc is the driver where there is none.
#ifndef LIFEBOAT_TESTS_FUZZ_FUZZ_TARGET_H_
#define LIFEBOAT_TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Aborts if the code under test broke a promise; returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// Valid inputs to mutate.
std::vector<std::string> SeedInputs();

#endif  // LIFEBOAT_TESTS_FUZZ_FUZZ_TARGET_H_
