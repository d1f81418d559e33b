// What a table's metadata names is not believed further than its writer could reach: a principal with a table
// of its own cannot make the catalog read another's for it.
#include <gmock/gmock.h>

#include "catalog/server/catalog_server_testing.h"
#include "iceberg/model/table_update.h"
#include "iceberg/write/append_files.h"

namespace lifeboat::catalog {
namespace {

using iceberg::TableMetadata;
using ::testing::HasSubstr;

// Table n.secret is an administrator's and has one file; eva may make tables in n, and owns n.evas.
class NamedFilesTest : public testing::CatalogServerTest {
 protected:
  void SetUp() override {
    CatalogServerTest::SetUp();
    MakeTable("secret");
    const TableMetadata secret = MetadataOf("secret");
    secret_file_ = secret.location + "/data/secret.parquet";
    ASSERT_EQ(Append("secret", {secret_file_}).status, 200);
    const net::HttpResponse made = Call("POST", "/lifeboat/v1/access/principals", R"({"id":"eva"})");
    const std::string password(iceberg::ParseJson(made.body)->at("client-secret").as_string());
    const net::HttpResponse token = Call(
        "POST", "/v1/oauth/tokens", "grant_type=client_credentials&client_id=eva&client_secret=" + password);
    eva_.Set("Authorization",
             "Bearer " + std::string(iceberg::ParseJson(token.body)->at("access_token").as_string()));
    Grant(R"({"kind":"namespace","namespace":["n"]})", "create_table");
    ASSERT_EQ(Call("POST", kTables, CreateBody("evas"), eva_).status, 200);
    ASSERT_EQ(Call("POST", PathOf("secret") + "/plan", "{}", eva_).status, 403);
  }
  void Grant(const std::string& object, const std::string& privilege) {
    const net::HttpResponse granted =
        Call("POST", "/lifeboat/v1/access/grants",
             fmt::format(R"({{"grantee":{{"principal":"eva"}},"object":{},"privileges":["{}"]}})", object,
                         privilege));
    ASSERT_EQ(granted.status, 200) << granted.body;
  }
  static std::string PathOf(const std::string& table) { return std::string(kTables) + "/" + table; }
  TableMetadata MetadataOf(const std::string& table) {
    const boost::json::value loaded = Load(table);
    return iceberg::ParseTableMetadata(loaded.at("metadata")).value();
  }
  std::vector<iceberg::TableUpdate> Updates(const std::string& table, const std::vector<std::string>& paths) {
    std::vector<iceberg::DataFile> files(paths.size());
    for (size_t i = 0; i < paths.size(); ++i) {
      files[i].file_path = paths[i];
      files[i].record_count = 1;
      files[i].file_size_in_bytes = 100;
    }
    return iceberg::AppendFiles(*storage_, MetadataOf(table), files).value().updates;
  }
  net::HttpResponse Commit(const std::string& table, const std::vector<iceberg::TableUpdate>& updates,
                           const net::Headers& headers) {
    std::string body;
    iceberg::JsonWriter writer(&body);
    writer.BeginObject();
    writer.Key("requirements");
    writer.BeginArray();
    writer.EndArray();
    writer.Key("updates");
    writer.BeginArray();
    for (const iceberg::TableUpdate& update : updates) AppendJson(update, writer);
    writer.EndArray();
    writer.EndObject();
    return Call("POST", PathOf(table), body, headers);
  }
  net::HttpResponse Append(const std::string& table, const std::vector<std::string>& paths,
                           const net::Headers& headers = {}) {
    return Commit(table, Updates(table, paths), headers);
  }
  // Of an append to eva's table, the snapshot begins with another manifest list.
  std::vector<iceberg::TableUpdate> WithManifestList(const std::string& location) {
    std::vector<iceberg::TableUpdate> updates = Updates("evas", {MetadataOf("evas").location + "/data/a"});
    for (iceberg::TableUpdate& update : updates) {
      if (auto* add = std::get_if<iceberg::update::AddSnapshot>(&update))
        add->snapshot.manifest_list = location;
    }
    return updates;
  }
  std::string SecretManifestList() { return MetadataOf("secret").current_snapshot()->manifest_list; }
  net::HttpResponse Plan(const net::Headers& headers) {
    return Call("POST", PathOf("evas") + "/plan", "{}", headers);
  }
  void ExpectPlanRefused() {
    const std::string message = ExpectError(403, "ForbiddenException", Plan(eva_));
    EXPECT_THAT(message, HasSubstr("outside of its locations"));
    net::Headers later = eva_;
    later.Set("Prefer", "respond-async");
    const net::HttpResponse submitted = Call("POST", PathOf("evas") + "/plan", "{}", later);
    const std::string id(iceberg::ParseJson(submitted.body)->at("plan-id").as_string());
    net::HttpResponse fetched;
    do {
      fetched = Call("GET", PathOf("evas") + "/plan/" + id, "", eva_);
      ASSERT_EQ(fetched.status, 200) << fetched.body;
    } while (fetched.body == R"({"status":"submitted"})");
    EXPECT_THAT(fetched.body, HasSubstr("outside of its locations"));
    EXPECT_THAT(fetched.body, ::testing::Not(HasSubstr("file-scan-tasks")));
  }

  static constexpr const char* kTables = "/v1/namespaces/n/tables";
  net::Headers eva_;
  std::string secret_file_;
};

TEST_F(NamedFilesTest, OnesOwnFilesArePlanned) {
  const std::string own = MetadataOf("evas").location + "/data/own.parquet";
  ASSERT_EQ(Append("evas", {own}, eva_).status, 200);
  const net::HttpResponse plan = Plan(eva_);
  EXPECT_EQ(plan.status, 200);
  EXPECT_THAT(plan.body, HasSubstr(own));
}

TEST_F(NamedFilesTest, ASnapshotBeginsInItsOwnTable) {
  const net::HttpResponse committed = Commit("evas", WithManifestList(SecretManifestList()), eva_);
  EXPECT_THAT(ExpectError(403, "ForbiddenException", committed), HasSubstr("lacks data_location"));
  const net::HttpResponse in_transaction = Call(
      "POST", "/v1/transactions/commit",
      fmt::format(
          R"({{"table-changes":[{{"identifier":{{"namespace":["n"],"name":"evas"}},"requirements":[],)"
          R"("updates":[{{"action":"set-statistics","statistics":{{"snapshot-id":1,"statistics-path":"{}",)"
          R"("file-size-in-bytes":1,"file-footer-size-in-bytes":1,"blob-metadata":[]}}}}]}}]}})",
          secret_file_),
      eva_);
  EXPECT_THAT(ExpectError(403, "ForbiddenException", in_transaction), HasSubstr("lacks data_location"));
  // Whoever may put tables there, may.
  Grant(fmt::format(R"({{"kind":"location","location":"{}"}})", MetadataOf("secret").location),
        "data_location");
  EXPECT_EQ(Commit("evas", WithManifestList(SecretManifestList()), eva_).status, 200);
}

TEST_F(NamedFilesTest, ManifestsOfAnotherTableAreNotRead) {
  const std::string copy = MetadataOf("evas").location + "/metadata/copied-list.avro";
  ASSERT_OK_AND_ASSIGN(const std::string list, storage_->Read(SecretManifestList()));
  ASSERT_OK(storage_->Write(copy, list, {}));
  ASSERT_EQ(Commit("evas", WithManifestList(copy), eva_).status, 200);
  ExpectPlanRefused();
  EXPECT_EQ(Plan({}).status, 200) << "an administrator may read all of it";
}

TEST_F(NamedFilesTest, DataFilesOfAnotherTableAreNotPlanned) {
  ASSERT_EQ(Append("evas", {secret_file_}, eva_).status, 200);
  ExpectPlanRefused();
  EXPECT_THAT(Plan({}).body, HasSubstr(secret_file_));
  // A table that was migrated from elsewhere is planned for those who may use that place.
  Grant(fmt::format(R"({{"kind":"location","location":"{}"}})", MetadataOf("secret").location),
        "data_location");
  EXPECT_THAT(Plan(eva_).body, HasSubstr(secret_file_));
}

TEST_F(NamedFilesTest, PurgingATableLeavesWhatIsNotItsOwn) {
  const std::string own = MetadataOf("evas").location + "/data/own.parquet";
  const std::string loose = options_.warehouse_location + "/n/loose/data.parquet";  // of no table
  ASSERT_OK(storage_->Write(own, "own", {}));
  ASSERT_OK(storage_->Write(loose, "loose", {}));
  ASSERT_EQ(Append("evas", {own, loose}, eva_).status, 200);
  ASSERT_EQ(Call("DELETE", PathOf("evas") + "?purgeRequested=true", "", eva_).status, 204);
  std::string jobs;
  do {
    jobs = Call("GET", "/lifeboat/v1/jobs").body;
  } while (jobs.find(R"("state":"done")") == std::string::npos);
  EXPECT_THAT(jobs, HasSubstr("1 files outside of the table's locations stay"));
  EXPECT_OK(storage_->Stat(loose));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(own));
}

TEST_F(NamedFilesTest, NeitherAreTheyRegistered) {
  ASSERT_EQ(Commit("evas", WithManifestList(SecretManifestList()), {}).status, 200) << "by an administrator";
  const std::string metadata(Load("evas").at("metadata-location").as_string());
  ASSERT_EQ(Call("DELETE", PathOf("evas"), "", eva_).status, 204);
  const net::HttpResponse registered =
      Call("POST", "/v1/namespaces/n/register",
           fmt::format(R"({{"name":"evas","metadata-location":"{}"}})", metadata), eva_);
  EXPECT_THAT(ExpectError(403, "ForbiddenException", registered), HasSubstr("lacks data_location"));
}

}  // namespace
}  // namespace lifeboat::catalog
