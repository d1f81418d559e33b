// Commits a second through the PostgreSQL catalog store, beside what the same server does with the smallest
// durable transaction there is: one INSERT of one row, by pgbench, in the same run.
//
//   postgres_store_bench [SECONDS]
//
// Each client commits a new version of its own table (3 kB of metadata), then waits for the answer, as a
// catalog server's request does. The server is one of its own with fsync on.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "catalog/store/postgres_catalog_store.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

constexpr int kClients[] = {1, 4, 16, 32};
constexpr int kWarmUpSeconds = 1;

template <typename T>
T Must(Result<T> result) {
  LIFEBOAT_CHECK(result.ok(), result.status().ToString());
  return std::move(result).value();
}

// JSON-like text that compresses about as metadata does.
std::string Metadata(int client, uint64_t round) {
  std::string text = "{\"format-version\":2,\"snapshots\":[";
  for (int i = 0; text.size() < 3000; ++i) {
    text +=
        fmt::format("{{\"snapshot-id\":{},\"manifest-list\":\"file:///lake/n/t{}/metadata/snap-{}.avro\"}},",
                    (round + 7) * 1'000'003 * (i + 1), client, round * 31 + i);
  }
  return text + "]}";
}

struct Rate {
  double per_second = 0;
  double millis_mean = 0;
};

Rate Commits(CatalogStore& store, const std::string& prefix, int clients, int seconds) {
  std::vector<Change> setup = {CreateNamespaceChange{{prefix}, {}}};
  for (int c = 0; c < clients; ++c) {
    const std::string name = fmt::format("t{}", c);
    setup.push_back(CreateTableChange{ObjectKind::kTable, {{prefix}, name}, name, "loc", Metadata(c, 0)});
  }
  const Applied created = Must(store.Apply({1, prefix, setup, {}}));
  std::atomic<bool> counting = false;
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> commits = 0;
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      const std::string name = fmt::format("t{}", c);
      uint64_t version = created.position;
      for (uint64_t round = 1; !stop; ++round) {
        CommitTableChange change{ObjectKind::kTable,
                                 {{prefix}, name},
                                 version,
                                 name,
                                 fmt::format("file:///lake/n/t{}/metadata/{}.json", c, round),
                                 Metadata(c, round)};
        version = Must(store.Apply({1, fmt::format("{}-{}-{}", prefix, c, round), {std::move(change)}, {}}))
                      .position;
        if (counting) ++commits;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds(kWarmUpSeconds));
  counting = true;
  const int64_t started = SystemClock().MonotonicMicros();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  counting = false;
  const double elapsed = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const double rate = static_cast<double>(commits) / elapsed;
  return {rate, clients / rate * 1000};
}

double Pgbench(testing::PostgresServer& server, const std::string& database, int clients, int seconds) {
  const std::string script =
      std::filesystem::temp_directory_path() / fmt::format("lifeboat-bench-{}.sql", ::getpid());
  std::ofstream(script) << "INSERT INTO peer VALUES (1, 'x');\n";
  const std::string output =
      server.RunProgram("pgbench", {"-n", "-M", "prepared", "-f", script, "-c", std::to_string(clients), "-j",
                                    "2", "-T", std::to_string(seconds), server.Uri(database)});
  std::filesystem::remove(script);
  const size_t at = output.find("tps = ");
  LIFEBOAT_CHECK(at != std::string::npos, "pgbench printed no rate: " + output);
  return std::stod(output.substr(at + 6));
}

int Main(int argc, char** argv) {
  int seconds = 4;
  if (argc > 1) {
    const std::string_view text = argv[1];
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  testing::PostgresServer server(testing::PostgresServer::Durability::kFull);
  const std::string database = server.NewDatabase();
  server.Sql(database, "CREATE TABLE peer (a int, b text)");
  const auto store = Must(OpenPostgresCatalogStore({.uri = server.Uri(database)}, SystemClock()));
  const auto other = Must(OpenPostgresCatalogStore({.uri = server.Uri(database)}, SystemClock()));
  fmt::print("{:>8} {:>16} {:>12} {:>20} {:>8}\n", "clients", "commits/s", "mean ms", "pgbench INSERTs/s",
             "ratio");
  for (const int clients : kClients) {
    const double peer = Pgbench(server, database, clients, seconds);
    const Rate rate = Commits(*store, fmt::format("n{}", clients), clients, seconds);
    fmt::print("{:>8} {:>16.0f} {:>12.3f} {:>20.0f} {:>8.2f}\n", clients, rate.per_second, rate.millis_mean,
               peer, rate.per_second / peer);
  }
  // Two servers that take turns.
  Rate rates[2];
  std::thread second([&] { rates[1] = Commits(*other, "second", 8, seconds); });
  rates[0] = Commits(*store, "first", 8, seconds);
  second.join();
  fmt::print("two stores, 8 clients each: {:.0f} + {:.0f} commits/s\n", rates[0].per_second,
             rates[1].per_second);
  return 0;
}

}  // namespace
}  // namespace lifeboat::catalog

int main(int argc, char** argv) {
  return lifeboat::catalog::Main(argc, argv);
}
