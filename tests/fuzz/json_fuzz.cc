// Fuzz target: whatever text a table's or view's metadata, an update, a requirement or a change-log entry is,
// parsing it returns a value or an error. What was parsed is written to text that parses to the same text
// again, and updates lead from valid metadata to valid metadata or to an error.
#include <boost/json/value.hpp>

#include "base/check.h"
#include "base/clock.h"
#include "catalog/api/change_log.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "iceberg/model/view_metadata.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/iceberg_seeds.h"

namespace {

using namespace lifeboat;           // NOLINT: a program of its own
using namespace lifeboat::iceberg;  // NOLINT

// What a client can be blamed for; anything else would be answered as the server's own failure.
void CheckError(const Status& status) {
  const StatusCode code = status.code();
  LIFEBOAT_CHECK(code == StatusCode::kInvalidArgument || code == StatusCode::kConflict ||
                     code == StatusCode::kCorruption || code == StatusCode::kUnsupported,
                 status.ToString());
  LIFEBOAT_CHECK(!status.message().empty(), "an error says what is wrong");
}

boost::json::value MustParse(const std::string& text) {
  Result<boost::json::value> value = ParseJson(text);
  LIFEBOAT_CHECK(value.ok(), value.status().ToString() + ": " + text);
  return std::move(value).value();
}

// `parse` reads a value, ToJsonText writes it: what is written must be read as what it was.
template <typename Parse>
auto CheckRoundTrip(const boost::json::value& value, Parse parse) -> decltype(parse(value)) {
  auto first = parse(value);
  if (!first.ok()) {
    CheckError(first.status());
    return first;
  }
  const std::string text = ToJsonText(*first);
  const auto second = parse(MustParse(text));
  LIFEBOAT_CHECK(second.ok(), second.status().ToString() + ": " + text);
  LIFEBOAT_CHECK(ToJsonText(*second) == text, text + " became " + ToJsonText(*second));
  return first;
}

const TableMetadata& BaseTable() {
  static const TableMetadata base = ParseTableMetadata(fuzz::kMetadataVersion2, "seed").value();
  return base;
}

const ViewMetadata& BaseView() {
  static const ViewMetadata base = ParseViewMetadata(MustParse(fuzz::kViewMetadata)).value();
  return base;
}

void FuzzTable(const boost::json::value& value, const Clock& clock) {
  (void)CheckRoundTrip(value, [](const auto& json) { return ParseTableMetadata(json); });
  (void)CheckRoundTrip(value, [](const auto& json) { return ParseTableUpdate(json); });
  (void)CheckRoundTrip(value, [](const auto& json) { return ParseTableRequirement(json); });
  const auto requirements =
      CheckRoundTrip(value, [](const auto& json) { return ParseTableRequirements(json); });
  if (requirements.ok()) {
    for (const TableMetadata* current : {&BaseTable(), static_cast<const TableMetadata*>(nullptr)}) {
      const Status checked = CheckRequirements(current, *requirements);
      if (!checked.ok()) CheckError(checked);
    }
  }
  const auto updates = CheckRoundTrip(value, [](const auto& json) { return ParseTableUpdates(json); });
  if (!updates.ok()) return;
  for (const TableMetadata* base : {&BaseTable(), static_cast<const TableMetadata*>(nullptr)}) {
    const Result<TableMetadata> next =
        ApplyUpdates(base, *updates, {.base_location = "s3://b/v1.json"}, clock);
    if (!next.ok()) {
      CheckError(next.status());
      continue;
    }
    const std::string text = ToJsonText(*next);
    const Result<TableMetadata> again = ParseTableMetadata(text, "next");
    LIFEBOAT_CHECK(again.ok(), again.status().ToString() + ": " + text);
    LIFEBOAT_CHECK(ToJsonText(*again) == text, text);
  }
}

void FuzzView(const boost::json::value& value, const Clock& clock) {
  (void)CheckRoundTrip(value, [](const auto& json) { return ParseViewMetadata(json); });
  const Result<AssertViewUuid> requirement = ParseViewRequirement(value);
  if (!requirement.ok()) CheckError(requirement.status());
  if (!value.is_array()) return;
  std::vector<ViewUpdate> updates;
  for (const boost::json::value& element : value.get_array()) {
    Result<ViewUpdate> update = ParseViewUpdate(element);
    if (!update.ok()) return CheckError(update.status());
    updates.push_back(std::move(update).value());
  }
  for (const ViewMetadata* base : {&BaseView(), static_cast<const ViewMetadata*>(nullptr)}) {
    const Result<ViewMetadata> next = ApplyViewUpdates(base, updates, clock);
    if (!next.ok()) {
      CheckError(next.status());
      continue;
    }
    const std::string text = ToJsonText(*next);
    const Result<ViewMetadata> again = ParseViewMetadata(MustParse(text));
    LIFEBOAT_CHECK(again.ok(), again.status().ToString() + ": " + text);
    LIFEBOAT_CHECK(ToJsonText(*again) == text, text);
  }
}

void FuzzChangeLog(std::string_view text) {
  const Result<catalog::ChangeLogEntry> entry = catalog::ChangeLogEntryFromJson(text);
  if (!entry.ok()) return CheckError(entry.status());
  const std::string written = catalog::ChangeLogEntryToJson(*entry);
  const Result<catalog::ChangeLogEntry> again = catalog::ChangeLogEntryFromJson(written);
  LIFEBOAT_CHECK(again.ok(), again.status().ToString() + ": " + written);
  LIFEBOAT_CHECK(catalog::ChangeLogEntryToJson(*again) == written, written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const ManualClock clock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<TableMetadata> file = ParseTableMetadata(text, "s3://b/v1.json");
  if (!file.ok()) CheckError(file.status());
  FuzzChangeLog(text);
  const Result<boost::json::value> value = ParseJson(text);
  if (!value.ok()) {
    CheckError(value.status());
    return 0;
  }
  FuzzTable(*value, clock);
  FuzzView(*value, clock);
  return 0;
}

std::vector<std::string> SeedInputs() {
  std::vector<std::string> seeds = {
      fuzz::kMetadataVersion1, fuzz::kMetadataVersion2,  fuzz::kMetadataVersion3, fuzz::kViewMetadata,
      fuzz::kTableUpdates,     fuzz::kTableRequirements, fuzz::kViewUpdates};
  // Each update and requirement on its own: a mutation of one is not lost on an error in another.
  for (const char* list : {fuzz::kTableUpdates, fuzz::kTableRequirements, fuzz::kViewUpdates}) {
    const boost::json::value elements = MustParse(list);
    for (const boost::json::value& element : elements.as_array()) {
      std::string text;
      JsonWriter(&text).Value(element);
      seeds.push_back("[" + text + "]");
    }
  }
  seeds.push_back(
      R"({"position":3,"epoch":1,"committed-micros":5,"transaction-id":"t","idempotency-key":"k","changes":[
        {"kind":"create","object":"namespace","namespace":["n"],"properties":{"a":"b"}},
        {"kind":"commit","object":"table","namespace":["n","m"],"name":"t","uuid":"u",
         "previous-metadata-location":"s3://b/1","metadata-location":"s3://b/2"},
        {"kind":"rename","object":"view","namespace":["n"],"name":"v","renamed-to":{"namespace":["m"],"name":"w"}},
        {"kind":"drop","object":"table","namespace":["n"],"name":"t","purge":true}]})");
  return seeds;
}

std::vector<std::string> Fragments() {
  return {"null",
          "[]",
          "{}",
          "\"\"",
          "-1",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "1e400",
          "0.5",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"main\"",
          "\"snapshot-id\":1,"};
}
