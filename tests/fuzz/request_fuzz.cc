// Fuzz target: whatever request reaches the catalog server, it answers with a status that blames the request
// or with success, never with a failure of its own, and every error is the protocol's JSON. The server is a
// real one, over SQLite and an in-memory storage; an input is the text of one request.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/random.h"
#include "catalog/api/commit_guard.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_update.h"
#include "iceberg/write/append_files.h"
#include "net/content_encoding.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/iceberg_seeds.h"
#include "tests/fuzz/request_text.h"
#include "tests/support/memory_storage.h"

namespace {

using namespace lifeboat;           // NOLINT: a program of its own
using namespace lifeboat::catalog;  // NOLINT
using fuzz::ReadRequest;
using fuzz::RequestText;

constexpr std::chrono::seconds kPatience{120};  // for one answer, under sanitizers on a busy machine
constexpr int kChangesMax = 500;                // after so many the catalog starts afresh

class Answer : public net::Responder::Impl {
 public:
  void Send(net::HttpResponse response) override EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    if (!response_) response_ = std::move(response);
    given_.NotifyAll();
  }
  bool ClientGone() const override { return false; }
  // While it waits, time passes faster for the server: a long poll may be what was asked for.
  net::HttpResponse Take(ManualClock* server_clock) EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    const int64_t deadline_micros =
        SystemClock().MonotonicMicros() + std::chrono::microseconds(kPatience).count();
    while (!response_) {
      LIFEBOAT_CHECK(SystemClock().MonotonicMicros() < deadline_micros, "a request was never answered");
      if (!given_.WaitFor(mutex_, std::chrono::milliseconds(100)))
        server_clock->Advance(std::chrono::seconds(5));
    }
    return std::move(*response_);
  }

 private:
  Mutex mutex_;
  CondVar given_;
  std::optional<net::HttpResponse> response_ GUARDED_BY(mutex_);
};

// Any catalog over an in-memory storage.
class Catalog {
 public:
  Catalog() {
    LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "cannot make " + folder_);
    store_ = OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_).value();
    CatalogServerOptions options;
    options.warehouse_location = "mem://lake";
    options.clients = {{"tester", "secret"}};
    options.allow_anonymous = true;
    options.worker_threads = 1;
    options.body_bytes_max = 1024 * 1024;
    server_ = CatalogServer::Start(options, *store_, storage_, guard_, clock_).value();
    LIFEBOAT_CHECK(storage_.Write("mem://lake/old/v2.json", fuzz::kMetadataVersion2, {}).ok(), "memory");
  }
  ~Catalog() {
    server_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  storage::Storage& storage() { return storage_; }

  net::HttpResponse Call(net::HttpRequest request) {
    const auto answer = std::make_shared<Answer>();
    server_->Handle(std::move(request), net::Responder(answer));
    return answer->Take(&clock_);
  }
  net::HttpResponse MustCall(std::string_view method, std::string_view target, std::string_view body = "") {
    net::HttpResponse response = Call(ReadRequest(RequestText(method, target, body)));
    LIFEBOAT_CHECK(response.status < 300, fmt::format("{} {} {}", method, target, response.content()));
    return response;
  }

 private:
  static std::string TemporaryFolder() {
    const bool has_memory = ::access("/dev/shm", W_OK | X_OK) == 0;
    return has_memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
  }

  ManualClock clock_;
  FixedEpochGuard guard_;
  testing::MemoryStorage storage_;
  std::string folder_ = TemporaryFolder() + "/request_fuzz_XXXXXX";
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
};

// A commit may name manifests that are not there, or are none: planning a scan of such a table fails by a
// named file.
bool IsOfABrokenTable(const net::HttpRequest& request, const net::HttpResponse& response) {
  return response.status == 500 &&
         (request.Path().ends_with("/plan") || request.Path().ends_with("/tasks")) &&
         response.body.find("mem://") != std::string::npos;
}

void CheckAnswer(const net::HttpRequest& request, const net::HttpResponse& response) {
  const std::string story =
      fmt::format("{} {} answered {} {}", request.method, request.target, response.status, response.body);
  LIFEBOAT_CHECK(response.status >= 200 && (response.status < 500 || IsOfABrokenTable(request, response)),
                 story);
  if (response.body.empty()) {
    LIFEBOAT_CHECK(response.status < 400, story);
    return;
  }
  if (request.Path() == "/metrics" || request.Path() == "/healthz") return;
  const Result<boost::json::value> body = iceberg::ParseJson(response.body, "answer");
  LIFEBOAT_CHECK(body.ok(), story);
  if (response.status < 400 || !body->is_object()) return;
  const boost::json::value* error = body->get_object().if_contains("error");
  LIFEBOAT_CHECK(error != nullptr, story);
  if (error->is_string()) return;  // the token endpoint's own form, RFC 6749 section 5.2
  LIFEBOAT_CHECK(error->at("code") == response.status && error->at("type").is_string(), story);
  LIFEBOAT_CHECK(!error->at("message").as_string().empty(), story);
}

constexpr std::string_view kCreateTable =
    R"({"name":"t","schema":{"type":"struct","fields":[{"id":1,"name":"x","type":"long","required":false},
       {"id":2,"name":"d","type":"date","required":true}],"identifier-field-ids":[2]},
       "partition-spec":{"fields":[{"source-id":2,"name":"d_day","transform":"day"}]},
       "write-order":{"order-id":1,"fields":[{"source-id":1,"transform":"identity","direction":"asc",
       "null-order":"nulls-first"}]},"properties":{"format-version":"2"},"stage-create":false})";

constexpr std::string_view kCreateView =
    R"({"name":"v","schema":{"type":"struct","fields":[{"id":1,"name":"x","type":"long","required":false}]},
       "view-version":{"version-id":1,"schema-id":0,"timestamp-ms":5,"summary":{},"default-namespace":["n"],
       "representations":[{"type":"sql","sql":"select 1","dialect":"spark"}]},"properties":{}})";

// Two data files in table n.t, for scans to be planned over.
void AppendSeedFiles(Catalog& catalog) {
  const net::HttpResponse loaded = catalog.MustCall("GET", "/v1/namespaces/n/tables/t");
  const boost::json::value body = iceberg::ParseJson(loaded.content(), "answer").value();
  const iceberg::TableMetadata metadata = iceberg::ParseTableMetadata(body.at("metadata")).value();
  std::vector<iceberg::DataFile> files(2);
  for (iceberg::DataFile& file : files) {
    const auto day = static_cast<int32_t>(20'000 + (&file - files.data()));
    file.file_path = fmt::format("{}/{}.parquet", iceberg::DataLocation(metadata), day);
    file.partition = {iceberg::Literal(day)};
    file.record_count = 10;
    file.file_size_in_bytes = 1000;
    file.value_counts = {{1, 10}};
    file.lower_bounds = {{1, std::string(8, '\0')}};
    file.upper_bounds = {{1, std::string(8, '\x01')}};
  }
  static const ManualClock clock;
  SeededRandom random(1);
  const iceberg::PreparedAppend append =
      iceberg::AppendFiles(catalog.storage(), metadata, files, {}, clock, random).value();
  std::string updates;
  for (const iceberg::TableUpdate& update : append.updates)
    updates += (updates.empty() ? "" : ",") + iceberg::ToJsonText(update);
  catalog.MustCall("POST", "/v1/namespaces/n/tables/t",
                   fmt::format(R"({{"requirements":[],"updates":[{}]}})", updates));
}

// Namespace "n", table "n.t" with a snapshot, view "n.v", role "r".
std::unique_ptr<Catalog> SeedCatalog() {
  auto catalog = std::make_unique<Catalog>();
  catalog->MustCall("POST", "/v1/namespaces", R"({"namespace":["n"]})");
  catalog->MustCall("POST", "/v1/namespaces/n/tables", kCreateTable);
  catalog->MustCall("POST", "/v1/namespaces/n/views", kCreateView);
  catalog->MustCall("POST", "/lifeboat/v1/access/roles", R"({"id":"r"})");
  AppendSeedFiles(*catalog);
  return catalog;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::unique_ptr<Catalog> catalog;
  static int changes = 0;
  if (catalog == nullptr || changes > kChangesMax) {
    if (catalog == nullptr) log::Configure({.level = log::Level::kError});
    catalog.reset();
    catalog = SeedCatalog();
    changes = 0;
  }
  const net::HttpRequest request = ReadRequest({reinterpret_cast<const char*>(data), size});
  const net::HttpResponse response = catalog->Call(request);
  CheckAnswer(request, response);
  if (request.method != "GET" && response.status < 300) ++changes;
  return 0;
}

static std::vector<std::string> CatalogSeeds() {
  const std::string commit = fmt::format(
      R"({{"requirements":[],"updates":{}}})",
      R"([{"action":"set-properties","updates":{"a":"b"}},{"action":"remove-properties","removals":["a"]},
         {"action":"add-schema","schema":{"type":"struct","fields":[{"id":1,"name":"y","type":"long","required":false},
         {"id":2,"name":"d","type":"date","required":true}]}},{"action":"set-current-schema","schema-id":-1},
         {"action":"add-snapshot","snapshot":{"snapshot-id":7,"sequence-number":1,"timestamp-ms":1700000000000,
         "manifest-list":"mem://lake/n/t/m.avro","summary":{"operation":"append"},"schema-id":0}},
         {"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":7}])");
  const std::string change =
      R"({"identifier":{"namespace":["n"],"name":"t"},"requirements":[{"type":"assert-ref-snapshot-id","ref":"main",
         "snapshot-id":null}],"updates":[{"action":"set-properties","updates":{"k":"v"}}]})";
  const std::string both =
      R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})";
  const std::string key = "Idempotency-Key: 01890a5d-ac96-774b-bcce-b302099a8057\n";
  return {
      RequestText("GET", "/v1/config?warehouse=lake"),
      RequestText("POST", "/v1/oauth/tokens",
                  "grant_type=client_credentials&client_id=tester&client_secret=secret&scope=catalog"),
      RequestText("GET", "/v1/namespaces?parent=n&pageToken=&pageSize=2"),
      RequestText("POST", "/v1/namespaces",
                  R"({"namespace":["n","m"],"properties":{"location":"mem://lake/x"}})"),
      RequestText("GET", "/v1/namespaces/n%1Fm"),
      RequestText("HEAD", "/v1/namespaces/n"),
      RequestText("DELETE", "/v1/namespaces/n%1Fm"),
      RequestText("POST", "/v1/namespaces/n/properties", R"({"removals":["a"],"updates":{"b":"c"}})", key),
      RequestText("GET", "/v1/namespaces/n/tables?pageToken=bg&pageSize=1"),
      RequestText("POST", "/v1/namespaces/n/tables", kCreateTable),
      RequestText("GET", "/v1/namespaces/n/tables/t?snapshots=refs", "", "If-None-Match: \"2-all\"\n"),
      RequestText("HEAD", "/v1/namespaces/n/tables/t"),
      RequestText("POST", "/v1/namespaces/n/tables/t", commit, key),
      RequestText("POST", "/v1/namespaces/n/tables/t",
                  fmt::format(R"({{"requirements":{},"updates":{}}})", fuzz::kTableRequirements,
                              fuzz::kTableUpdates)),
      RequestText("DELETE", "/v1/namespaces/n/tables/t?purgeRequested=true"),
      RequestText("POST", "/v1/namespaces/n/register",
                  R"({"name":"r","metadata-location":"mem://lake/old/v2.json","overwrite":true})"),
      RequestText("POST", "/v1/namespaces/n/tables/t/metrics", R"({"report-type":"scan-report"})"),
      RequestText("POST", "/v1/tables/rename", both),
      RequestText("GET", "/v1/namespaces/n/views"),
      RequestText("POST", "/v1/namespaces/n/views", kCreateView),
      RequestText("GET", "/v1/namespaces/n/views/v"),
      RequestText("HEAD", "/v1/namespaces/n/views/v"),
      RequestText("POST", "/v1/namespaces/n/views/v",
                  fmt::format(R"({{"requirements":[],"updates":{}}})", fuzz::kViewUpdates)),
      RequestText("DELETE", "/v1/namespaces/n/views/v"),
      RequestText("POST", "/v1/views/rename", both),
      RequestText("POST", "/v1/transactions/commit", fmt::format(R"({{"table-changes":[{}]}})", change)),
      RequestText("GET", "/lifeboat/v1/changes?after=0&limit=5"),
      RequestText("GET", "/v1/namespaces", "", "Authorization: Bearer a.b.c\n"),
  };
}

// Of what goes on around a table: credentials, plans, signatures.
static std::vector<std::string> TableServiceSeeds() {
  return {
      RequestText("GET", "/v1/namespaces/n/tables/t/credentials?planId=p"),
      RequestText("POST", "/v1/namespaces/n/tables/t/plan",
                  R"({"select":["x"],"filter":{"type":"eq","term":"x","value":1},"case-sensitive":true})"),
      RequestText("POST", "/v1/namespaces/n/tables/t/plan",
                  R"({"filter":{"type":"and","left":{"type":"gt","term":"d","value":"2024-10-04"},
                  "right":{"type":"not","child":{"type":"in","term":{"type":"transform","transform":"bucket[4]",
                  "term":"x"},"values":[1,2]}}},"stats-fields":["d"],"min-rows-requested":3,
                  "use-snapshot-schema":true,"case-sensitive":false})"),
      RequestText("POST", "/v1/namespaces/n/tables/t/plan",
                  R"({"start-snapshot-id":7,"end-snapshot-id":7,"filter":true})", "Prefer: respond-async\n"),
      RequestText("GET", "/v1/namespaces/n/tables/t/plan/p"),
      RequestText("DELETE", "/v1/namespaces/n/tables/t/plan/p"),
      RequestText("POST", "/v1/namespaces/n/tables/t/tasks", R"({"plan-task":"p"})"),
      RequestText(
          "POST", "/v1/namespaces/n/tables/t/sign",
          R"({"region":"eu-west-1","method":"GET","uri":"https://s3.eu-west-1.amazonaws.com/lake/n/t/a",
                  "headers":{"Range":["bytes=0-1"]}})"),
      RequestText("POST", "/v1/namespaces/n/tables/t/unregister"),
      RequestText("POST", "/v1/namespaces/n/register-view",
                  R"({"name":"w","metadata-location":"mem://lake/old/v2.json"})"),
      RequestText("GET", "/v1/namespaces/n/functions"),
      RequestText("GET", "/v1/namespaces/n/functions/f"),
      RequestText("GET", "/iceberg/v1/catalogs/lake/namespaces/n/tables/t"),
      RequestText("POST", "/v1/namespaces", net::GzipCompress(R"({"namespace":["g"],"properties":{}})"),
                  "Content-Encoding: gzip\n"),
      RequestText("GET", "/v1/namespaces", "",
                  "Authorization: AWS4-HMAC-SHA256 Credential=tester/20231114/eu-west-1/glue/aws4_request, "
                  "SignedHeaders=host;x-amz-date, Signature=00\nHost: h\nX-Amz-Date: 20231114T221320Z\n"),
  };
}

static std::vector<std::string> AccessSeeds() {
  return {
      RequestText("GET", "/lifeboat/v1/jobs"),
      RequestText("POST", "/lifeboat/v1/access/principals", R"({"id":"p","kind":"external","subject":"s"})"),
      RequestText("POST", "/lifeboat/v1/access/principals/p", R"({"disabled":true,"description":"d"})"),
      RequestText("DELETE", "/lifeboat/v1/access/principals/p"),
      RequestText("POST", "/lifeboat/v1/access/roles", R"({"id":"r2","description":"d"})"),
      RequestText("POST", "/lifeboat/v1/access/roles/r/members", R"({"role":"r2"})"),
      RequestText("DELETE", "/lifeboat/v1/access/roles/r/members?role=r2"),
      RequestText("DELETE", "/lifeboat/v1/access/roles/r2"),
      RequestText("GET", "/lifeboat/v1/access/grants?role=r"),
      RequestText("POST", "/lifeboat/v1/access/grants",
                  R"({"grantee":{"role":"r"},"object":{"kind":"table","namespace":["n"],"name":"t"},
                  "privileges":["select","insert"],"grant-option":true})"),
      RequestText("POST", "/lifeboat/v1/access/grants/revoke",
                  R"({"grantee":{"role":"r"},"object":{"kind":"catalog"},"privileges":["describe"]})"),
      RequestText("GET", "/lifeboat/v1/access/effective?namespace=n&table=t&principal=p"),
      RequestText("POST", "/lifeboat/v1/access/locations", R"({"location":"s3://b/f","description":"d"})"),
      RequestText("DELETE", "/lifeboat/v1/access/locations?location=s3://b/f"),
      RequestText("POST", "/lifeboat/v1/access/settings",
                  R"({"external-full-table-access":true,"allow-external":["r"],"disallow-external":[]})"),
      RequestText("POST", "/lifeboat/v1/access/trust", R"({"principal":"p","external-id":"x"})"),
      RequestText("DELETE", "/lifeboat/v1/access/trust?principal=p"),
  };
}

std::vector<std::string> SeedInputs() {
  std::vector<std::string> seeds = CatalogSeeds();
  for (const std::vector<std::string>& more : {TableServiceSeeds(), AccessSeeds()})
    seeds.insert(seeds.end(), more.begin(), more.end());
  return seeds;
}

std::vector<std::string> Fragments() {
  return {"null",
          "[]",
          "{}",
          "\"\"",
          "-1",
          "9223372036854775808",
          "1e400",
          "%00",
          "%1F",
          "%2e%2e",
          "..",
          "\"\\u0000\"",
          "\xff",
          "/",
          "true",
          "file:///etc",
          "\"mem://lake/n/t\"",
          "Content-Encoding: gzip\n"};
}
