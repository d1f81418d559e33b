// Whether a catalog of a million tables answers as one of a thousand does: start-up, memory, listing,
// loadTable of tables that are not in memory, commits, and creates, which look for a table whose location
// overlaps; on both in one run. Then how long a store of the version that did not keep locations takes to
// open.
//
//   many_tables_bench FOLDER [TABLES]        FOLDER must not exist; 1,000,000 tables take about 2 GB
//
// Only the tables that are loaded or committed to have a metadata.json; the others are rows of the store.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "catalog/api/commit_guard.h"
#include "catalog/api/table_places.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "catalog/store/sqlite_database.h"
#include "iceberg/model/table_metadata.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

constexpr uint64_t kFewTables = 1'000;
constexpr uint64_t kTablesPerNamespace = 10'000;
constexpr uint64_t kTablesPerTransaction = 1'000;
constexpr int kSamples = 1'000;
constexpr int kPageSize = 1'000;

template <typename T>
T Must(Result<T> result) {
  LIFEBOAT_CHECK(result.ok(), result.status().ToString());
  return std::move(result).value();
}
void Must(const Status& status) {
  LIFEBOAT_CHECK(status.ok(), status.ToString());
}

std::string NamespaceOf(uint64_t table) {
  return fmt::format("n{:04}", table / kTablesPerNamespace);
}
std::string NameOf(uint64_t table) {
  return fmt::format("table_{:07}", table);
}
// Every so many tables one is used, so that the used ones lie all over the catalog.
uint64_t SampleStep(uint64_t tables) {
  return std::max<uint64_t>(1, tables / kSamples);
}

void Fill(const std::string& folder, uint64_t tables) {
  const std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  const std::unique_ptr<CatalogStore> store =
      Must(OpenSqliteCatalogStore(folder + "/catalog.db", SystemClock()));
  iceberg::NewTable table;
  table.schema = Must(iceberg::ParseSchema(
      boost::json::parse(R"({"type":"struct","fields":[{"id":1,"name":"id","type":"long","required":true},
        {"id":2,"name":"name","type":"string","required":false},
        {"id":3,"name":"at","type":"timestamptz","required":false}]})"),
      {}));
  std::vector<Change> changes;
  for (uint64_t i = 0; i < tables; ++i) {
    if (i % kTablesPerNamespace == 0) changes.push_back(CreateNamespaceChange{{NamespaceOf(i)}, {}});
    table.location = storage::FileLocation(fmt::format("{}/lake/{}/{}", folder, NamespaceOf(i), NameOf(i)));
    const iceberg::TableMetadata metadata = Must(iceberg::NewTableMetadata(table, SystemClock()));
    CreateTableChange change{ObjectKind::kTable,
                             {{NamespaceOf(i)}, NameOf(i)},
                             metadata.table_uuid,
                             iceberg::NewMetadataLocation(metadata, ""),
                             iceberg::ToJsonText(metadata),
                             true,
                             PlacesOf(table.location, {})};
    if (i % SampleStep(tables) == 0) {
      Must(storage->Write(change.metadata_location, change.metadata_json, {.durable = false}));
    }
    changes.push_back(std::move(change));
    if (changes.size() < kTablesPerTransaction && i + 1 < tables) continue;
    Must(store->Apply({1, Uuid::V7(SystemClock()).ToString(), std::move(changes), {}}));
    changes.clear();
  }
}

// In a process of its own: what filling leaves in memory must not count.
void FillInChild(const std::string& folder, uint64_t tables) {
  std::filesystem::create_directories(folder);
  const pid_t child = fork();
  LIFEBOAT_CHECK(child >= 0, "cannot fork");
  if (child == 0) {
    Fill(folder, tables);
    _exit(0);
  }
  int status = 0;
  LIFEBOAT_CHECK(waitpid(child, &status, 0) == child && status == 0, "filling the catalog failed");
}

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages_all = 0;
  uint64_t pages = 0;
  file >> pages_all >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

struct Latency {
  double median_millis = 0;
  double p99_millis = 0;
};

Latency Measure(int rounds, const std::function<void(int)>& run) {
  std::vector<double> millis;
  for (int i = 0; i < rounds; ++i) {
    const int64_t started = SystemClock().MonotonicMicros();
    run(i);
    millis.push_back(static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e3);
  }
  std::sort(millis.begin(), millis.end());
  return {millis[millis.size() / 2], millis[millis.size() * 99 / 100]};
}

void Serve(const std::string& folder, uint64_t tables) {
  const uint64_t bytes_before = ResidentBytes();
  const int64_t started = SystemClock().MonotonicMicros();
  const std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  const std::unique_ptr<CatalogStore> store =
      Must(OpenSqliteCatalogStore(folder + "/catalog.db", SystemClock()));
  FixedEpochGuard guard;
  CatalogServerOptions options;
  options.warehouse_location = storage::FileLocation(folder + "/lake");
  options.allow_anonymous = true;
  const std::unique_ptr<CatalogServer> server =
      Must(CatalogServer::Start(options, *store, *storage, guard, SystemClock()));
  const std::unique_ptr<net::HttpClient> client = net::HttpClient::Make();
  const std::string base = fmt::format("http://127.0.0.1:{}", server->port());
  const auto call = [&](std::string method, const std::string& path, std::string body = "") {
    net::OutgoingRequest request;
    request.method = std::move(method);
    request.url = base + path;
    request.body = std::move(body);
    request.headers.Set("Content-Type", "application/json");
    const net::HttpResponse response = Must(client->Send(std::move(request)));
    LIFEBOAT_CHECK(response.status == 200, response.body);
  };
  call("GET", "/healthz");
  const double start_seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
  const uint64_t bytes_idle = ResidentBytes() - bytes_before;

  const uint64_t step = SampleStep(tables);
  const auto path_of = [&](int sample) {
    // A stride that is coprime to the samples: neighbours in time are not neighbours in the store.
    const uint64_t table = (static_cast<uint64_t>(sample) * 379 % kSamples) * step;
    return fmt::format("/v1/namespaces/{}/tables/{}", NamespaceOf(table), NameOf(table));
  };
  const Latency list = Measure(50, [&](int i) {
    call("GET", fmt::format("/v1/namespaces/{}/tables?pageSize={}&pageToken=",
                            NamespaceOf(static_cast<uint64_t>(i) * 7919 % tables), kPageSize));
  });
  const Latency load = Measure(kSamples, [&](int i) { call("GET", path_of(i)); });
  const Latency commit = Measure(kSamples, [&](int i) {
    call("POST", path_of(i),
         R"({"requirements":[],"updates":[{"action":"set-properties","updates":{"a":"b"}}]})");
  });
  const Latency create = Measure(kSamples, [&](int i) {
    call("POST", fmt::format("/v1/namespaces/{}/tables", NamespaceOf(static_cast<uint64_t>(i) * step)),
         fmt::format(R"({{"name":"created_{}","schema":{{"type":"struct","fields":[]}}}})", i));
  });
  fmt::print(
      "{:>10} {:>9.3f} s {:>9.1f} MiB {:>10.0f} B {:>8.2f} / {:<8.2f} {:>7.2f} / {:<7.2f} {:>7.2f} / "
      "{:<7.2f} {:>7.2f} / {:<7.2f}\n",
      tables, start_seconds, static_cast<double>(bytes_idle) / (1 << 20),
      static_cast<double>(bytes_idle) / static_cast<double>(tables), list.median_millis, list.p99_millis,
      load.median_millis, load.p99_millis, commit.median_millis, commit.p99_millis, create.median_millis,
      create.p99_millis);
  server->Stop(std::chrono::seconds(5));
}

// The store as a program left it that knew nothing of table_places.
void ForgetPlaces(const std::string& path) {
  const auto database = Must(SqliteDatabase::Open(path, SqliteDatabase::Mode::kReadWrite));
  Must(database->Execute("DROP TABLE table_places"));
  Must(database->Execute("PRAGMA user_version = 2"));
}

void Migrate(const std::string& folder) {
  const std::string path = folder + "/catalog.db";
  ForgetPlaces(path);
  const int64_t started = SystemClock().MonotonicMicros();
  Must(OpenSqliteCatalogStore(path, SystemClock()));
  fmt::print("opened after an update of the program: {:.1f} s\n",
             static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6);
}

int Main(int argc, char** argv) {
  uint64_t tables = 1'000'000;
  if (argc == 3) {
    const std::string_view text = argv[2];
    if (std::from_chars(text.data(), text.data() + text.size(), tables).ptr != text.data() + text.size())
      argc = 0;
  }
  if (argc < 2 || argc > 3 || tables < kFewTables || std::filesystem::exists(argv[1])) {
    fmt::print(stderr,
               "usage: many_tables_bench FOLDER [TABLES]   FOLDER must not exist; TABLES is 1000 or more\n");
    return 2;
  }
  const std::string folder = std::filesystem::absolute(argv[1]).string();
  FillInChild(folder + "/few", kFewTables);
  FillInChild(folder + "/many", tables);
  fmt::print("{:>10} {:>11} {:>13} {:>12} {:>19} {:>17} {:>17} {:>17}\n", "tables", "start", "idle memory",
             "a table", "list, ms p50/p99", "load", "commit", "create");
  Serve(folder + "/few", kFewTables);
  Serve(folder + "/many", tables);
  Migrate(folder + "/many");
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace lifeboat::catalog

int main(int argc, char** argv) {
  return lifeboat::catalog::Main(argc, argv);
}
