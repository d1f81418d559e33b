#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <chrono>
#include <set>

#include "base/random.h"
#include "base/testing.h"
#include "base/uuid.h"
#include "catalog/server/planning/plan_registry.h"
#include "catalog/server/planning/plan_task.h"
#include "catalog/server/test_catalog.h"
#include "iceberg/model/table_update.h"
#include "iceberg/write/append_files.h"

namespace lifeboat::catalog {
namespace {

namespace json = boost::json;
using iceberg::TableMetadata;

constexpr const char* kTable = "/v1/namespaces/n/tables/t";
constexpr const char* kCreate =
    R"({"name":"t","schema":{"type":"struct","fields":[)"
    R"({"id":1,"name":"day","type":"int","required":false},{"id":2,"name":"x","type":"long","required":false}]},)"
    R"("partition-spec":{"fields":[{"source-id":1,"field-id":1000,"name":"day","transform":"identity"}]}})";

class ScanPlanningTest : public ::testing::Test {
 protected:
  void SetUp() override {
    catalog_.options.planning.scan = {.files_max = 4, .manifests_max = 2};
    catalog_.Start();
    catalog_.CreateNamespace("n");
    catalog_.CallJson("POST", "/v1/namespaces/n/tables", kCreate);
  }
  TableMetadata Metadata() {
    const json::value loaded = catalog_.CallJson("GET", kTable);
    Result<TableMetadata> metadata = iceberg::ParseTableMetadata(loaded.at("metadata"));
    EXPECT_OK(metadata);
    return std::move(metadata).value_or({});
  }
  // One commit of files named <prefix>0, …, one a day from `first_day` on, ten rows each.
  void Append(const std::string& prefix, int count, int32_t first_day = 0) {
    const TableMetadata metadata = Metadata();
    std::vector<iceberg::DataFile> files(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      iceberg::DataFile& file = files[static_cast<size_t>(i)];
      file.file_path = fmt::format("{}/data/{}{}", metadata.location, prefix, i);
      file.partition = {iceberg::Literal(first_day + i)};
      file.record_count = 10;
      file.file_size_in_bytes = 1000;
      file.value_counts = {{2, 10}};
      file.lower_bounds = {{2, std::string(8, '\1')}};
    }
    ASSERT_OK_AND_ASSIGN(const iceberg::PreparedAppend append,
                         iceberg::AppendFiles(*catalog_.storage, metadata, files));
    std::string body;
    iceberg::JsonWriter writer(&body);
    writer.BeginObject();
    writer.Key("requirements");
    writer.BeginArray();
    writer.EndArray();
    writer.Key("updates");
    writer.BeginArray();
    for (const iceberg::TableUpdate& update : append.updates) AppendJson(update, writer);
    writer.EndArray();
    writer.EndObject();
    catalog_.CallJson("POST", kTable, body);
  }
  static void Collect(const json::value& answer, std::multiset<std::string>* names) {
    for (const json::value& task : answer.at("file-scan-tasks").as_array()) {
      const std::string path(std::string_view(task.at("data-file").at("file-path").as_string()));
      names->insert(path.substr(path.rfind('/') + 1));
    }
  }
  // All files of a plan, with its plan tasks fetched; how many answers that took.
  std::multiset<std::string> Files(const json::value& plan, int* answers = nullptr) {
    std::multiset<std::string> names;
    std::vector<json::value> todo = {plan};
    for (int count = 0; !todo.empty(); ++count) {
      if (answers != nullptr) *answers = count + 1;
      const json::value answer = todo.back();
      todo.pop_back();
      EXPECT_LE(answer.at("file-scan-tasks").as_array().size(), 4u);
      Collect(answer, &names);
      for (const json::value& task : answer.at("plan-tasks").as_array()) todo.push_back(Fetch(task));
    }
    return names;
  }
  json::value Fetch(const json::value& task) {
    return catalog_.CallJson("POST", std::string(kTable) + "/tasks", TaskBody(task));
  }
  static std::string TaskBody(const json::value& task) {
    return fmt::format(R"({{"plan-task":"{}"}})", std::string_view(task.as_string()));
  }
  json::value Plan(const std::string& body = "{}") {
    return catalog_.CallJson("POST", std::string(kTable) + "/plan", body);
  }
  json::value PlanAsynchronously() {
    net::OutgoingRequest request = catalog_.Request("POST", std::string(kTable) + "/plan", "{}");
    request.headers.Set("Prefer", "respond-async");
    Result<net::HttpResponse> response = catalog_.http->Send(std::move(request));
    EXPECT_OK(response);
    return iceberg::ParseJson(response->body).value_or({});
  }
  static std::string PlanPath(const json::value& plan) {
    return fmt::format("{}/plan/{}", kTable, std::string_view(plan.at("plan-id").as_string()));
  }
  void ExpectError(int status, const std::string& type, const net::HttpResponse& response) {
    EXPECT_EQ(response.status, status) << response.body;
    const json::value body = iceberg::ParseJson(response.body).value_or({});
    EXPECT_EQ(body.at("error").at("type"), json::value(type));
  }

  TestCatalog catalog_;
};

TEST_F(ScanPlanningTest, AnEmptyTableHasAnEmptyPlan) {
  const json::value plan = Plan();
  EXPECT_EQ(plan.at("status"), "completed");
  EXPECT_EQ(Files(plan).size(), 0u);
  EXPECT_TRUE(plan.at("plan-tasks").as_array().empty());
}

TEST_F(ScanPlanningTest, PlansAreSplitAndNothingIsLostOrDoubled) {
  std::multiset<std::string> expected;
  for (int commit = 0; commit < 7; ++commit) {
    const std::string prefix(1, static_cast<char>('a' + commit));
    Append(prefix, commit == 3 ? 11 : 2);
    for (int i = 0; i < (commit == 3 ? 11 : 2); ++i) expected.insert(prefix + std::to_string(i));
  }
  int answers = 0;
  EXPECT_EQ(Files(Plan(), &answers), expected);
  EXPECT_GE(answers, 6);
  // Days 0 and 1 are in every manifest, 5 in the large one alone.
  EXPECT_EQ(Files(Plan(R"({"filter":{"type":"eq","term":"day","value":5}})")),
            (std::multiset<std::string>{"d5"}));
  EXPECT_EQ(Files(Plan(R"({"filter":{"type":"gt","term":"day","value":8}})")),
            (std::multiset<std::string>{"d9", "d10"}));
  EXPECT_EQ(Files(Plan(R"({"filter":{"type":"is-null","term":"day"}})")).size(), 0u);
  // A plan task outlives the server that gave it, and later commits.
  const json::value plan = Plan();
  Append("later", 3);
  catalog_.Start();
  EXPECT_EQ(Files(plan), expected);
}

TEST_F(ScanPlanningTest, TasksCarryWhatReadersNeed) {
  Append("a", 1, 5);
  json::value task = Plan().at("file-scan-tasks").at(0);
  EXPECT_EQ(task.at("residual-filter"), true);
  EXPECT_EQ(json::serialize(task.at("data-file").at("partition")), "[5]");
  EXPECT_FALSE(task.at("data-file").as_object().contains("value-counts"));
  task = Plan(R"({"stats-fields":["x"],"filter":{"type":"and","left":{"type":"eq","term":"day","value":5},)"
              R"("right":{"type":"gt","term":"x","value":7}}})")
             .at("file-scan-tasks")
             .at(0);
  EXPECT_EQ(json::serialize(task.at("residual-filter")), R"({"type":"gt","term":"x","value":7})");
  EXPECT_EQ(json::serialize(task.at("data-file").at("lower-bounds")),
            R"({"keys":[2],"values":["0101010101010101"]})");
}

TEST_F(ScanPlanningTest, SnapshotsAndIncrementalScans) {
  std::vector<int64_t> snapshots;
  for (const char* prefix : {"a", "b", "c"}) {
    Append(prefix, 1);
    snapshots.push_back(*Metadata().current_snapshot_id);
  }
  using Names = std::multiset<std::string>;
  EXPECT_EQ(Files(Plan(fmt::format(R"({{"snapshot-id":{}}})", snapshots[1]))), (Names{"a0", "b0"}));
  EXPECT_EQ(Files(Plan(fmt::format(R"({{"start-snapshot-id":{},"end-snapshot-id":{}}})", snapshots[0],
                                   snapshots[2]))),
            (Names{"b0", "c0"}));
  EXPECT_EQ(Files(Plan(R"({"min-rows-requested":1})")).size(), 1u);
  EXPECT_EQ(Files(Plan(R"({"min-rows-requested":11})")).size(), 2u);
}

TEST_F(ScanPlanningTest, WrongRequests) {
  Append("a", 1);
  const std::string path = std::string(kTable) + "/plan";
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += R"({"type":"not","child":)";
  std::string broad = R"({"filter":{"type":"in","term":"x","values":[0)";
  for (int i = 1; i < 20'000; ++i) broad += "," + std::to_string(i);
  for (const std::string& body : std::vector<std::string>{
           "", "[]", R"({"snapshot-id":1})", R"({"snapshot-id":"1"})", R"({"start-snapshot-id":1})",
           R"({"end-snapshot-id":1})", R"({"snapshot-id":1,"start-snapshot-id":1,"end-snapshot-id":1})",
           R"({"filter":null})", R"({"filter":{"type":"eq","term":"nowhere","value":1}})",
           R"({"filter":{"type":"eq","term":"DAY","value":1}})", R"({"select":["nowhere"]})",
           R"({"stats-fields":["nowhere"]})", R"({"min-rows-requested":-1})", R"({"case-sensitive":1})",
           R"({"filter":)" + deep, R"({"filter":)" + deep + "true" + std::string(5001, '}'), broad + "]}}"}) {
    ExpectError(400, "BadRequestException", catalog_.Call("POST", path, body));
  }
  EXPECT_EQ(Files(Plan(R"({"case-sensitive":false,"filter":{"type":"eq","term":"DAY","value":0}})")).size(),
            1u);
  ExpectError(404, "NoSuchTableException", catalog_.Call("POST", "/v1/namespaces/n/tables/none/plan", "{}"));
  ExpectError(404, "NoSuchTableException", catalog_.Call("GET", "/v1/namespaces/n/tables/none/plan/x"));
}

TEST_F(ScanPlanningTest, ForgedPlanTasksAreRefused) {
  for (const char* prefix : {"a", "b", "c", "d"}) Append(prefix, 3);
  const json::value plan = Plan();
  const std::string task(std::string_view(plan.at("plan-tasks").at(0).as_string()));
  const std::string path = std::string(kTable) + "/tasks";
  EXPECT_EQ(catalog_.Call("POST", path, TaskBody(json::value(task))).status, 200);
  for (size_t at = 0; at < task.size(); at += 7) {
    std::string forged = task;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    ExpectError(404, "NoSuchPlanTaskException", catalog_.Call("POST", path, TaskBody(json::value(forged))));
  }
  ExpectError(404, "NoSuchPlanTaskException", catalog_.Call("POST", path, R"({"plan-task":""})"));
  ExpectError(400, "BadRequestException", catalog_.Call("POST", path, "{}"));
  // Right for the table that is gone, not for the one that has its name now.
  catalog_.Call("DELETE", kTable);
  catalog_.CallJson("POST", "/v1/namespaces/n/tables", kCreate);
  ExpectError(404, "NoSuchPlanTaskException", catalog_.Call("POST", path, TaskBody(json::value(task))));
}

TEST_F(ScanPlanningTest, AsynchronousPlans) {
  Append("a", 3);
  Append("b", 3);
  const json::value submitted = PlanAsynchronously();
  EXPECT_EQ(submitted.at("status"), "submitted");
  json::value plan = submitted;
  for (int i = 0; i < 12'000 && plan.at("status") == "submitted"; ++i) {
    SystemClock().SleepFor(std::chrono::milliseconds(10));
    plan = catalog_.CallJson("GET", PlanPath(submitted));
  }
  EXPECT_EQ(plan.at("status"), "completed");
  EXPECT_EQ(Files(plan).size(), 6u);
  EXPECT_EQ(catalog_.Call("DELETE", PlanPath(submitted)).status, 204);
  EXPECT_EQ(catalog_.CallJson("GET", PlanPath(submitted)).at("status"), "cancelled");
  catalog_.clock.Advance(std::chrono::minutes(20));
  ExpectError(404, "NoSuchPlanIdException", catalog_.Call("GET", PlanPath(submitted)));
  ExpectError(404, "NoSuchPlanIdException", catalog_.Call("DELETE", PlanPath(submitted)));
  // A plan that was answered at once may be released, and is not there to be fetched.
  const json::value done = Plan();
  ExpectError(404, "NoSuchPlanIdException", catalog_.Call("GET", PlanPath(done)));
  EXPECT_EQ(catalog_.Call("DELETE", PlanPath(done)).status, 204);
}

TEST_F(ScanPlanningTest, AFailedPlanSaysWhy) {
  Append("a", 1);
  ASSERT_OK(catalog_.storage->Delete(Metadata().current_snapshot()->manifest_list));
  EXPECT_EQ(catalog_.Call("POST", std::string(kTable) + "/plan", "{}").status, 500);
  const json::value submitted = PlanAsynchronously();
  json::value plan = submitted;
  for (int i = 0; i < 12'000 && plan.at("status") == "submitted"; ++i) {
    SystemClock().SleepFor(std::chrono::milliseconds(10));
    plan = catalog_.CallJson("GET", PlanPath(submitted));
  }
  EXPECT_EQ(plan.at("status"), "failed");
  EXPECT_EQ(plan.at("error").at("code"), 500);
}

TEST_F(ScanPlanningTest, IdempotencyKeys) {
  Append("a", 2);
  const std::string key = Uuid::V7().ToString();
  const auto send = [&](const std::string& body) {
    net::OutgoingRequest request = catalog_.Request("POST", std::string(kTable) + "/plan", body);
    request.headers.Set("Idempotency-Key", key);
    return catalog_.http->Send(std::move(request)).value_or({});
  };
  const net::HttpResponse first = send("{}");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(send("{}").body, first.body);
  EXPECT_EQ(send(R"({"select":["x"]})").status, 422);
}

TEST(PlanRegistryTest, BoundsHold) {
  ManualClock clock;
  PlanRegistryLimits limits;
  limits.threads = 1;
  limits.plans_max = 3;
  limits.bytes_max = 100;
  PlanRegistry registry(limits, clock);
  std::atomic<bool> go_on = false;
  const auto blocked = [&](const std::atomic<bool>& cancelled) -> Result<std::string> {
    while (!go_on && !cancelled) SystemClock().SleepFor(std::chrono::milliseconds(1));
    return std::string(60, 'x');
  };
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string id, registry.Submit("me", blocked));
    ids.push_back(id);
  }
  EXPECT_STATUS(StatusCode::kResourceExhausted, registry.Submit("me", blocked));
  EXPECT_STATUS(StatusCode::kNotFound, registry.Find(ids[0], "somebody else"));
  EXPECT_STATUS(StatusCode::kNotFound, registry.Cancel(ids[0], "somebody else"));
  ASSERT_OK(registry.Cancel(ids[0], "me"));
  clock.Advance(std::chrono::seconds(1));
  // A cancelled plan gives way.
  ASSERT_OK_AND_ASSIGN(const std::string late, registry.Submit("me", blocked));
  EXPECT_STATUS(StatusCode::kNotFound, registry.Find(ids[0], "me"));
  go_on = true;
  const auto ended = [&](const std::string& id) {
    const auto plan = registry.Find(id, "me");
    return !plan.ok() || plan->state != PlanRegistry::State::kSubmitted;
  };
  for (int i = 0; i < 120'000 && !ended(late); ++i) SystemClock().SleepFor(std::chrono::milliseconds(1));
  ASSERT_OK_AND_ASSIGN(const PlanRegistry::Plan plan, registry.Find(late, "me"));
  EXPECT_EQ(plan.state, PlanRegistry::State::kCompleted);
  // Two results of 60 bytes do not fit into 100.
  EXPECT_STATUS(StatusCode::kNotFound, registry.Find(ids[1], "me"));
}

}  // namespace
}  // namespace lifeboat::catalog
