// Runs a fuzz target on mutated seed inputs, the same ones for the same seed:
//   <target> [--runs N] [--seed S]     50000 runs from seed 1 unless told otherwise
//   <target> FILE …                    just these inputs, to look at a failure again
// A crash leaves the number of the run on stderr; the same seed and --runs of that number come to it again.
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

uint64_t current_run = 0;

void SayWhichRun(int signal_number) {
  char text[] = "fuzz: died in run 00000000000000000000\n";
  uint64_t run = current_run;
  for (char* digit = text + sizeof(text) - 3; run > 0; run /= 10)
    *digit-- = static_cast<char>('0' + run % 10);
  (void)!::write(2, text, sizeof(text) - 1);
  ::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

void RunOnce(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

// One small change, of the kinds that find parser bugs.
void Mutate(std::string& input, const std::vector<std::string>& seeds,
            const std::vector<std::string>& fragments, lifeboat::Random& random) {
  const size_t at = input.empty() ? 0 : random.Below(input.size());
  if (input.empty()) {
    input.push_back(static_cast<char>(random.Next()));
    return;
  }
  switch (random.Below(8)) {
    case 0:
      input[at] = static_cast<char>(input[at] ^ (1 << random.Below(8)));
      break;
    case 1:
      input[at] = static_cast<char>(random.Next());
      break;
    case 2: {
      const std::string& fragment = fragments[random.Below(fragments.size())];
      input.replace(at, random.Below(2) == 0 ? fragment.size() : random.Below(8), fragment);
      break;
    }
    case 3:
      input.erase(at, 1 + random.Below(8));
      break;
    case 4:
      input.insert(at, input.substr(random.Below(input.size()), 1 + random.Below(16)));
      break;
    case 5:
      input.resize(at);
      break;
    case 6: {  // the tail of another seed
      const std::string& other = seeds[random.Below(seeds.size())];
      input = input.substr(0, at) + other.substr(random.Below(other.size()));
      break;
    }
    default: {  // a digit of a number in JSON
      const size_t digit = input.find_first_of("0123456789", at);
      if (digit != std::string::npos) input[digit] = static_cast<char>('0' + random.Below(10));
    }
  }
}

uint64_t NumberOf(const char* text) {
  uint64_t number = 0;
  const std::string_view view(text);
  std::from_chars(view.data(), view.data() + view.size(), number);
  return number;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t runs = 50'000;
  uint64_t seed = 1;
  bool replayed = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument == "--runs" && i + 1 < argc) {
      runs = NumberOf(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = NumberOf(argv[++i]);
    } else {
      std::ifstream file(argv[i], std::ios::binary);
      RunOnce(std::string(std::istreambuf_iterator<char>(file), {}));
      replayed = true;
    }
  }
  if (replayed) return 0;

  for (const int signal_number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) ::signal(signal_number, SayWhichRun);
  const std::vector<std::string> seeds = SeedInputs();
  const std::vector<std::string> fragments = Fragments();
  for (const std::string& input : seeds) RunOnce(input);
  lifeboat::SeededRandom random(seed);
  for (current_run = 1; current_run <= runs; ++current_run) {
    std::string input = seeds[random.Below(seeds.size())];
    for (uint64_t changes = 1 + random.Below(4); changes > 0; --changes)
      Mutate(input, seeds, fragments, random);
    RunOnce(input);
  }
  std::printf("%zu seeds, %llu mutations\n", seeds.size(), static_cast<unsigned long long>(runs));
  return 0;
}
