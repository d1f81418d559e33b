// Lifeboat's own client against Lifeboat's own server, over HTTP.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/testing.h"
#include "catalog/api/catalog_error.h"
#include "catalog/client/rest_catalog.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "net/http.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

class RoundTripTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_));
    CatalogServerOptions options;
    options.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options.clients = {{"id", "secret"}};
    ASSERT_OK_AND_ASSIGN(server_, CatalogServer::Start(options, *store_, *storage_, guard_, clock_));
    RestCatalogOptions client;
    client.uri = fmt::format("http://127.0.0.1:{}", server_->port());
    client.warehouse = "lake";
    client.client_id = "id";
    client.client_secret = "secret";
    ASSERT_OK_AND_ASSIGN(catalog_, RestCatalog::Connect(client, *http_, clock_));
  }
  void TearDown() override {
    catalog_.reset();
    server_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  static CreateTableRequest NewTable(const std::string& name) {
    CreateTableRequest request;
    request.name = name;
    iceberg::Field field;
    field.id = 1;
    field.name = "x";
    field.type = iceberg::Type::Primitive(iceberg::TypeId::kLong);
    request.schema.fields = {field};
    request.properties = {{"k", "v"}};
    return request;
  }

  ManualClock clock_;
  FixedEpochGuard guard_;
  std::string folder_ = ::testing::TempDir() + "catalog_round_trip_XXXXXX";
  std::unique_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
  std::unique_ptr<RestCatalog> catalog_;
};

TEST_F(RoundTripTest, Namespaces) {
  const Namespace nested = {"größe & co", "b.c"};
  ASSERT_OK(catalog_->CreateNamespace({nested[0]}, {{"a", "b"}}));
  EXPECT_STATUS(StatusCode::kAlreadyExists, catalog_->CreateNamespace({nested[0]}, {}));
  ASSERT_OK(catalog_->CreateNamespace(nested, {}));
  EXPECT_EQ(catalog_->ListNamespaces({}).value_or({}), (std::vector<Namespace>{{nested[0]}}));
  EXPECT_EQ(catalog_->ListNamespaces({nested[0]}).value_or({}), (std::vector<Namespace>{nested}));
  const std::string location = storage::FileLocation(folder_ + "/lake/") + net::PercentEncode(nested[0]);
  EXPECT_EQ(catalog_->LoadNamespace({nested[0]}).value_or({}),
            (Properties{{"a", "b"}, {"location", location}}));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, catalog_->DropNamespace({nested[0]}));
  ASSERT_OK(catalog_->DropNamespace(nested));
  EXPECT_STATUS(StatusCode::kNotFound, catalog_->DropNamespace(nested));
}

TEST_F(RoundTripTest, Tables) {
  ASSERT_OK(catalog_->CreateNamespace({"n"}, {}));
  const TableIdentifier identifier = {{"n"}, "a table/x"};
  EXPECT_EQ(ErrorTypeOf(catalog_->LoadTable(identifier).status()), "NoSuchTableException");
  EXPECT_EQ(catalog_->TableExists(identifier).value_or(true), false);
  ASSERT_OK_AND_ASSIGN(const LoadedTable created, catalog_->CreateTable({"n"}, NewTable(identifier.name)));
  EXPECT_EQ(created.metadata->properties.at("k"), "v");
  EXPECT_STATUS(StatusCode::kAlreadyExists, catalog_->CreateTable({"n"}, NewTable(identifier.name)));
  EXPECT_EQ(catalog_->ListTables({"n"}).value_or({}), (std::vector<TableIdentifier>{identifier}));

  const std::vector<iceberg::TableRequirement> same = {
      iceberg::requirement::AssertTableUuid{created.metadata->table_uuid}};
  const std::vector<iceberg::TableUpdate> updates = {iceberg::update::SetProperties{{{"k", "w"}}}};
  ASSERT_OK_AND_ASSIGN(const LoadedTable committed, catalog_->CommitTable(identifier, same, updates));
  EXPECT_NE(committed.metadata_location, created.metadata_location);
  ASSERT_OK_AND_ASSIGN(const LoadedTable loaded, catalog_->LoadTable(identifier));
  EXPECT_EQ(loaded.metadata->properties.at("k"), "w");
  EXPECT_EQ(loaded.metadata_location, committed.metadata_location);
  ASSERT_OK_AND_ASSIGN(const std::string file, storage_->Read(loaded.metadata_location));
  EXPECT_EQ(file, iceberg::ToJsonText(*loaded.metadata)) << "the file is what the catalog answers";

  const std::vector<iceberg::TableRequirement> other = {iceberg::requirement::AssertCreate{}};
  EXPECT_STATUS(StatusCode::kConflict, catalog_->CommitTable(identifier, other, updates));
  ASSERT_OK(catalog_->DropTable(identifier, false));
  EXPECT_STATUS(StatusCode::kNotFound, catalog_->DropTable(identifier, false));
}

TEST_F(RoundTripTest, AnExpiredTokenIsRenewedUnnoticed) {
  ASSERT_OK(catalog_->CreateNamespace({"n"}, {}));
  clock_.Advance(std::chrono::hours(5));
  EXPECT_OK(catalog_->LoadNamespace({"n"}));
}

}  // namespace
}  // namespace lifeboat::catalog
