// What a fuzz target gives its driver: libFuzzer under the preset `fuzz` (clang), with seed_corpus.cc to hand
// it the seeds; run_mutations.cc, as a test, under every other.
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

// Pieces of the input's language worth putting anywhere: values at the edge, words that change the meaning.
std::vector<std::string> Fragments();

#endif  // LIFEBOAT_TESTS_FUZZ_FUZZ_TARGET_H_
