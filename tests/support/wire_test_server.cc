// wire_test_server: the driver protocol over a FakeAccount, for tests with real clients.
//
//   wire_test_server --port 0 --account PRIMARY --session-seconds 3600 --hold-ms 25000
//
// Prints "listening on <port>" once it serves; ends on end of standard input (so that it never outlives its test) or
// SIGTERM.
#include <fmt/core.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "account/wire/wire_server.h"
#include "tests/support/fake_account.h"

namespace {

volatile std::sig_atomic_t g_stop = 0;

int64_t Number(const std::map<std::string, std::string>& flags, const std::string& name, int64_t fallback) {
  const auto it = flags.find(name);
  if (it == flags.end()) return fallback;
  std::from_chars(it->second.data(), it->second.data() + it->second.size(), fallback);
  return fallback;
}

void WaitForTheEnd() {
  char byte = 0;
  while (g_stop == 0) {
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 0) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> flags;
  for (int i = 1; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];

  struct sigaction action {};
  action.sa_handler = [](int) { g_stop = 1; };
  sigaction(SIGTERM, &action, nullptr);  // without SA_RESTART, so that read() returns

  lifeboat::account::FakeAccount account(flags.count("--account") > 0 ? flags["--account"] : "PRIMARY");
  lifeboat::account::wire::WireServerOptions options;
  options.port = static_cast<uint16_t>(Number(flags, "--port", 0));
  options.token_key = "a key of the tests, 32 bytes long or more";
  options.connection_names = {"LIFEBOAT_DEMO"};
  options.session_token_validity = std::chrono::seconds(Number(flags, "--session-seconds", 3600));
  options.hold = std::chrono::milliseconds(Number(flags, "--hold-ms", 25'000));
  options.chunk_bytes = static_cast<uint64_t>(Number(flags, "--chunk-bytes", 4 << 20));
  options.inline_rowset_bytes = static_cast<uint64_t>(Number(flags, "--inline-bytes", 1 << 20));
  auto server = lifeboat::account::wire::WireServer::Start(options, account);
  if (!server.ok()) {
    fmt::print(stderr, "{}\n", server.status().ToString());
    return 1;
  }
  fmt::print("listening on {}\n", (*server)->port());
  std::fflush(stdout);
  WaitForTheEnd();
  (*server)->Stop(std::chrono::milliseconds(1000));
  return 0;
}
