#include <gtest/gtest.h>

#include "base/testing.h"
#include "catalog/server/catalog_server_testing.h"

namespace lifeboat::catalog {
namespace {

using LoadTableTest = testing::CatalogServerTest;

constexpr const char* kTable = "/v1/namespaces/n/tables/t";

TEST_F(LoadTableTest, ATableWhoseMetadataFileIsGoneIsNotServedUntilItIsBack) {
  MakeTable();
  const net::HttpResponse before = Call("GET", kTable);
  const std::string location(std::string_view(Load().at("metadata-location").as_string()));
  ASSERT_OK_AND_ASSIGN(const std::string file, storage_->Read(location));
  ASSERT_OK(storage_->Delete(location));
  clock_.Advance(std::chrono::milliseconds(1));
  net::Headers known;
  known.Set("If-None-Match", std::string(before.headers.Get("ETag")));
  for (const net::Headers& headers : {net::Headers(), known}) {
    const std::string message = ExpectError(404, "NotFoundException", Call("GET", kTable, "", headers));
    EXPECT_TRUE(message.starts_with("Failed to open input stream for file: " + location)) << message;
  }
  ExpectError(404, "NotFoundException", Call("GET", std::string(kTable) + "?snapshots=refs"));
  EXPECT_EQ(Call("HEAD", kTable).status, 204) << "the name is taken all the same";
  ASSERT_OK(storage_->Write(location, file));
  EXPECT_EQ(Call("GET", kTable).body, before.body);
  EXPECT_EQ(Call("GET", kTable, "", known).status, 304);
}

TEST_F(LoadTableTest, ACommitWritesTheMetadataAnewAndHealsTheTable) {
  MakeTable();
  ASSERT_OK(storage_->Delete(std::string(std::string_view(Load().at("metadata-location").as_string()))));
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Call("GET", kTable).status, 404);
  EXPECT_EQ(Call("POST", kTable, SetProperty("a")).status, 200);
  EXPECT_EQ(Call("GET", kTable).status, 200);
}

TEST_F(LoadTableTest, ARestartRestoresAMetadataFileThatACrashTook) {
  options_.sweep_interval = std::chrono::hours(1);
  Start();
  MakeTable();
  server_.reset();
  ASSERT_OK_AND_ASSIGN(const auto pending, store_->PendingMetadataFiles(10));
  ASSERT_EQ(pending.size(), 1u);
  ASSERT_OK(storage_->Delete(pending[0].location));
  Start();
  EXPECT_EQ(Call("GET", kTable).status, 200);
}

}  // namespace
}  // namespace lifeboat::catalog
