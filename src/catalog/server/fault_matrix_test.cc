// Every route against every fault: what would write is refused as not applied, with Retry-After, and nothing
// of it is there; once the fault is over, the very same request succeeds.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "base/testing.h"
#include "catalog/client/rest_catalog.h"
#include "catalog/server/catalog_server.h"
#include "catalog/server/route_table.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "iceberg/write/append_files.h"
#include "net/http_client.h"
#include "storage/faulty/faulty_storage.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

class StatusGuard : public CommitGuard {
 public:
  Result<uint64_t> CurrentEpoch() override {
    if (code != StatusCode::kOk) return Status(code, "this catalog may not write now");
    return epoch.load();
  }
  std::atomic<StatusCode> code = StatusCode::kOk;
  std::atomic<uint64_t> epoch = 1;
};

// A store that can be away, or full: then it refuses every write.
class FaultyStore : public CatalogStore {
 public:
  explicit FaultyStore(std::unique_ptr<CatalogStore> inner) : inner_(std::move(inner)) {}
  std::atomic<bool> away = false;
  std::atomic<bool> full = false;

  Result<Applied> Apply(Transaction transaction, const Queued& queued) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->Apply(std::move(transaction), queued);
  }
  Result<Page<Namespace>> ListNamespaces(const Namespace& parent, const PageRequest& page) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->ListNamespaces(parent, page);
  }
  Result<NamespaceRecord> LoadNamespace(const Namespace& name_space) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->LoadNamespace(name_space);
  }
  Result<Page<TableIdentifier>> ListTables(const Namespace& name_space, ObjectKind object,
                                           const PageRequest& page) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->ListTables(name_space, object, page);
  }
  Result<TableRecord> LoadTable(const TableIdentifier& identifier, ObjectKind object,
                                uint64_t known_version) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->LoadTable(identifier, object, known_version);
  }
  Result<std::vector<TableIdentifier>> FindTables(const std::string& uuid) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->FindTables(uuid);
  }
  Result<std::vector<StoreRecord>> ListRecords(const std::string& prefix) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->ListRecords(prefix);
  }
  Result<std::optional<PlaceHolder>> FindPlaceHolder(const std::vector<std::string>& places,
                                                     const TableIdentifier& except) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->FindPlaceHolder(places, except);
  }
  bool ReadsAreLocal() const override { return inner_->ReadsAreLocal(); }
  Result<StoreState> State() override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->State();
  }
  Status RaiseEpoch(uint64_t epoch) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->RaiseEpoch(epoch);
  }
  Result<std::vector<ChangeLogEntry>> ReadChangeLog(uint64_t after, size_t limit) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->ReadChangeLog(after, limit);
  }
  Status TrimChangeLog(uint64_t before_position) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->TrimChangeLog(before_position);
  }
  Result<uint64_t> ChangeLogBytes(uint64_t first_position, uint64_t last_position) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->ChangeLogBytes(first_position, last_position);
  }
  Result<std::optional<IdempotencyRecord>> FindIdempotencyRecord(const std::string& key) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->FindIdempotencyRecord(key);
  }
  Status RecordIdempotency(const IdempotencyRecord& record) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->RecordIdempotency(record);
  }
  Status RemoveExpiredIdempotencyRecords(int64_t now_micros) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->RemoveExpiredIdempotencyRecords(now_micros);
  }
  Result<std::vector<PendingMetadataFile>> PendingMetadataFiles(size_t limit, PendingDetail detail) override {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return inner_->PendingMetadataFiles(limit, detail);
  }
  Status ForgetPendingMetadataFiles(const std::vector<uint64_t>& ids) override {
    LIFEBOAT_RETURN_IF_ERROR(Writable());
    return inner_->ForgetPendingMetadataFiles(ids);
  }
  Status ReadImage(ImageSink& sink) override { return inner_->ReadImage(sink); }
  Status WriteImage(ImageSource& source) override { return inner_->WriteImage(source); }

 private:
  Status Readable() const { return away ? Status::Unavailable("the store cannot be reached") : Status::Ok(); }
  Status Writable() const {
    LIFEBOAT_RETURN_IF_ERROR(Readable());
    return full ? Status::ResourceExhausted("no free space is left for the store") : Status::Ok();
  }
  const std::unique_ptr<CatalogStore> inner_;
};

constexpr std::string_view kSchema =
    R"({"type":"struct","fields":[{"id":1,"name":"x","type":"long","required":false}]})";
constexpr std::string_view kSetProperty =
    R"({"requirements":[],"updates":[{"action":"set-properties","updates":{"k":"1"}}]})";

std::string CreateView(std::string_view name) {
  return fmt::format(
      R"({{"name":"{}","schema":{},"view-version":{{"version-id":1,"schema-id":0,"timestamp-ms":5,"summary":{{}},)"
      R"("default-namespace":["n"],"representations":[{{"type":"sql","sql":"select 1","dialect":"spark"}}]}}}})",
      name, kSchema);
}

// What a route does when nothing is wrong.
enum class Does {
  kAnswers,     // reads at most the store
  kReadsFiles,  // of the lake
  kChanges,     // writes to the store
  kRegisters,   // reads a metadata file, then writes to the store
  kPublishes,   // writes a metadata file, then to the store
};

struct Sample {
  Does does = Does::kAnswers;
  std::string body = {};  // {metadata}, {view-metadata}: a metadata file of table n.t, of view n.v
  int status = 200;       // when nothing is wrong
  std::string query = {};
  std::string id = "other";      // for {id}
  std::string name_space = "n";  // for {namespace}
};

const std::map<std::string, Sample>& Samples() {
  const std::string grant =
      R"({"grantee":{"principal":"other"},"object":{"kind":"table","namespace":["n"],"name":"u"},)"
      R"("privileges":["select"]})";
  const std::string transaction =
      fmt::format(R"({{"table-changes":[{{"identifier":{{"namespace":["n"],"name":"t"}},{0},)"
                  R"({{"identifier":{{"namespace":["n"],"name":"u"}},{0}]}})",
                  kSetProperty.substr(1));
  const auto rename = [](std::string_view from) {
    return fmt::format(
        R"({{"source":{{"namespace":["n"],"name":"{}"}},"destination":{{"namespace":["n"],"name":"new"}}}})",
        from);
  };
  using enum Does;
  static const std::map<std::string, Sample> samples = {
      {"GET /healthz", {}},
      {"GET /lifeboat/v1/changes", {.query = "?after=0"}},
      {"GET /lifeboat/v1/jobs", {}},
      {"GET /v1/config", {}},
      {"POST /v1/oauth/tokens",
       {.body = "grant_type=client_credentials&client_id=root&client_secret=secret"}},
      {"GET /v1/{prefix}/namespaces", {}},
      {"POST /v1/{prefix}/namespaces", {kChanges, R"({"namespace":["new"]})"}},
      {"GET /v1/{prefix}/namespaces/{namespace}", {}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}", {.status = 204}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}",
       {.does = kChanges, .status = 204, .name_space = "empty"}},
      {"POST /v1/{prefix}/namespaces/{namespace}/properties", {kChanges, R"({"updates":{"a":"b"}})"}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables", {}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables",
       {kPublishes, fmt::format(R"({{"name":"new","schema":{}}})", kSchema)}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}", {}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}", {.status = 204}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}", {kPublishes, std::string(kSetProperty)}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}", {kChanges, "", 204}},
      {"POST /v1/{prefix}/namespaces/{namespace}/register",
       {kRegisters, R"({"name":"new","metadata-location":"{metadata}"})"}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/unregister", {kChanges, ""}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials", {.status = 422}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/sign", {.status = 406}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
       {.body = R"({"report-type":"scan-report"})", .status = 204}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan", {kReadsFiles, "{}"}},
      {"GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", {.status = 404}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}", {.status = 404}},
      {"POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks",
       {.body = R"({"plan-task":"none"})", .status = 404}},
      {"POST /v1/{prefix}/tables/rename", {kChanges, rename("t"), 204}},
      {"GET /v1/{prefix}/namespaces/{namespace}/views", {}},
      {"POST /v1/{prefix}/namespaces/{namespace}/views", {kPublishes, CreateView("new")}},
      {"GET /v1/{prefix}/namespaces/{namespace}/views/{view}", {}},
      {"HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}", {.status = 204}},
      {"POST /v1/{prefix}/namespaces/{namespace}/views/{view}", {kPublishes, std::string(kSetProperty)}},
      {"DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}", {kChanges, "", 204}},
      {"POST /v1/{prefix}/namespaces/{namespace}/register-view",
       {kRegisters, R"({"name":"new","metadata-location":"{view-metadata}"})"}},
      {"POST /v1/{prefix}/views/rename", {kChanges, rename("v"), 204}},
      {"GET /v1/{prefix}/namespaces/{namespace}/functions", {}},
      {"GET /v1/{prefix}/namespaces/{namespace}/functions/{function}", {.status = 404}},
      {"POST /v1/{prefix}/transactions/commit", {kPublishes, transaction, 204}},
      {"GET /lifeboat/v1/access/principals", {}},
      {"POST /lifeboat/v1/access/principals", {kChanges, R"({"id":"new"})"}},
      {"POST /lifeboat/v1/access/principals/{id}", {kChanges, R"({"description":"x"})"}},
      {"DELETE /lifeboat/v1/access/principals/{id}", {kChanges, "", 204}},
      {"POST /lifeboat/v1/access/principals/{id}/secret", {kChanges, ""}},
      {"GET /lifeboat/v1/access/roles", {}},
      {"POST /lifeboat/v1/access/roles", {kChanges, R"({"id":"new"})"}},
      {"DELETE /lifeboat/v1/access/roles/{id}", {.does = kChanges, .status = 204, .id = "readers"}},
      {"POST /lifeboat/v1/access/roles/{id}/members",
       {.does = kChanges, .body = R"({"principal":"another"})", .status = 204, .id = "readers"}},
      {"DELETE /lifeboat/v1/access/roles/{id}/members", {kChanges, "", 204, "?principal=other", "readers"}},
      {"GET /lifeboat/v1/access/grants", {}},
      {"POST /lifeboat/v1/access/grants", {kChanges, grant}},
      {"POST /lifeboat/v1/access/grants/revoke",
       {kChanges,
        R"({"grantee":{"principal":"other"},"object":{"kind":"table","namespace":["n"],"name":"t"},)"
        R"("privileges":["select"]})"}},
      {"GET /lifeboat/v1/access/effective", {.query = "?namespace=n&table=t"}},
      {"GET /lifeboat/v1/access/locations", {}},
      {"POST /lifeboat/v1/access/locations", {kChanges, R"({"location":"s3://new"})"}},
      {"DELETE /lifeboat/v1/access/locations", {kChanges, "", 204, "?location=s3://spare"}},
      {"GET /lifeboat/v1/access/settings", {}},
      {"POST /lifeboat/v1/access/settings", {kChanges, R"({"external-full-table-access":true})"}},
      {"GET /lifeboat/v1/access/trust", {}},
      {"POST /lifeboat/v1/access/trust", {kChanges, R"({"principal":"another"})"}},
      {"DELETE /lifeboat/v1/access/trust", {kChanges, "", 204, "?principal=other"}},
  };
  return samples;
}

// A catalog on which every sample succeeds.
class Catalog {
 public:
  Catalog() {
    LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "no temporary folder");
    store =
        std::make_unique<FaultyStore>(OpenSqliteCatalogStore(folder_ + "/catalog.db", SystemClock()).value());
    options_.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options_.allow_overlapping_locations = true;  // registering is tried with files of live tables
    options_.clients = {{"root", "secret"}};
    options_.secret_key = std::string(32, 'k');
    server_ = CatalogServer::Start(options_, *store, storage, guard, SystemClock()).value();
    const net::HttpResponse token =
        Call("POST", "/v1/oauth/tokens", "grant_type=client_credentials&client_id=root&client_secret=secret");
    token_ = Text(token, "access_token");
    FillTables();
    FillPolicy();
    Make("/v1/namespaces/n/tables/t/plan", "{}");  // the first one leaves the key of plan tasks in the store
  }
  ~Catalog() {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  net::HttpResponse Call(std::string_view method, std::string_view path, std::string body = "") {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
    if (!token_.empty()) request.headers.Set("Authorization", "Bearer " + token_);
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  net::HttpResponse Send(const Route& route, const Sample& sample) {
    const std::pair<std::string_view, std::string_view> marks[] = {{"/{prefix}", ""},
                                                                   {"{namespace}", sample.name_space},
                                                                   {"{table}", "t"},
                                                                   {"{view}", "v"},
                                                                   {"{function}", "f"},
                                                                   {"{plan-id}", "none"},
                                                                   {"{id}", sample.id},
                                                                   {"{metadata}", metadata_},
                                                                   {"{view-metadata}", view_metadata_}};
    std::string path = std::string(route.path) + sample.query;
    std::string body = sample.body;
    for (std::string* text : {&path, &body}) {
      for (const auto& [mark, value] : marks) {
        if (const size_t at = text->find(mark); at != std::string::npos)
          text->replace(at, mark.size(), value);
      }
    }
    return Call(route.method, path, body);
  }
  // What a refused request must leave as it was. Read past the faults.
  std::pair<uint64_t, std::set<std::string>> Content() {
    const bool away = store->away.exchange(false);
    std::pair<uint64_t, std::set<std::string>> content{store->State().value().last_position, {}};
    store->away = away;
    EXPECT_OK(local_->List(options_.warehouse_location + "/", [&](const storage::ObjectInfo& info) {
      content.second.insert(info.location);
      return Status::Ok();
    }));
    return content;
  }

  StatusGuard guard;
  std::unique_ptr<FaultyStore> store;

 private:
  const std::unique_ptr<storage::Storage> local_ = storage::MakeLocalStorage();

 public:
  storage::FaultyStorage storage{local_.get(), {}, 1};

 private:
  static std::string Text(const net::HttpResponse& response, std::string_view member) {
    const boost::json::value body = iceberg::ParseJson(response.body).value();
    return std::string(std::string_view(body.at(member).as_string()));
  }
  std::string Make(std::string_view path, std::string body) {
    const net::HttpResponse response = Call("POST", path, std::move(body));
    LIFEBOAT_CHECK(response.status == 200 || response.status == 204, response.body);
    return response.body;
  }
  void FillTables() {
    for (const char* name : {"n", "empty"})
      Make("/v1/namespaces", fmt::format(R"({{"namespace":["{}"]}})", name));
    for (const char* name : {"t", "u"})
      Make("/v1/namespaces/n/tables", fmt::format(R"({{"name":"{}","schema":{}}})", name, kSchema));
    Make("/v1/namespaces/n/views", CreateView("v"));
    Append();
    metadata_ = Text(Call("GET", "/v1/namespaces/n/tables/t"), "metadata-location");
    view_metadata_ = Text(Call("GET", "/v1/namespaces/n/views/v"), "metadata-location");
  }
  // Gives table n.t a snapshot, which a scan has to read.
  void Append() {
    RestCatalogOptions options;
    options.uri = fmt::format("http://127.0.0.1:{}", server_->port());
    options.client_id = "root";
    options.client_secret = "secret";
    const auto client = RestCatalog::Connect(options, *http_).value();
    const TableIdentifier identifier{{"n"}, "t"};
    const LoadedTable table = client->LoadTable(identifier).value();
    iceberg::DataFile file;
    file.file_path = table.metadata->location + "/data/f.parquet";
    file.record_count = 1;
    file.file_size_in_bytes = 4;
    SeededRandom random(1);
    const auto append =
        iceberg::AppendFiles(*local_, *table.metadata, {file}, {}, SystemClock(), random).value();
    LIFEBOAT_CHECK(client->CommitTable(identifier, append.requirements, append.updates).ok(),
                   "cannot append");
  }
  void FillPolicy() {
    const std::string access = "/lifeboat/v1/access";
    for (const char* id : {"other", "another"})
      Make(access + "/principals", fmt::format(R"({{"id":"{}"}})", id));
    Make(access + "/roles", R"({"id":"readers"})");
    Make(access + "/roles/readers/members", R"({"principal":"other"})");
    Make(access + "/grants", R"({"grantee":{"principal":"other"},"object":{"kind":"table","namespace":["n"],)"
                             R"("name":"t"},"privileges":["select"]})");
    Make(access + "/locations", R"({"location":"s3://spare"})");
    Make(access + "/trust", R"({"principal":"other"})");
  }

  std::string folder_ = ::testing::TempDir() + "fault_matrix_XXXXXX";
  CatalogServerOptions options_;
  const std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
  std::string token_;
  std::string metadata_;
  std::string view_metadata_;
  std::unique_ptr<CatalogServer> server_;
};

struct Fault {
  std::string_view name;
  std::set<Does> refuses;  // of these every request; others may be refused as well
  std::function<void(Catalog&)> begin;
  std::function<void(Catalog&)> end;
};

std::vector<Fault> Faults() {
  using enum Does;
  const std::set<Does> writes = {kChanges, kRegisters, kPublishes};
  const auto guard = [](StatusCode code) { return [code](Catalog& catalog) { catalog.guard.code = code; }; };
  return {
      {"fenced", writes, guard(StatusCode::kFenced), guard(StatusCode::kOk)},
      {"starting", writes, guard(StatusCode::kUnavailable), guard(StatusCode::kOk)},
      {"outrun by a later epoch that the node has not heard of", writes,
       [](Catalog& catalog) { ASSERT_OK(catalog.store->RaiseEpoch(catalog.guard.epoch + 1)); },
       [](Catalog& catalog) { ++catalog.guard.epoch; }},
      {"the store is away", writes, [](Catalog& catalog) { catalog.store->away = true; },
       [](Catalog& catalog) { catalog.store->away = false; }},
      {"the store's disk is full", writes, [](Catalog& catalog) { catalog.store->full = true; },
       [](Catalog& catalog) { catalog.store->full = false; }},
      {"storage is down",
       {kReadsFiles, kRegisters, kPublishes},
       [](Catalog& catalog) { catalog.storage.SetDown(true); },
       [](Catalog& catalog) { catalog.storage.SetDown(false); }},
      {"storage is full",
       {kPublishes},
       [](Catalog& catalog) {
         catalog.storage.SetPlan(storage::FaultPlan().Add(
             {.operations = {storage::Operation::kWrite, storage::Operation::kOpenWriter},
              .effect = storage::Effect::kFail,
              .code = StatusCode::kResourceExhausted}));
       },
       [](Catalog& catalog) { catalog.storage.SetPlan({}); }},
  };
}

void ExpectTryAgain(const net::HttpResponse& response) {
  EXPECT_TRUE(response.status == 503 || response.status == 429) << response.status << " " << response.body;
  EXPECT_TRUE(response.headers.Has("Retry-After"));
  if (response.body.empty()) return;  // to HEAD
  const Result<boost::json::value> body = iceberg::ParseJson(response.body);
  ASSERT_OK(body);
  EXPECT_EQ(body->at("error").at("code"), response.status);
}

bool Changes(Does does) {
  return does != Does::kAnswers && does != Does::kReadsFiles;
}

TEST(FaultMatrixTest, EveryRouteUnderEveryFault) {
  Catalog read_only;
  for (const Route& route : AllRoutes()) {
    const std::string name = fmt::format("{} {}", route.method, route.path);
    SCOPED_TRACE(name);
    const auto found = Samples().find(name);
    ASSERT_NE(found, Samples().end()) << "this route has no sample";
    const Sample& sample = found->second;
    const std::unique_ptr<Catalog> own = Changes(sample.does) ? std::make_unique<Catalog>() : nullptr;
    Catalog& catalog = own != nullptr ? *own : read_only;
    bool changed = false;
    for (const Fault& fault : Faults()) {
      if (changed) break;  // it would not succeed a second time
      SCOPED_TRACE(fault.name);
      const auto before = catalog.Content();
      fault.begin(catalog);
      const net::HttpResponse response = catalog.Send(route, sample);
      if (fault.refuses.contains(sample.does) || response.status >= 500) {
        ExpectTryAgain(response);
        EXPECT_EQ(catalog.Content(), before);
      } else {
        EXPECT_EQ(response.status, sample.status) << response.body;
        changed = Changes(sample.does);
      }
      fault.end(catalog);
    }
    if (changed) continue;
    const net::HttpResponse response = catalog.Send(route, sample);
    EXPECT_EQ(response.status, sample.status) << response.body;
  }
}

}  // namespace
}  // namespace lifeboat::catalog
