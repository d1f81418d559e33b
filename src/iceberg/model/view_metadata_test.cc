#include "iceberg/model/view_metadata.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/testing.h"

namespace lifeboat::iceberg {
namespace {

ViewUpdate Update(const std::string& text) {
  const Result<boost::json::value> value = ParseJson(text);
  EXPECT_OK(value);
  Result<ViewUpdate> update = ParseViewUpdate(*value);
  EXPECT_OK(update);
  return std::move(update).value();
}

ViewUpdate AddVersion(const std::string& sql, const std::string& dialect = "spark") {
  return Update(fmt::format(R"({{"action":"add-view-version","view-version":{{"version-id":1,"schema-id":0,
      "timestamp-ms":5,"summary":{{"engine":"e"}},"default-namespace":["n"],"later":1,
      "representations":[{{"type":"sql","sql":"{}","dialect":"{}","new":true}}]}}}})",
                            sql, dialect));
}

ViewUpdate SetCurrent(int32_t id = -1) {
  return view_update::SetCurrentViewVersion{id};
}

Result<ViewMetadata> NewView() {
  return ApplyViewUpdates(
      nullptr, {Update(R"({"action":"assign-uuid","uuid":"00000000-0000-4000-8000-000000000001"})"),
                Update(R"({"action":"set-location","location":"file:///v"})"),
                Update(R"({"action":"add-schema","schema":{"type":"struct","schema-id":0,
                    "fields":[{"id":1,"name":"x","type":"long","required":false}]}})"),
                AddVersion("select 1"), SetCurrent()});
}

TEST(ViewMetadata, JsonSurvivesTheRoundTripWithUnknownMembers) {
  ASSERT_OK_AND_ASSIGN(ViewMetadata view, NewView());
  view.extra["future"] = "kept";
  const std::string text = ToJsonText(view);
  ASSERT_OK_AND_ASSIGN(const boost::json::value value, ParseJson(text));
  ASSERT_OK_AND_ASSIGN(const ViewMetadata again, ParseViewMetadata(value));
  EXPECT_EQ(ToJsonText(again), text);
  EXPECT_EQ(value.at("versions").at(0).at("later"), 1);
  EXPECT_EQ(value.at("versions").at(0).at("representations").at(0).at("new"), true);
  ASSERT_OK_AND_ASSIGN(boost::json::value broken, ParseJson(text));
  broken.as_object()["current-version-id"] = 7;
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseViewMetadata(broken));
}

TEST(ViewMetadata, VersionsAreNumberedReusedAndForgotten) {
  ASSERT_OK_AND_ASSIGN(ViewMetadata view, NewView());
  ASSERT_OK_AND_ASSIGN(const ViewMetadata same,
                       ApplyViewUpdates(&view, {AddVersion("select 1"), SetCurrent()}));
  EXPECT_EQ(ToJsonText(same), ToJsonText(view));
  for (int i = 2; i <= 12; ++i) {
    ASSERT_OK_AND_ASSIGN(view,
                         ApplyViewUpdates(&view, {AddVersion(fmt::format("select {}", i)), SetCurrent()}));
    EXPECT_EQ(view.current_version_id, i);
  }
  EXPECT_EQ(view.versions.size(), 10u);
  EXPECT_EQ(view.versions.front().version_id, 3);
  EXPECT_EQ(view.version_log.size(), 10u);
  const ManualClock clock;
  ASSERT_OK_AND_ASSIGN(view, ApplyViewUpdates(&view, {SetCurrent(3)}, clock));
  EXPECT_EQ(view.version_log.back().timestamp_ms, clock.NowMillis());
  ASSERT_OK_AND_ASSIGN(view, ApplyViewUpdates(&view, {Update(R"({"action":"set-properties",
      "updates":{"version.history.num-entries":"1"}})")}));
  ASSERT_EQ(view.versions.size(), 1u);
  EXPECT_EQ(view.versions.front().version_id, 3) << "the current version stays";
  EXPECT_EQ(view.version_log.size(), 1u);
}

TEST(ViewMetadata, UpdatesThatContradictTheViewAreRefused) {
  ASSERT_OK_AND_ASSIGN(const ViewMetadata view, NewView());
  EXPECT_STATUS(StatusCode::kInvalidArgument, ApplyViewUpdates(nullptr, {}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ApplyViewUpdates(&view, {SetCurrent(9)}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ApplyViewUpdates(&view, {SetCurrent()}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ApplyViewUpdates(&view, {view_update::AssignUuid{"other"}}));
  // Spark would lose the view.
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ApplyViewUpdates(&view, {AddVersion("select 1", "trino"), SetCurrent()}));
  EXPECT_OK(ApplyViewUpdates(&view, {view_update::SetProperties{{{"replace.drop-dialect.allowed", "true"}}},
                                     AddVersion("select 1", "trino"), SetCurrent()}));
  EXPECT_OK(CheckViewRequirement(view, {view.view_uuid}));
  EXPECT_STATUS(StatusCode::kConflict, CheckViewRequirement(view, {"00000000-0000-4000-8000-000000000002"}));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ParseViewUpdate(ParseJson(R"({"action":"add-snapshot"})").value_or({})));
}

}  // namespace
}  // namespace lifeboat::iceberg
