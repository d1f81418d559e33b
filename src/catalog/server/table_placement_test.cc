#include <gmock/gmock.h>

#include "catalog/server/catalog_server_testing.h"

namespace lifeboat::catalog {
namespace {

using ::testing::HasSubstr;
using testing::kSchema;

class TablePlacementTest : public testing::CatalogServerTest {
 protected:
  void SetUp() override {
    CatalogServerTest::SetUp();
    MakeNamespace(R"(["n"])");
  }
  void MakeNamespace(const std::string& levels) {
    EXPECT_EQ(Call("POST", "/v1/namespaces", fmt::format(R"({{"namespace":{}}})", levels)).status, 200);
  }
  net::HttpResponse Create(const std::string& name, const std::string& more = "",
                           const std::string& name_space = "n") {
    return Call("POST", fmt::format("/v1/namespaces/{}/tables", name_space),
                fmt::format(R"({{"name":"{}","schema":{}{}}})", name, kSchema, more));
  }
  net::HttpResponse CreateAt(const std::string& name, const std::string& location) {
    return Create(name, fmt::format(R"(,"location":"{}")", location));
  }
  net::HttpResponse Commit(const std::string& name, const std::string& updates,
                           const std::string& requirements = "") {
    return Call("POST", "/v1/namespaces/n/tables/" + name,
                fmt::format(R"({{"requirements":[{}],"updates":[{}]}})", requirements, updates));
  }
  static std::string SetLocation(const std::string& location) {
    return fmt::format(R"({{"action":"set-location","location":"{}"}})", location);
  }
  static std::string SetProperty(const std::string& name, const std::string& value) {
    return fmt::format(R"({{"action":"set-properties","updates":{{"{}":"{}"}}}})", name, value);
  }
  std::string At(const std::string& path) const { return storage::FileLocation(folder_ + "/lake/" + path); }
  static std::string LocationIn(const net::HttpResponse& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    const boost::json::value value = iceberg::ParseJson(response.body).value_or({});
    return std::string(std::string_view(value.at("metadata").at("location").as_string()));
  }
  static std::string MetadataLocationIn(const net::HttpResponse& response) {
    const boost::json::value value = iceberg::ParseJson(response.body).value_or({});
    return std::string(std::string_view(value.at("metadata-location").as_string()));
  }
  static void ExpectOverlap(const net::HttpResponse& response, const std::string& holder) {
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_THAT(response.body, HasSubstr(R"("type":"BadRequestException")"));
    EXPECT_THAT(response.body, HasSubstr("a folder of " + holder + ";"));
  }
};

TEST_F(TablePlacementTest, NoRequestPutsATableIntoAnothersFolder) {
  EXPECT_EQ(CreateAt("t", At("here")).status, 200);
  EXPECT_EQ(LocationIn(Create("u")), At("n/u"));
  for (const std::string& taken : {At("here"), At("here/"), At("here//x"), At(""), At("n/u/data")}) {
    const std::string holder = taken == At("n/u/data") ? "n.u" : "n.t";
    ExpectOverlap(CreateAt("x", taken), holder);
    ExpectOverlap(Create("x", fmt::format(R"(,"location":"{}","stage-create":true)", taken)), holder);
    ExpectOverlap(Create("x", fmt::format(R"(,"properties":{{"write.data.path":"{}"}})", taken)), holder);
  }
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/tables/x").status, 404);
  EXPECT_EQ(CreateAt("x", At("here2")).status, 200);
  EXPECT_EQ(CreateAt("y", At("y/../here")).status, 400);
  EXPECT_EQ(Create("y", R"(,"properties":{"write.metadata.path":"s3://b/a\u0000b"})").status, 400);
}

TEST_F(TablePlacementTest, CommitsMoveATableOnlyToFoldersOfItsOwn) {
  EXPECT_EQ(Create("t").status, 200);
  const std::string metadata = MetadataLocationIn(Create("u"));
  ExpectOverlap(Commit("t", SetLocation(At("n/u"))), "n.u");
  ExpectOverlap(Commit("t", SetLocation(At("n"))), "n.u");
  for (const char* property :
       {"write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path"}) {
    ExpectOverlap(Commit("t", SetProperty(property, At("n/u/data"))), "n.u");
  }
  EXPECT_EQ(Commit("t", SetProperty("write.data.path", At("data"))).status, 200);
  ExpectOverlap(Commit("u", SetLocation(At("data/u"))), "n.t");
  EXPECT_EQ(Commit("t", R"({"action":"remove-properties","removals":["write.data.path"]})").status, 200);
  EXPECT_EQ(Commit("u", SetLocation(At("data/u"))).status, 200);
  EXPECT_EQ(Commit("t", SetLocation(At("n/u"))).status, 200) << "u has left it";

  // Two at once may change places, which one after the other could not.
  const auto change = [](const std::string& name, const std::string& update) {
    return fmt::format(
        R"({{"identifier":{{"namespace":["n"],"name":"{}"}},"requirements":[],"updates":[{}]}})", name,
        update);
  };
  const auto both = [&](const std::string& first, const std::string& second) {
    return Call("POST", "/v1/transactions/commit",
                fmt::format(R"({{"table-changes":[{},{}]}})", first, second));
  };
  ExpectOverlap(both(change("t", SetLocation(At("z"))), change("u", SetLocation(At("z/u")))),
                "another table or view");
  EXPECT_EQ(both(change("t", SetLocation(At("free"))), change("u", SetLocation(At("n/u/in")))).status, 204);

  const auto name_and = [&](const std::string& location) {
    return fmt::format(R"({{"name":"copy","metadata-location":"{}"}})", location);
  };
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/register", name_and(metadata)).status, 400)
      << "it says n/u, above n/u/in";
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/u").status, 204);
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/register", name_and(metadata)).status, 200)
      << "a dropped table's folder is free";
}

TEST_F(TablePlacementTest, AStagedTableIsCheckedAgainWhenItIsCommitted) {
  const std::string location = LocationIn(Create("staged", R"(,"stage-create":true)"));
  EXPECT_EQ(CreateAt("t", location).status, 200);
  const std::string updates = fmt::format(
      R"({{"action":"assign-uuid","uuid":"018f6c1e-3b7a-7c00-8000-000000000001"}},)"
      R"({{"action":"upgrade-format-version","format-version":2}},{},)"
      R"({{"action":"add-schema","schema":{}}},{{"action":"set-current-schema","schema-id":-1}},)"
      R"({{"action":"add-spec","spec":{{"fields":[]}}}},{{"action":"set-default-spec","spec-id":-1}},)"
      R"({{"action":"add-sort-order","sort-order":{{"order-id":0,"fields":[]}}}},)"
      R"({{"action":"set-default-sort-order","sort-order-id":-1}})",
      SetLocation(location), kSchema);
  ExpectOverlap(Commit("staged", updates, R"({"type":"assert-create"})"), "n.t");
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/t").status, 204);
  EXPECT_EQ(Commit("staged", updates, R"({"type":"assert-create"})").status, 200);
}

TEST_F(TablePlacementTest, TheCatalogChoosesAFolderApart) {
  EXPECT_EQ(LocationIn(Create("b")), At("n/b"));
  // The tables of namespace n.b would lie in the folder of table n.b.
  MakeNamespace(R"(["n","b"])");
  EXPECT_THAT(LocationIn(Create("c", "", "n%1Fb")), ::testing::MatchesRegex(At("n/b-[0-9a-f-]*/c")));
  MakeNamespace(R"(["m"])");
  MakeNamespace(R"(["m","b"])");
  EXPECT_EQ(LocationIn(Create("c", "", "m%1Fb")), At("m/b/c"));
  EXPECT_THAT(LocationIn(Create("b", "", "m")), ::testing::MatchesRegex(At("m/b-[0-9a-f-]*")));
  // A renamed table stays where it is.
  EXPECT_EQ(Call("POST", "/v1/tables/rename",
                 R"({"source":{"namespace":["n"],"name":"b"},"destination":{"namespace":["n"],"name":"r"}})")
                .status,
            204);
  EXPECT_THAT(LocationIn(Create("b")), ::testing::MatchesRegex(At("n/b-[0-9a-f-]*")));
}

TEST_F(TablePlacementTest, OverlapsAreAllowedWhereTheOperatorSaysSo) {
  options_.allow_overlapping_locations = true;
  Start();
  EXPECT_EQ(CreateAt("t", At("here")).status, 200);
  EXPECT_EQ(CreateAt("u", At("here")).status, 200);
  options_.allow_overlapping_locations = false;
  Start();
  EXPECT_EQ(Commit("t", SetProperty("owner", "me")).status, 200) << "what is there already goes on";
  ExpectOverlap(Commit("t", SetProperty("write.data.path", At("else"))), "n.u");
  EXPECT_EQ(Commit("t", SetLocation(At("else"))).status, 200);
}

}  // namespace
}  // namespace lifeboat::catalog
